import type { Limits } from "@foyer/admission";
import { describe, expect, test } from "vitest";
import { readSessionClass, sessionClass } from "./session-class.ts";

const NONE: Limits = {
  ...{ sessionSeconds: null, idleSeconds: null, uploadKbps: null, downloadKbps: null },
  ...{ sessionBytes: null, sessionUploadBytes: null, sessionDownloadBytes: null },
};

describe("RFC 2865 §5.25: a session's Class", () => {
  const policyId = "01990000-0000-7000-8000-000000000080";
  const read = (text: string) => readSessionClass(Buffer.from(text));
  const own = { sessionSeconds: 14_400, idleSeconds: null, uploadKbps: 512, downloadKbps: 2048 };
  const volumes = { sessionBytes: 2 ** 50, sessionUploadBytes: null, sessionDownloadBytes: null };
  const granted = { limits: { ...own, ...volumes }, endsAt: null };

  test("gives its time limit, its policy and that policy's own limits back", () => {
    const again = (sessionSeconds: number | null) =>
      readSessionClass(
        Buffer.from(sessionClass({ policyId, limits: { ...NONE, sessionSeconds }, granted }).value),
      );
    expect(again(14_400)).toEqual({ sessionSeconds: 14_400, policyId, granted });
    expect(again(null)).toEqual({ sessionSeconds: null, policyId, granted });
    const endsAt = new Date("2026-03-01T02:30:00.000Z");
    const held = { policyId, limits: NONE, granted: { limits: NONE, endsAt } };
    expect(readSessionClass(Buffer.from(sessionClass(held).value))?.granted).toEqual(held.granted);
    const member = { ...held, granted: { ...held.granted, credential: "Abc_def-ghi01234" } };
    expect(readSessionClass(Buffer.from(sessionClass(member).value))?.granted).toEqual(
      member.granted,
    );
  });

  test("says the volumes of either way in a word that an earlier release passes over", () => {
    const write = (limits: Partial<Limits>) =>
      sessionClass({
        policyId,
        limits: NONE,
        granted: { ...granted, limits: { ...granted.limits, ...limits } },
      }).value.toString();
    const up = write({ sessionUploadBytes: 5 * 2 ** 32 });
    expect(readSessionClass(Buffer.from(up))?.granted?.limits).toEqual({
      ...granted.limits,
      sessionUploadBytes: 5 * 2 ** 32,
    });
    const both = { sessionUploadBytes: 1, sessionDownloadBytes: Number.MAX_SAFE_INTEGER };
    expect(readSessionClass(Buffer.from(write(both)))?.granted?.limits).toMatchObject(both);
    expect(up.replace(/ ways=\S+/, "")).toBe(write({}));
  });

  test("fits into one attribute, whatever is said (§5: 253 octets)", () => {
    const most = Number.MAX_SAFE_INTEGER;
    const limits = {
      ...{ sessionSeconds: most, idleSeconds: most, uploadKbps: most, downloadKbps: most },
      ...{ sessionBytes: most, sessionUploadBytes: most, sessionDownloadBytes: most },
    };
    const endsAt = new Date("2286-11-20T00:00:00.000Z");
    const told = { limits, endsAt, accessCodeId: policyId };
    const said = sessionClass({ policyId, limits, granted: told });
    expect(said.value.length).toBeLessThanOrEqual(253);
    expect(readSessionClass(Buffer.from(said.value))?.granted).toEqual(told);
  });

  test("is still read as an earlier release wrote it", () => {
    expect(read("foyer session=3600")).toEqual({
      ...{ sessionSeconds: 3600, policyId: null, granted: null },
    });
    expect(read("foyer session=unlimited")).toEqual({
      ...{ sessionSeconds: null, policyId: null, granted: null },
    });
  });

  test("says nothing where it is another server's, overlong or spoilt", () => {
    const long = `foyer session=60 policy=${policyId} ${"x".repeat(200)}`;
    for (const foreign of ["", "another server's", "foyer", `policy=${policyId}`, long])
      expect(read(foreign)).toBeNull();
    for (const spoilt of ["foyer session=", "foyer session=1e9", "foyer session=1 2 policy=x"])
      expect(read(spoilt)?.policyId).toBeNull();
    const nothing = { sessionSeconds: null, policyId: null, granted: null };
    expect(read("foyer session=1e9 policy=x")).toEqual(nothing);
    for (const limits of ["", "1", "1,2,3,4", "1,2,3,4,", "1,2,3,4,5,6", "1,2,3,4,x", "1,2,,4,5"])
      expect(read(`foyer session=60 own=${limits}`)?.granted).toBeNull();
  });
});
