import { expect, test } from "vitest";
import { normaliseEmail } from "./email.ts";

test.each([
  ["Lan@Example.COM", "lan@example.com"],
  ["  lan.nguyen+wifi@mail.example.vn ", "lan.nguyen+wifi@mail.example.vn"],
  ["\u200elan@example.com\u200e", "lan@example.com"],
  ["lan@vĩ-dụ.vn", "lan@vĩ-dụ.vn"],
  ["O'Neill@example.com", "o'neill@example.com"],
])("%s is compared as %s", (typed, email) => {
  expect(normaliseEmail(typed)).toBe(email);
});

test.each([
  "",
  "lan",
  "lan@example",
  "lan@.com",
  "lan@example..com",
  "lan@@example.com",
  "lan nguyen@example.com",
  "lan@example.com, minh@example.com",
  "lan@example.com\r\nBcc: minh@example.com",
  "Lan <lan@example.com>",
  `${"l".repeat(65)}@example.com`,
  `lan@${"e".repeat(250)}.com`,
])("%j is no address", (typed) => {
  expect(normaliseEmail(typed)).toBeNull();
});
