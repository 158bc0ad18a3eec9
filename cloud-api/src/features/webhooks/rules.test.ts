import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { findUrlFault } from "../../platform/addresses.ts";
import {
  findWithheld,
  isHopeless,
  judgeAnswer,
  nextAttempt,
  RETRY_MILLISECONDS,
  readRetryAfter,
  restUntil,
  shortenAnswer,
} from "./rules.ts";
import { makeSecret, signMessage } from "./sign.ts";

const NOW = new Date("2026-11-26T08:00:00Z");
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
const HOUR = 3600;
const answered = (status: number, headers: Record<string, string> = {}, text = "") =>
  judgeAnswer({ kind: "answered", status, headers, text }, NOW);

describe("a signature (Standard Webhooks 1.0.0)", () => {
  const message = { id: "msg_1", at: new Date(), body: '{"type":"webhook.test"}' };

  test("is taken by the reference library, with the secret of now and with the one before", () => {
    const [now, before] = [makeSecret(), makeSecret()];
    const headers = signMessage({ ...message, secrets: [now, before] });
    for (const secret of [now, before])
      expect(new Webhook(secret).verify(message.body, headers)).toEqual({ type: "webhook.test" });
    expect(() => new Webhook(makeSecret()).verify(message.body, headers)).toThrow();
    expect(() => new Webhook(now).verify(`${message.body} `, headers)).toThrow();
    expect(() =>
      new Webhook(now).verify(message.body, { ...headers, "webhook-id": "msg_2" }),
    ).toThrow();
  });

  test("says the second of the attempt, which a receiver refuses when it is old", () => {
    const secret = makeSecret();
    const at = new Date(Date.now() - 10 * 60 * 1000);
    const headers = signMessage({ ...message, at, secrets: [secret] });
    expect(headers["webhook-timestamp"]).toBe(String(Math.floor(at.getTime() / 1000)));
    expect(() => new Webhook(secret).verify(message.body, headers)).toThrow(/too old/i);
  });

  test("is made by a secret of 32 octets that is never the same", () => {
    const secrets = Array.from({ length: 20 }, makeSecret);
    expect(new Set(secrets).size).toBe(20);
    for (const secret of secrets) {
      expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
      expect(Buffer.from(secret.slice("whsec_".length), "base64")).toHaveLength(32);
    }
  });
});

describe("a message that failed", () => {
  const failed = { deadlineAt: later(24 * HOUR), random: 0.5, notBefore: null };

  test("is tried again after 5 s, 30 s, 2 min … and for the last time at 24 hours", () => {
    let now = NOW;
    const pauses: number[] = [];
    for (let attempts = 1; ; attempts += 1) {
      const next = nextAttempt({ ...failed, attempts, now });
      if (next === null) break;
      pauses.push((next.getTime() - now.getTime()) / 1000);
      now = next;
    }
    expect(pauses.slice(0, 9)).toEqual([5, 30, 120, 600, 1800, 3600, 7200, 14_400, 21_600]);
    expect(now).toEqual(later(24 * HOUR));
    expect(pauses).toHaveLength(10);
  });

  test("comes a fifth sooner or later than its pause, and never after its deadline", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.integer({ min: 0, max: RETRY_MILLISECONDS - 1 }),
        (attempts, random, milliseconds) => {
          const now = new Date(NOW.getTime() + milliseconds);
          const next = nextAttempt({ ...failed, attempts, random, now });
          expect(next?.getTime()).toBeGreaterThan(now.getTime());
          expect(next?.getTime()).toBeLessThanOrEqual(failed.deadlineAt.getTime());
        },
      ),
    );
    const pause = (random: number) => nextAttempt({ ...failed, attempts: 4, now: NOW, random });
    expect([pause(0), pause(0.5), pause(1)]).toEqual([later(480), later(600), later(720)]);
  });

  test("waits as long as Retry-After says, in seconds or by a date (RFC 9110 §10.2.3)", () => {
    expect(readRetryAfter("120", NOW)).toEqual(later(120));
    expect(readRetryAfter(later(60).toUTCString(), NOW)).toEqual(later(60));
    for (const nothing of [undefined, "", "soon", "0", later(-60).toUTCString()])
      expect(readRetryAfter(nothing, NOW)).toBeNull();
    const next = (notBefore: Date) => nextAttempt({ ...failed, attempts: 1, now: NOW, notBefore });
    expect(next(later(HOUR))).toEqual(later(HOUR));
    expect(next(later(1))).toEqual(later(5));
    expect(next(later(48 * HOUR))).toEqual(failed.deadlineAt);
  });
});

describe("an answer", () => {
  test.each([200, 201, 204, 299])("of %i says that the message arrived", (status) => {
    expect(answered(status)).toEqual({ kind: "delivered", status });
  });

  test.each([301, 302, 307, 400, 401, 404, 422])(
    "of %i is about this message: it failed, and others are sent",
    (status) => {
      expect(answered(status)).toMatchObject({ kind: "failed", status, isTrouble: false });
    },
  );

  test.each([408, 425, 429, 500, 502, 503, 504])(
    "of %i is trouble of the receiver's, which is left alone for a while",
    (status) => {
      expect(answered(status)).toMatchObject({ kind: "failed", status, isTrouble: true });
    },
  );

  test("that names a time is trouble whatever its status, and 410 ends it", () => {
    expect(answered(403, { "retry-after": "60" })).toMatchObject({
      ...{ kind: "failed", isTrouble: true, notBefore: later(60) },
    });
    expect(answered(410, {}, "bye")).toEqual({ kind: "gone", status: 410, text: "bye" });
    const lost = judgeAnswer({ kind: "lost", reason: "no answer in time" }, NOW);
    expect(lost).toMatchObject({ kind: "failed", reason: "lost", status: null, isTrouble: true });
  });

  test("is kept short, on one line, and without what was sent of somebody", () => {
    const personal = ["Lan", "Nguyễn Thị Lan", "+84912345678", "lan@example.com"];
    expect(shortenAnswer("  \n ", personal)).toBeNull();
    const text = "No Nguyễn Thị Lan\n(Lan, +84912345678, lan@example.com) \u0000here";
    expect(shortenAnswer(text, personal)).toBe("No ••• (•••, •••, •••)  here");
    expect(shortenAnswer("x".repeat(5000), [])).toHaveLength(301);
    // Half a character is no character.
    expect(shortenAnswer(`${"x".repeat(299)}😀😀`, [])?.isWellFormed()).toBe(true);
  });
});

describe("an endpoint in trouble", () => {
  test("is left alone for twice as long each time, at most ten minutes, and as it asks", () => {
    const seconds = (rests: number, notBefore: Date | null = null) =>
      (restUntil(rests, NOW, notBefore).getTime() - NOW.getTime()) / 1000;
    expect([0, 1, 2, 3, 7, 50].map((rests) => seconds(rests))).toEqual([5, 10, 20, 40, 600, 600]);
    expect(seconds(0, later(HOUR))).toBe(HOUR);
    expect(seconds(0, later(1000 * HOUR))).toBe(24 * HOUR);
  });

  test("is hopeless after three days and ten failures without a success, and not before", () => {
    const failing = { failingSince: later(-72 * HOUR), failures: 10 };
    expect(isHopeless(failing, NOW)).toBe(true);
    expect(isHopeless({ ...failing, failingSince: later(-72 * HOUR + 1) }, NOW)).toBe(false);
    expect(isHopeless({ ...failing, failures: 9 }, NOW)).toBe(false);
    expect(isHopeless({ ...failing, failingSince: null }, NOW)).toBe(false);
  });
});

describe("about somebody", () => {
  const fine = { isErased: false, isRestricted: false, isMerged: false };

  test("nothing is sent who was forgotten or may not be used, but that it is so", () => {
    for (const standing of [
      { ...fine, isErased: true },
      { ...fine, isRestricted: true },
    ]) {
      const reason = standing.isErased ? "erased" : "restricted";
      for (const type of ["customer.created", "customer.updated", "visit.started", "segment.left"])
        expect(findWithheld(type, standing), type).toBe(reason);
      for (const type of ["customer.erased", "customer.restricted", "consent.changed"])
        expect(findWithheld(type, standing), type).toBeNull();
    }
  });

  test("whose record is part of another the record is not sent, and what they did is", () => {
    const merged = { ...fine, isMerged: true };
    expect(findWithheld("customer.updated", merged)).toBe("merged");
    expect(findWithheld("visit.ended", merged)).toBeNull();
    expect(findWithheld("visit.ended", null)).toBeNull();
    expect(findWithheld("customer.updated", null)).toBe("erased");
  });
});

describe("an address", () => {
  test.each([
    "https://hooks.example.com/foyer?key=1",
    "https://8.8.8.8:8443/",
    "https://[2606:4700::1111]/",
  ])("%s may be told", (url) => {
    expect(findUrlFault(url, false)).toBeNull();
  });

  test.each([
    "",
    "hooks.example.com",
    "ftp://example.com/",
    "javascript:alert(1)",
    "http://hooks.example.com/",
    "https://user:secret@example.com/",
    "https://user@example.com/",
    "https://127.0.0.1/",
    "https://2130706433/",
    "https://0x7f.1/",
    "https://10.0.0.8/",
    "https://192.168.1.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://[::1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://[fd00::1]/",
    "https://localhost/",
    "https://LOCALHOST./",
    "https://x.localhost/",
  ])("%s may not", (url) => {
    expect(findUrlFault(url, false)).not.toBeNull();
  });

  test("of one's own network may be told where the installation allows it", () => {
    expect(findUrlFault("http://127.0.0.1:9000/", true)).toBeNull();
    expect(findUrlFault("http://user@127.0.0.1:9000/", true)).not.toBeNull();
  });
});
