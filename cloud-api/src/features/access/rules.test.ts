import { describe, expect, test } from "vitest";
import {
  findPasswordFault,
  isTooMany,
  normaliseEmail,
  readSecondFactor,
  TRIES_PER_ADDRESS_MAX,
  TRIES_PER_EMAIL_AND_ADDRESS_MAX,
} from "./rules.ts";

test("an e-mail address is one however it is typed", () => {
  expect(normaliseEmail("  Lan.Nguyễn@Example.COM ")).toBe("lan.nguyễn@example.com");
  expect(normaliseEmail("e\u0301@x.vn")).toBe(normaliseEmail("\u00e9@x.vn"));
});

describe("a new password is refused", () => {
  test.each([
    ["short", "at least 10 characters"],
    ["🔑🔑🔑🔑🔑🔑🔑🔑🔑", "at least 10 characters"],
    ["Lan@Example.com", "must not be the e-mail address"],
    ["aaaaaaaaaaaa", "repeats too few characters"],
  ])("%s", (password, reason) => {
    expect(findPasswordFault(password, "lan@example.com")).toContain(reason);
  });

  test("never for being a sentence", () => {
    expect(findPasswordFault("cà phê sữa đá", "lan@example.com")).toBeNull();
  });
});

test("a second factor is read with or without spaces and dashes", () => {
  expect(readSecondFactor(" 123 456")).toEqual({ kind: "totp", code: "123456" });
  expect(readSecondFactor("ABCD-efgh-2345-wxyz")).toEqual({
    kind: "recovery",
    code: "abcdefgh2345wxyz",
  });
  expect(readSecondFactor("12345")).toEqual({ kind: "unreadable" });
});

test("the last allowed try is allowed and the next is not", () => {
  const few = { ofEmailAndAddress: 1, ofAddress: 1 };
  expect(isTooMany({ ...few, ofEmailAndAddress: TRIES_PER_EMAIL_AND_ADDRESS_MAX })).toBe(false);
  expect(isTooMany({ ...few, ofEmailAndAddress: TRIES_PER_EMAIL_AND_ADDRESS_MAX + 1 })).toBe(true);
  expect(isTooMany({ ...few, ofAddress: TRIES_PER_ADDRESS_MAX })).toBe(false);
  expect(isTooMany({ ...few, ofAddress: TRIES_PER_ADDRESS_MAX + 1 })).toBe(true);
});
