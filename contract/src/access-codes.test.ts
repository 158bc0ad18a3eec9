import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ACCESS_CODE_ALPHABET, type AccessCode, normaliseAccessCode } from "./access-codes.ts";
import { readBranchSettings } from "./branch-settings.ts";

const fixture = join(import.meta.dirname, "..", "fixtures", "settings", "branch-settings.json");
const idOf = (number: number) => `01990000-0000-7000-8000-${String(number).padStart(12, "0")}`;
const codeWith = (change: Partial<AccessCode> = {}): AccessCode => ({
  id: idOf(1),
  code: "ABCD2345",
  devicesMax: 3,
  minutes: 60,
  validFrom: null,
  validUntil: null,
  policyId: null,
  ...change,
});

function readWith(accessCodes: readonly object[], signIn: object = {}) {
  const document = JSON.parse(readFileSync(fixture, "utf8"));
  Object.assign(document, { accessCodes });
  Object.assign(document.signIn, signIn);
  return readBranchSettings(document);
}

const reasonOf = (read: ReturnType<typeof readBranchSettings>) =>
  read.kind === "invalid" ? read.reason : null;

describe("an access code as it is typed", () => {
  test.each([
    "ABCD2345",
    "abcd2345",
    " abcd-2345 ",
    "AB CD 23 45",
    "abcd–2345",
    "ＡＢＣＤ２３４５",
  ])("%j is ABCD2345", (typed) => {
    expect(normaliseAccessCode(typed)).toBe("ABCD2345");
  });

  test.each(["", "ABC23", "ABCD234O", "ABCD2340", "ABCD2341", "ABCD234I", "ABCD234L", "ÄBCD2345"])(
    "%j cannot be one",
    (typed) => {
      expect(normaliseAccessCode(typed)).toBeNull();
    },
  );

  test("no two of its characters are taken for one another", () => {
    expect(new Set(ACCESS_CODE_ALPHABET).size).toBe(31);
    expect(ACCESS_CODE_ALPHABET).not.toMatch(/[01OIL]/);
  });
});

describe("access codes in the settings", () => {
  test("are read, and settings from before there were any are read as well", () => {
    expect(readWith([codeWith()], { accessCode: { enabled: true } }).kind).toBe("settings");
    const document = JSON.parse(readFileSync(fixture, "utf8"));
    expect(document.accessCodes ?? document.signIn.accessCode).toBeUndefined();
    expect(readBranchSettings(document).kind).toBe("settings");
  });

  test("are unique in their branch, by id and by code, and no reason tells a code", () => {
    const twice = readWith([codeWith(), codeWith({ id: idOf(2) })]);
    expect(reasonOf(twice)).toBe("/accessCodes/1/code is the same as an earlier one");
    expect(reasonOf(readWith([codeWith(), codeWith({ code: "ABCD2346" })]))).toBe(
      "/accessCodes/1/id is the id of an earlier code",
    );
  });

  test("name a policy that the branch has, or none", () => {
    expect(reasonOf(readWith([codeWith({ policyId: idOf(9) })]))).toContain(
      "/accessCodes/0/policyId",
    );
    expect(readWith([codeWith({ policyId: idOf(80) })]).kind).toBe("settings");
  });

  test.each<[string, object]>([
    ["/accessCodes/0/code", { code: "abcd2345" }],
    ["/accessCodes/0/code", { code: "ABCD-2345" }],
    ["/accessCodes/0/code", { code: "ABCD2340" }],
    ["/accessCodes/0/devicesMax", { devicesMax: 0 }],
    ["/accessCodes/0/minutes", { minutes: 0 }],
    ["/accessCodes/0/validUntil", { validUntil: "tomorrow" }],
    [
      "/accessCodes/0/validUntil",
      { validFrom: "2026-03-02T00:00:00Z", validUntil: "2026-03-02T00:00:00Z" },
    ],
  ])("a fault at %s is said with its place: %j", (place, change) => {
    expect(reasonOf(readWith([codeWith(change)]))).toContain(place);
  });

  test("are at most 5,000", () => {
    const digits = ACCESS_CODE_ALPHABET;
    const many = Array.from({ length: 5001 }, (_, index) => {
      const [a, b, c] = [index % 31, Math.floor(index / 31) % 31, Math.floor(index / 961)];
      return codeWith({ id: idOf(index + 100), code: `ABCDE${digits[c]}${digits[b]}${digits[a]}` });
    });
    expect(readWith(many.slice(1)).kind).toBe("settings");
    expect(reasonOf(readWith(many))).toContain("/accessCodes");
  });

  test("may be the only way in", () => {
    const phone = JSON.parse(readFileSync(fixture, "utf8")).signIn.phone;
    const closed = { phone: { ...phone, enabled: false }, clickThrough: "off" };
    expect(reasonOf(readWith([], closed))).toContain("no way in");
    expect(readWith([], { ...closed, accessCode: { enabled: true } }).kind).toBe("settings");
  });
});
