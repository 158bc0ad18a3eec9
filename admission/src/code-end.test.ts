import { expect, test } from "vitest";
import { findCodeEnd } from "./code-end.ts";

const ID = "01990000-0000-7000-8000-0000000000a0";
const now = new Date("2026-03-01T02:00:00Z");
const settingsWith = (validUntil: string | null) => ({
  accessCodes: [
    {
      ...{ id: ID, code: "ABCD2345", devicesMax: 1, minutes: 30 },
      ...{ validFrom: null, validUntil, policyId: null },
    },
  ],
});
const right = { accessCodeId: ID, endsAt: new Date("2026-03-01T03:00:00Z"), now };

test("a code that is in the settings is good until its last moment, and not at it", () => {
  expect(findCodeEnd(settingsWith(null), right)).toBeNull();
  expect(findCodeEnd(settingsWith("2026-03-01T02:00:01Z"), right)).toBeNull();
  expect(findCodeEnd(settingsWith("2026-03-01T02:00:00Z"), right)).toBe("code-expired");
});

test("a code that is in the settings no more was withdrawn, unless it would be over anyway", () => {
  expect(findCodeEnd({ accessCodes: [] }, right)).toBe("code-withdrawn");
  expect(findCodeEnd({}, { ...right, endsAt: null })).toBe("code-withdrawn");
  expect(findCodeEnd({}, { ...right, endsAt: now })).toBe("code-expired");
});

test("whoever came in without a code keeps their right, whatever becomes of codes", () => {
  expect(findCodeEnd({ accessCodes: [] }, { ...right, accessCodeId: null })).toBeNull();
});
