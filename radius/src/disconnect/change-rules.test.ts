import { NO_USAGE } from "@foyer/admission";
import type { Granted } from "@foyer/branch-store";
import type { AccessPolicy } from "@foyer/contract";
import { describe, expect, test } from "vitest";
import { findLimitChange } from "./change-rules.ts";
import type { LiveQuestion } from "./live-rules.ts";

const HOUR = 3600;
/** 09:00 in Saigon, a Sunday. */
const STARTED = new Date("2026-03-01T02:00:00.000Z");
const after = (seconds: number) => new Date(STARTED.getTime() + seconds * 1000);
const LIMITS = {
  ...{ sessionSeconds: 4 * HOUR, idleSeconds: 600, uploadKbps: 1000, downloadKbps: 5000 },
  sessionBytes: 1_000_000,
  ...{ sessionUploadBytes: null, sessionDownloadBytes: null },
};
const NOTHING = {
  ...{ sessionSeconds: null, idleSeconds: null, uploadKbps: null, downloadKbps: null },
  sessionBytes: null,
  ...{ sessionUploadBytes: null, sessionDownloadBytes: null },
};

/** An hour after its start, with what is changed of its policy since. */
function find(
  policy: Partial<AccessPolicy> | null,
  {
    granted = { limits: LIMITS, endsAt: null },
    ...change
  }: Partial<LiveQuestion & { granted: Granted | null }> = {},
) {
  const id = "01990000-0000-7000-8000-000000000080";
  const when = { methods: [], visitNumberMin: null };
  return findLimitChange({
    session: {
      ...{ startedAt: STARTED, connectedSeconds: 0, uploadBytes: 0, downloadBytes: 0 },
      expectedEndAt: after(4 * HOUR),
    },
    policy: policy && { id, name: "Everybody", when, ...LIMITS, ...policy },
    codeEnd: null,
    ...{ granted, usage: NO_USAGE, now: after(HOUR), timeZone: "Asia/Ho_Chi_Minh" },
    ...change,
  });
}

describe("the limits of a session that goes on", () => {
  test("are changed where its policy's own are others than it was granted, and by those alone", () => {
    expect(find({})).toBeNull();
    expect(find({ idleSeconds: 300 })).toEqual({
      limits: { ...NOTHING, idleSeconds: 300 },
      granted: { limits: { ...LIMITS, idleSeconds: 300 }, endsAt: null },
      expectedEndAt: null,
    });
    for (const volume of ["sessionBytes", "sessionUploadBytes", "sessionDownloadBytes"] as const)
      expect(find({ [volume]: 5 })?.limits).toEqual({ ...NOTHING, [volume]: 5 });
  });

  test("are not changed by a quota or hours that were drawn up or go by", () => {
    const quotas = [{ per: "day" as const, seconds: 2 * HOUR, bytes: 10 }];
    const usage = { ...NO_USAGE, day: { ...NO_USAGE.day, seconds: HOUR, bytes: 5 } };
    expect(find({ quotas }, { usage })).toBeNull();
    expect(find({ allowedHours: [{ days: [7], from: "09:00", to: "11:00" }] })).toBeNull();
  });

  test("are not known to be changed where nobody said what was granted, or the policy is gone", () => {
    expect(find({ idleSeconds: 300 }, { granted: null })).toBeNull();
    expect(find(null)).toBeNull();
  });

  test("are left alone in the half minute before its NAS ends it", () => {
    expect(find({ idleSeconds: 300 }, { now: after(4 * HOUR - 30) })).toBeNull();
    expect(find({ idleSeconds: 300 }, { now: after(4 * HOUR - 31) })).not.toBeNull();
  });

  test("are rates both, where one of them is another, and a lifted one cannot be said", () => {
    const rates = { uploadKbps: 2000, downloadKbps: 5000 };
    expect(find({ uploadKbps: 2000 })?.limits).toEqual({ ...NOTHING, ...rates });
    expect(find({ uploadKbps: null })?.limits).toEqual({ ...NOTHING, downloadKbps: 5000 });
    expect(find({ idleSeconds: null })?.limits).toEqual(NOTHING);
  });
});

describe("the time of a session that goes on", () => {
  const secondsOf = (...asked: Parameters<typeof find>) => find(...asked)?.limits.sessionSeconds;

  test("counts from its start, raised or lowered", () => {
    expect(secondsOf({ sessionSeconds: 2 * HOUR })).toBe(2 * HOUR);
    expect(find({ sessionSeconds: 6 * HOUR })).toMatchObject({
      limits: { ...NOTHING, sessionSeconds: 6 * HOUR },
      expectedEndAt: after(6 * HOUR),
    });
  });

  test("is never raised above a quota, the closing hour, the policy's end or an access code's", () => {
    const sessionSeconds = 9 * HOUR;
    const quotas = [{ per: "day" as const, seconds: 5 * HOUR, bytes: null }];
    const usage = { ...NO_USAGE, day: { ...NO_USAGE.day, seconds: HOUR } };
    expect(secondsOf({ sessionSeconds, quotas }, { usage })).toBe(5 * HOUR);
    const allowedHours = [{ days: [7], from: "09:00", to: "15:00" }];
    expect(secondsOf({ sessionSeconds, allowedHours })).toBe(6 * HOUR);
    const validUntil = after(7 * HOUR).toISOString();
    expect(secondsOf({ sessionSeconds, validUntil })).toBe(7 * HOUR);
    const granted = { limits: LIMITS, endsAt: after(4.5 * HOUR) };
    expect(secondsOf({ sessionSeconds, validUntil }, { granted })).toBe(4.5 * HOUR);
    expect(secondsOf({ sessionSeconds: null }, { granted })).toBe(4.5 * HOUR);
  });

  test("is not said where there is none any more, or a quota is used up", () => {
    expect(secondsOf({ sessionSeconds: null })).toBeNull();
    const quotas = [{ per: "day" as const, seconds: HOUR, bytes: null }];
    const usage = { ...NO_USAGE, day: { ...NO_USAGE.day, seconds: HOUR } };
    expect(secondsOf({ sessionSeconds: 9 * HOUR, quotas }, { usage })).toBeNull();
  });
});
