import { expect, test } from "vitest";
import { sayEnd } from "./online.ts";
import { sayerOf } from "./words.ts";

const NOW = new Date("2026-11-28T10:00:00Z");

test.each([
  ["en", "2026-11-28T12:30:00Z", "Until 19:30."],
  ["vi", "2026-11-28T12:30:00Z", "Đến 19:30."],
  ["fa", "2026-11-28T12:30:00Z", "تا ساعت ۱۹:۳۰."],
  ["fa", "2026-11-30T02:30:00Z", "تا دوشنبه ۳۰ نوامبر ساعت ۰۹:۳۰."],
] as const)("the end of access is one sentence in %s at %s", (language, end, sentence) => {
  const timeZone = "Asia/Ho_Chi_Minh";
  const time = sayEnd(new Date(end), { now: NOW, language, timeZone });
  expect(sayerOf(language)("online.untilCode", { time })).toBe(sentence);
});
