import { expect, test } from "vitest";
import {
  type Asked,
  chooseAddress,
  chooseFirstTry,
  chooseNextTry,
  decideOrder,
  judgeStanding,
  LABEL_BYTES,
  makeLabel,
  readRetryAfter,
} from "./rules.ts";

const now = new Date("2026-11-27T08:00:00Z");
const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
const none: Asked = { csr: null, state: "named", issuedAt: null, nextTryAt: null };

test("a label is twelve letters that a name may have, whatever was thrown", () => {
  expect(makeLabel(new Uint8Array(LABEL_BYTES).fill(255))).toBe("777777777777");
  expect(makeLabel(new Uint8Array(LABEL_BYTES))).toBe("aaaaaaaaaaaa");
});

test("what failed is tried again after ten minutes, then twice as long, and at last once a day", () => {
  const minutes = (failures: number) =>
    (chooseNextTry(failures, now).getTime() - now.getTime()) / 60_000;
  expect([1, 2, 3, 8, 50, 2000].map(minutes)).toEqual([10, 20, 40, 1280, 1440, 1440]);
});

test("an authority says when it may be asked again in seconds or by a date, and never for a month or the past", () => {
  const seconds = (said: string | null) => {
    const at = readRetryAfter(said, now);
    return at && (at.getTime() - now.getTime()) / 1000;
  };
  // RFC 9110 §10.2.3, its own two examples among them.
  expect(seconds("120")).toBe(120);
  expect(seconds("Fri, 27 Nov 2026 09:00:00 GMT")).toBe(3600);
  expect(seconds("Fri, 31 Dec 1999 23:59:59 GMT")).toBe(0);
  expect(seconds("99999999999")).toBe(30 * 86_400);
  for (const said of [null, "", "soon", "-5"]) expect(seconds(said)).toBeNull();
});

test("a box's name leads where it says, as long as staff want it and it was not removed", () => {
  const box = { address: "10.1.0.2", publishesAddress: true, isRemoved: false };
  expect(chooseAddress(box)).toBe("10.1.0.2");
  expect(chooseAddress({ ...box, publishesAddress: false })).toBeNull();
  expect(chooseAddress({ ...box, isRemoved: true })).toBeNull();
});

test("a request is ordered once, whoever repeats it", () => {
  expect(decideOrder(none, null, now)).toBe("answer");
  expect(decideOrder(none, "one", now)).toBe("order");
  const ordered = { ...none, csr: "one", state: "ordered" as const, nextTryAt: ago(1) };
  expect(decideOrder(ordered, "one", now)).toBe("answer");
  expect(decideOrder(ordered, null, now)).toBe("answer");
});

test("an order whose job was lost with its process is put in again", () => {
  const lost = { ...none, csr: "one", state: "ordered" as const, nextTryAt: ago(16) };
  expect(decideOrder(lost, "one", now)).toBe("resume");
  expect(decideOrder({ ...lost, nextTryAt: ago(14) }, "one", now)).toBe("answer");
});

test("another key is ordered for a day after the last certificate at the earliest", () => {
  const issued = { ...none, csr: "one", state: "issued" as const };
  expect(decideOrder({ ...issued, issuedAt: ago(1439) }, "two", now)).toBe("answer");
  expect(decideOrder({ ...issued, issuedAt: ago(1440) }, "two", now)).toBe("order");
  expect(decideOrder({ ...issued, issuedAt: ago(9999) }, "one", now)).toBe("answer");
});

test.each([
  ["not-asked", { name: null }],
  ["not-asked", { state: "named" as const }],
  ["ordered", { state: "ordered" as const }],
  ["queued", { state: "ordered" as const, turnAt: "2026-11-29T00:00:00Z" }],
  ["failed", { state: "ordered" as const, trouble: "dns-refused" }],
  ["failed", { state: "ordered" as const, trouble: "dns-refused", turnAt: "2026-11-29T00:00:00Z" }],
  ["served", { servedUntil: "2026-12-20T00:00:00Z" }],
  ["waits", {}],
  ["waits", { servedUntil: "2026-11-27T07:00:00Z" }],
  ["fallback", { validUntil: "2026-11-28T07:00:00Z" }],
])("a certificate that is %s is called so", (standing, change) => {
  const issued = { name: "a.example", state: "issued" as const, trouble: null, servedUntil: null };
  const until = { turnAt: null, validUntil: "2026-12-20T00:00:00Z" };
  const certificate = { ...issued, ...until, ...change };
  expect(judgeStanding(certificate, now)).toBe(standing);
});

test("another key in the place of one that is worked on waits ten minutes, or its turn", () => {
  const minutes = (asked: Pick<Asked, "state" | "nextTryAt">, decision: "order" | "resume") =>
    (chooseFirstTry(asked, { decision, now }).getTime() - now.getTime()) / 60_000;
  expect(minutes({ state: "named", nextTryAt: null }, "order")).toBe(0);
  expect(minutes({ state: "issued", nextTryAt: null }, "order")).toBe(0);
  expect(minutes({ state: "ordered", nextTryAt: ago(1) }, "order")).toBe(10);
  expect(minutes({ state: "ordered", nextTryAt: ago(-30) }, "order")).toBe(30);
  expect(minutes({ state: "ordered", nextTryAt: ago(30) }, "resume")).toBe(0);
});
