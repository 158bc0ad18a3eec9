import { expect, test } from "vitest";
import { dueTimesOf, hashContact } from "./request-rules.ts";

test.each([
  ["Monday", "2026-03-02T09:00:00Z", "2026-03-04T09:00:00Z"],
  ["Thursday", "2026-03-05T09:00:00Z", "2026-03-09T09:00:00Z"],
  ["Friday", "2026-03-06T09:00:00Z", "2026-03-10T09:00:00Z"],
  ["Saturday", "2026-03-07T09:00:00Z", "2026-03-10T09:00:00Z"],
])("a request of a %s is to be answered two working days later", (_, askedAt, answerBy) => {
  const due = dueTimesOf(new Date(askedAt), "Asia/Ho_Chi_Minh");
  expect(due.answerBy).toEqual(new Date(answerBy));
});

test("a weekend is the branch's own: Friday evening in London is Saturday in Saigon", () => {
  const askedAt = new Date("2026-03-04T20:00:00Z");
  expect(dueTimesOf(askedAt, "UTC").answerBy.toISOString()).toBe("2026-03-06T20:00:00.000Z");
  const saigon = dueTimesOf(askedAt, "Asia/Ho_Chi_Minh");
  expect(saigon.answerBy.toISOString()).toBe("2026-03-08T20:00:00.000Z");
});

test("a request is to be finished twenty days after it was made", () => {
  const due = dueTimesOf(new Date("2026-03-02T09:00:00Z"), "UTC");
  expect(due.finishBy.toISOString()).toBe("2026-03-22T09:00:00.000Z");
});

test("a number's hash is another one for each company", () => {
  expect(hashContact("+84912345678", "a")).not.toBe(hashContact("+84912345678", "b"));
});
