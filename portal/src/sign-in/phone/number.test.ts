import { expect, test } from "vitest";
import { maskPhone, readPhoneNumber } from "./number.ts";

test.each([
  ["0912345678", "VN"],
  ["0912 345 678", "VN"],
  ["(091) 234-5678", "VN"],
  ["+84 912 345 678", "VN"],
  ["84912345678", "VN"],
  ["0084 912 345 678", "VN"],
  ["+84912345678", "DE"],
  ["912345678", "VN"],
  ["+84 0912 345 678", "VN"],
  ["٠٩١٢٣٤٥٦٧٨", "VN"],
  ["\u202d0912\u00a0345\u00a0678\u202c", "VN"],
])("%s in %s is +84912345678", (typed, country) => {
  expect(readPhoneNumber(typed, country, ["VN"])).toEqual({ kind: "phone", phone: "+84912345678" });
});

test("a number is read for the branch's own country unless it says another", () => {
  expect(readPhoneNumber("0151 23456789", "DE")).toEqual({
    kind: "phone",
    phone: "+4915123456789",
  });
  expect(readPhoneNumber("(202) 555-0143", "US")).toEqual({ kind: "phone", phone: "+12025550143" });
});

test.each([
  ["", "empty"],
  ["   ", "empty"],
  ["hello", "not-a-number"],
  ["12", "too-short"],
  ["091234567", "no-such-number"],
  ["0912345678901234", "too-long"],
  ["028 3822 1234", "not-mobile"],
  ["\u200b", "empty"],
  ["1900 1234", "premium"],
  ["+49 1512 3456789", "foreign"],
  ["+979 123 456 789", "foreign"],
  ["+870 773 111 632", "foreign"],
])("%j is answered with what is wrong with it", (typed, fault) => {
  expect(readPhoneNumber(typed, "VN")).toEqual({ kind: "fault", fault });
});

test.each([
  ["070 1234 5678", "GB"],
  ["+44 70 1234 5678", "VN"],
])("%s in %s is somebody's at their own charges, and gets no message", (typed, country) => {
  const read = readPhoneNumber(typed, country, ["GB"]);
  expect(read).toEqual({ kind: "fault", fault: "premium" });
});

test("a shown number hides all but its first digit and its last three, from left to right in any page", () => {
  expect(maskPhone("+84912345678")).toBe("\u20660•••\u00a0•••\u00a0678\u2069");
});
