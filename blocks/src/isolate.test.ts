import { expect, test } from "vitest";
import { isolateIn } from "./isolate.ts";

test.each(["49 Bát Đàn", "Café (Q1)", "Tea 2", "1 Lan"])(
  "%s is set apart where words go from right to left, and nowhere else",
  (text) => {
    expect(isolateIn("fa", text)).toBe(`\u2068${text}\u2069`);
    for (const language of ["en", "vi"] as const) expect(isolateIn(language, text)).toBe(text);
  },
);

test.each([
  "Lan",
  "Bát Đàn",
  "سارا ۲",
  "123456",
  "\u2066l•••@shop.example\u2069",
  "http://a.b/c?d=1-",
])("%s stands as it is", (text) => {
  expect(isolateIn("fa", text)).toBe(text);
});
