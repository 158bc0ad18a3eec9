import type { AccessPolicy } from "@foyer/contract";
import { describe, expect, test } from "vitest";
import { sampleSettings } from "../../test/box.ts";
import {
  findEndReason,
  hasRoom,
  isOrderDue,
  type LiveQuestion,
  ORDERS_MAX,
  ORDERS_PER_NAS_MAX,
  RETRY_SECONDS,
} from "./live-rules.ts";

/** 09:00 on a Sunday in the branch's time zone. */
const NOW = new Date("2026-03-01T02:00:00.000Z");
const GIB = 2 ** 30;

const ago = (seconds: number) => new Date(NOW.getTime() - seconds * 1000);
const used = (seconds: number, uploadBytes = 0, downloadBytes = 0) => ({
  ...{ seconds, bytes: uploadBytes + downloadBytes, uploadBytes, downloadBytes },
});

const policyWith = (change: Partial<AccessPolicy> = {}): AccessPolicy => {
  const [policy] = sampleSettings().policies;
  return { ...(policy as AccessPolicy), ...change };
};

/** A session that began half an hour ago under the sample policy of four hours. */
const ask = (change: Partial<LiveQuestion>, session: Partial<LiveQuestion["session"]> = {}) =>
  findEndReason({
    session: {
      ...{ startedAt: ago(1800), connectedSeconds: 0, uploadBytes: 0, downloadBytes: 0 },
      ...{ expectedEndAt: null, ...session },
    },
    policy: policyWith(),
    codeEnd: null,
    usage: { visit: used(1800), day: used(1800), week: used(1800), ever: used(1800) },
    ...{ now: NOW, timeZone: "Asia/Ho_Chi_Minh", ...change },
  });

describe("a session that goes on", () => {
  test("goes on while its policy leaves something", () => {
    expect(ask({})).toBeNull();
  });

  test.each(["visit", "day", "week", "ever"] as const)(
    "part of MC-2.4: ends when the time of its %s is used up, not before",
    (per) => {
      const ending = policyWith({ quotas: [{ per, seconds: 1800, bytes: null }] });
      const going = policyWith({ quotas: [{ per, seconds: 1860, bytes: null }] });
      expect(ask({ policy: ending })).toBe("time-used-up");
      expect(ask({ policy: going })).toBeNull();
    },
  );

  test("part of MC-2.5: ends when a period's bytes are used up, not one byte before", () => {
    const policy = policyWith({ quotas: [{ per: "day", seconds: null, bytes: GIB }] });
    const usage = { visit: used(1), week: used(1), ever: used(1) };
    expect(ask({ policy, usage: { ...usage, day: used(1, GIB) } })).toBe("volume-used-up");
    expect(ask({ policy, usage: { ...usage, day: used(1, GIB - 1) } })).toBeNull();
  });

  test.each(["upload", "download"] as const)(
    "part of MC-2.5: ends when a period's %s is used up, not one byte before, whatever goes the other way",
    (way) => {
      const quota = { per: "day" as const, seconds: null, bytes: null };
      const policy = policyWith({ quotas: [{ ...quota, [`${way}Bytes`]: 5 * GIB }] });
      const askUsed = (own: number, other: number) => {
        const day = way === "upload" ? used(1, own, other) : used(1, other, own);
        return ask({ policy, usage: { ...{ visit: used(1), week: used(1), ever: used(1) }, day } });
      };
      expect(askUsed(5 * GIB, 0)).toBe("volume-used-up");
      expect(askUsed(5 * GIB - 1, 50 * GIB)).toBeNull();
    },
  );

  test("part of MC-2.5: ends at its own bytes of one way, whatever goes the other", () => {
    const up = policyWith({ sessionUploadBytes: 5 * GIB });
    const down = policyWith({ sessionDownloadBytes: 5 * GIB });
    const sent = { uploadBytes: 5 * GIB, downloadBytes: 5 * GIB - 1 };
    expect(ask({ policy: up }, sent)).toBe("volume-used-up");
    expect(ask({ policy: down }, sent)).toBeNull();
    expect(ask({ policy: down }, { ...sent, downloadBytes: 5 * GIB })).toBe("volume-used-up");
    expect(ask({ policy: up }, { uploadBytes: 5 * GIB - 1, downloadBytes: 9 * GIB })).toBeNull();
  });

  test("part of MC-2.5: ends at its own bytes, up and down together", () => {
    const policy = policyWith({ sessionBytes: GIB });
    const half = GIB / 2;
    const bytes = (downloadBytes: number) => ({ uploadBytes: half, downloadBytes });
    expect(ask({ policy }, bytes(half))).toBe("volume-used-up");
    expect(ask({ policy }, bytes(half - 1))).toBeNull();
  });

  test("part of MC-2.4: ends at its own time, by the box's clock or its NAS's count", () => {
    const policy = policyWith({ sessionSeconds: 1800 });
    expect(ask({ policy })).toBe("time-used-up");
    expect(ask({ policy }, { startedAt: ago(1799) })).toBeNull();
    expect(ask({ policy }, { startedAt: ago(60), connectedSeconds: 1800 })).toBe("time-used-up");
  });

  test("part of MC-2.4: ends at the closing hour", () => {
    const hours = (to: string) => [{ days: [7], from: "08:00", to }];
    expect(ask({ policy: policyWith({ allowedHours: hours("09:00") }) })).toBe("outside-hours");
    expect(ask({ policy: policyWith({ allowedHours: hours("09:01") }) })).toBeNull();
  });

  test("ends when its policy ends, and when it has gone from the settings", () => {
    expect(ask({ policy: policyWith({ validUntil: NOW.toISOString() }) })).toBe("policy-ended");
    expect(ask({ policy: null })).toBe("policy-removed");
  });

  test("does not end for its guest's other devices: that is asked at the door", () => {
    expect(ask({ policy: policyWith({ devicesMax: 1 }) })).toBeNull();
  });

  test("is left to its NAS where that is about to end it, and only then", () => {
    expect(ask({ policy: null }, { expectedEndAt: ago(-30) })).toBeNull();
    expect(ask({ policy: null }, { expectedEndAt: ago(10) })).toBeNull();
    expect(ask({ policy: null }, { expectedEndAt: ago(-31) })).toBe("policy-removed");
  });
});

describe("an order to end a session", () => {
  const told = (seconds: number, outcome: string | null) => ({
    cause: "time-used-up",
    askedAt: ago(seconds),
    outcome,
  });

  test("is due at first, and at once when a stop of the server cut it short", () => {
    expect(isOrderDue(null, NOW)).toBe(true);
    expect(isOrderDue(told(1, null), NOW)).toBe(true);
  });

  test.each(["acknowledged", "timed-out", "refused 506"])(
    "is due again when the interval has passed since one that was %s, not before",
    (outcome) => {
      expect(isOrderDue(told(RETRY_SECONDS - 1, outcome), NOW)).toBe(false);
      expect(isOrderDue(told(RETRY_SECONDS, outcome), NOW)).toBe(true);
    },
  );

  test("does not wait for a clock that jumped back", () => {
    expect(isOrderDue(told(-3600, "timed-out"), NOW)).toBe(true);
  });

  test("waits while its NAS, or the server, has enough of them under way", () => {
    const toOne = Array.from({ length: ORDERS_PER_NAS_MAX }, () => "a");
    expect(hasRoom(toOne.slice(1), "a")).toBe(true);
    expect(hasRoom(toOne, "a")).toBe(false);
    expect(hasRoom(toOne, "b")).toBe(true);
    const toMany = Array.from({ length: ORDERS_MAX }, (_, index) => `nas-${index}`);
    expect(hasRoom(toMany, "b")).toBe(false);
  });
});
