import { describe, expect, test } from "vitest";
import {
  failureOf,
  findSenderFault,
  leaveOut,
  type PastAttempt,
  planNext,
  withoutAccents,
} from "./rules.ts";
import { writeMessage } from "./words.ts";

const NOW = new Date("2026-11-26T02:00:00Z");
const after = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
const steps = [
  { senderId: "one", timeoutSeconds: 10 },
  { senderId: "two", timeoutSeconds: 10 },
];
const attempt = (change: Partial<PastAttempt>): PastAttempt => ({
  ...{ step: 0, state: "claimed", reason: null, claimedAt: NOW, endsAt: after(10), retryAt: null },
  ...change,
});
const plan = (attempts: PastAttempt[], now = after(1), deadline = after(300)) =>
  planNext(attempts, { steps, now, deadline });

describe("what is next for a code", () => {
  test.each<[string, ReturnType<typeof plan>, ReturnType<typeof planNext>]>([
    ["nothing was tried", plan([]), { kind: "send", step: 0 }],
    ["its life is over", plan([], after(300)), { kind: "failed", failure: "expired" }],
    ["somebody is at it", plan([attempt({})]), { kind: "later", at: after(13) }],
    ["somebody died at it", plan([attempt({})], after(13)), { kind: "unknown" }],
    ["it may have gone out", plan([attempt({ state: "unknown" })]), { kind: "unknown" }],
    ["it was refused", plan([attempt({ state: "rejected" })]), { kind: "send", step: 1 }],
    [
      "the sender asked for patience",
      plan([attempt({ state: "retry", retryAt: after(3) })]),
      { kind: "later", at: after(3) },
    ],
    [
      "the patience is over",
      plan([attempt({ state: "retry", retryAt: after(3) })], after(3)),
      { kind: "send", step: 0 },
    ],
    [
      "the sender asked for more than its time",
      plan([attempt({ state: "retry", retryAt: after(10) })]),
      { kind: "send", step: 1 },
    ],
    [
      "all refused",
      plan([attempt({ state: "rejected" }), attempt({ state: "rejected", step: 1 })]),
      { kind: "failed", failure: "sender" },
    ],
  ])("when %s", (_when, found, expected) => {
    expect(found).toEqual(expected);
  });

  test("a guest is told of their number only where every sender spoke of it", () => {
    expect(failureOf(["invalid-recipient", "opted-out"])).toBe("recipient");
    expect(failureOf(["invalid-recipient", "balance"])).toBe("sender");
    expect(failureOf([])).toBe("sender");
  });
});

describe("a sender as staff typed it", () => {
  const settings = { baseUrl: "https://rest.esms.vn", brandname: "Foyer", smsType: "2" };
  const secrets = { apiKey: "a", secretKey: "b" };
  test("is taken whole, and again without the secrets that are set", () => {
    expect(findSenderFault("esms", { settings, secrets }, [])).toBeNull();
    expect(findSenderFault("esms", { settings, secrets: {} }, ["apiKey", "secretKey"])).toBeNull();
  });

  test.each([
    ["a missing secret", { settings, secrets: { apiKey: "a" } }, "/secrets/secretKey"],
    ["an unknown field", { settings: { ...settings, colour: "red" }, secrets }, "/settings/colour"],
    [
      "a secret among the settings",
      { settings: { ...settings, apiKey: "a" }, secrets },
      "/settings/apiKey",
    ],
    [
      "an address that is none",
      { settings: { ...settings, baseUrl: "file:///etc/passwd" }, secrets },
      "/settings/baseUrl",
    ],
    [
      "a line break in what becomes a header",
      { settings: { ...settings, brandname: "a\r\nX: y" }, secrets },
      "/settings/brandname",
    ],
    ["no such choice", { settings: { ...settings, smsType: "1" }, secrets }, "/settings/smsType"],
  ])("%s is refused with its place", (_what, given, field) => {
    expect(findSenderFault("esms", given, [])?.field).toBe(field);
  });
});

describe("the words of a message", () => {
  const words = {
    code: "493027",
    branchName: "Đống Đa {{code}}",
    minutes: 5,
    host: null,
    link: null,
  };
  test("are filled in once: a branch's name fills nothing in", () => {
    const { text } = writeMessage({ textEn: "{{branch}}: {{code}}" }, { ...words, language: "en" });
    expect(text).toBe("Đống Đa {{code}}: 493027");
  });

  test("end with host and code alone where the portal's page is secure", () => {
    const link = "https://wifi.example.test/code-field?c=x";
    const mail = writeMessage({}, { ...words, host: "wifi.example.test", link, language: "en" });
    expect(mail.text.split("\n").at(-1)).toBe(`Or open it filled in, on this Wi-Fi: ${link}`);
    const { text } = writeMessage({}, { ...words, host: "wifi.example.test", language: "vi" });
    expect(text.split("\n").at(-1)).toBe("@wifi.example.test #493027");
  });

  test("lose the marks of Vietnamese where the sender says so", () => {
    expect(withoutAccents("Đường đến Huế, ưỡn ẹo")).toBe("Duong den Hue, uon eo");
  });
});

test.each([
  ["+84912345678", "Number +84912345678 is invalid", "Number … is invalid"],
  ["+84912345678", "0912 345 678: blocked", "…: blocked"],
  ["+84912345678", "to=84912345678&code=21211", "to=…&code=21211"],
  ["lan@example.com", "550 <Lan@Example.com>: no such user", "550 <…>: no such user"],
  ["+84912345678", "quota of 500 used up", "quota of 500 used up"],
])("what a provider says of %s is kept without it", (contact, said, kept) => {
  expect(leaveOut(said, contact)).toBe(kept);
});
