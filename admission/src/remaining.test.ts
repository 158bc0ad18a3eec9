import type { AccessPolicy } from "@foyer/contract";
import { describe, expect, test } from "vitest";
import { NO_USAGE, type RemainingQuestion, remainingLimits } from "./remaining.ts";

const GIB = 2 ** 30;

const policyWith = (change: Partial<AccessPolicy>): AccessPolicy => ({
  id: "01990000-0000-7000-8000-000000000080",
  name: "Everybody",
  when: { methods: [], visitNumberMin: null },
  sessionSeconds: 7200,
  idleSeconds: 600,
  uploadKbps: 1000,
  downloadKbps: 5000,
  sessionBytes: null,
  ...change,
});

const decide = (policy: Partial<AccessPolicy>, change: Partial<RemainingQuestion> = {}) =>
  remainingLimits({
    policy: policyWith(policy),
    usage: NO_USAGE,
    otherDevices: 0,
    // Monday, 20:00 in Saigon.
    now: new Date("2026-03-02T13:00:00Z"),
    timeZone: "Asia/Ho_Chi_Minh",
    ...change,
  });

const timeLeft = (remaining: ReturnType<typeof remainingLimits>) =>
  remaining.kind === "limits" ? remaining.limits.sessionSeconds : remaining.reason;

describe("access under a policy", () => {
  test("without quotas and hours is the policy's own limits", () => {
    expect(decide({})).toEqual({
      kind: "limits",
      limits: {
        sessionSeconds: 7200,
        idleSeconds: 600,
        uploadKbps: 1000,
        downloadKbps: 5000,
        sessionBytes: null,
        sessionUploadBytes: null,
        sessionDownloadBytes: null,
      },
    });
  });

  test("a session ends when what is left of a quota is used up: a reconnect gives nothing back", () => {
    const quotas = [{ per: "day" as const, seconds: 3600, bytes: null }];
    const used = (seconds: number) => ({
      usage: { ...NO_USAGE, day: { ...NO_USAGE.day, seconds } },
    });
    expect(timeLeft(decide({ quotas }))).toBe(3600);
    expect(timeLeft(decide({ quotas }, used(3000)))).toBe(600);
    expect(timeLeft(decide({ quotas }, used(3596)))).toBe("time-used-up");
    expect(timeLeft(decide({ quotas }, used(9999)))).toBe("time-used-up");
  });

  test("volume is counted down likewise, and the tightest of all quotas holds", () => {
    const quotas = [
      { per: "day" as const, seconds: null, bytes: 1_000 },
      { per: "week" as const, seconds: 600, bytes: 5_000_000_000 },
    ];
    const usage = {
      ...NO_USAGE,
      day: { ...NO_USAGE.day, seconds: 50, bytes: 400 },
      week: { ...NO_USAGE.day, seconds: 50, bytes: 400 },
    };
    expect(decide({ quotas }, { usage })).toMatchObject({
      limits: { sessionSeconds: 550, sessionBytes: 600 },
    });
    const spent = { ...usage, day: { ...usage.day, bytes: 1_000 } };
    expect(decide({ quotas }, { usage: spent })).toEqual({
      kind: "refused",
      reason: "volume-used-up",
      per: "day",
    });
  });

  test("part of MC-2.5: what is sent and what is received has a volume of its own, a period and a session", () => {
    const quotas = [
      { per: "day" as const, seconds: null, bytes: null, uploadBytes: 5 * GIB },
      { per: "week" as const, seconds: null, bytes: 9 * GIB, downloadBytes: 4 * GIB },
    ];
    const own = { quotas, sessionUploadBytes: 7 * GIB, sessionDownloadBytes: 3 * GIB };
    const used = (uploadBytes: number, downloadBytes: number) => {
      const each = { ...NO_USAGE.day, bytes: uploadBytes + downloadBytes };
      const both = { ...each, uploadBytes, downloadBytes };
      return { usage: { ...NO_USAGE, day: both, week: both } };
    };
    expect(decide(own, used(GIB, GIB + 1))).toMatchObject({
      limits: {
        ...{ sessionBytes: 7 * GIB - 1, sessionUploadBytes: 4 * GIB },
        sessionDownloadBytes: 3 * GIB - 1,
      },
    });
    const refused = (per: string) => ({ kind: "refused", reason: "volume-used-up", per });
    expect(decide(own, used(5 * GIB, 0))).toEqual(refused("day"));
    expect(decide(own, used(5 * GIB - 1, 0))).toMatchObject({ limits: { sessionUploadBytes: 1 } });
    expect(decide(own, used(0, 4 * GIB))).toEqual(refused("week"));
  });

  test("what is left of a byte is one: a limit of none would be none at some NAS", () => {
    const quotas = [{ per: "day" as const, seconds: null, bytes: 10 }];
    const usage = { ...NO_USAGE, day: { ...NO_USAGE.day, bytes: 9.5 } };
    expect(decide({ quotas }, { usage })).toMatchObject({ limits: { sessionBytes: 1 } });
  });

  test("part of MC-2.4: outside allowed hours it is refused, inside it ends at the closing hour", () => {
    const days = [1, 2, 3, 4, 5, 6, 7];
    expect(timeLeft(decide({ allowedHours: [{ days, from: "08:00", to: "20:30" }] }))).toBe(1800);
    expect(timeLeft(decide({ allowedHours: [{ days, from: "08:00", to: "20:00" }] }))).toBe(
      "outside-hours",
    );
  });

  test("a policy ends at its date, and its last session with it", () => {
    expect(timeLeft(decide({ validUntil: "2026-03-02T13:10:00Z" }))).toBe(600);
    expect(timeLeft(decide({ validUntil: "2026-03-02T13:00:00Z" }))).toBe("policy-ended");
  });

  test("part of MC-1.5: what is left of an access code ends the session, if nothing does before", () => {
    const until = (moment: string) => ({ until: new Date(moment) });
    expect(timeLeft(decide({}, until("2026-03-02T13:30:00Z")))).toBe(1800);
    expect(timeLeft(decide({ sessionSeconds: null }, until("2026-03-02T13:30:00Z")))).toBe(1800);
    expect(timeLeft(decide({ sessionSeconds: 600 }, until("2026-03-02T13:30:00Z")))).toBe(600);
    const quotas = [{ per: "day" as const, seconds: 300, bytes: null }];
    expect(timeLeft(decide({ quotas }, until("2026-03-02T13:30:00Z")))).toBe(300);
    expect(timeLeft(decide({}, until("2026-03-02T13:00:04Z")))).toBe("time-used-up");
    expect(timeLeft(decide({}, until("2026-03-02T12:00:00Z")))).toBe("time-used-up");
    expect(timeLeft(decide({}, { until: null }))).toBe(7200);
  });

  test("a guest has so many devices online at once and no more", () => {
    expect(timeLeft(decide({ devicesMax: 2 }, { otherDevices: 1 }))).toBe(7200);
    expect(timeLeft(decide({ devicesMax: 2 }, { otherDevices: 2 }))).toBe("too-many-devices");
  });

  test("a policy without a time limit has one as soon as something ends it", () => {
    expect(timeLeft(decide({ sessionSeconds: null }))).toBeNull();
    expect(timeLeft(decide({ sessionSeconds: null, validUntil: "2026-03-02T14:00:00Z" }))).toBe(
      3600,
    );
  });
});
