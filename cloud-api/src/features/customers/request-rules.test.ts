import { expect, test } from "vitest";
import { dueTimesOf, hashContact, type Law, type RequestKind } from "./request-rules.ts";

const dueOf = (
  askedAt: Date,
  timeZone: string,
  { kind = "copy", law = "vn" }: { kind?: RequestKind; law?: Law } = {},
) => dueTimesOf({ askedAt, timeZone, kind, law });

test.each([
  ["Monday", "2026-03-02T09:00:00Z", "2026-03-04T09:00:00Z"],
  ["Thursday", "2026-03-05T09:00:00Z", "2026-03-09T09:00:00Z"],
  ["Friday", "2026-03-06T09:00:00Z", "2026-03-10T09:00:00Z"],
  ["Saturday", "2026-03-07T09:00:00Z", "2026-03-10T09:00:00Z"],
])("a request of a %s is to be answered two working days later", (_, askedAt, answerBy) => {
  const due = dueOf(new Date(askedAt), "Asia/Ho_Chi_Minh");
  expect(due.answerBy).toEqual(new Date(answerBy));
});

test("a weekend is the branch's own: Friday evening in London is Saturday in Saigon", () => {
  const askedAt = new Date("2026-03-04T20:00:00Z");
  expect(dueOf(askedAt, "UTC").answerBy.toISOString()).toBe("2026-03-06T20:00:00.000Z");
  const saigon = dueOf(askedAt, "Asia/Ho_Chi_Minh");
  expect(saigon.answerBy.toISOString()).toBe("2026-03-08T20:00:00.000Z");
});

test("a request is to be finished twenty days after it was made", () => {
  const due = dueOf(new Date("2026-03-02T09:00:00Z"), "UTC");
  expect(due.finishBy.toISOString()).toBe("2026-03-22T09:00:00.000Z");
});

test("what is to be corrected or left alone is due sooner than a copy", () => {
  const askedAt = new Date("2026-03-02T09:00:00Z");
  const days = (kind: RequestKind) =>
    (dueOf(askedAt, "UTC", { kind }).finishBy.getTime() - askedAt.getTime()) / 86_400_000;
  expect([days("correction"), days("restriction"), days("deletion")]).toEqual([10, 15, 20]);
});

test.each([
  ["2026-03-02T09:00:00.000Z", "2026-04-02T09:00:00.000Z"],
  ["2026-01-31T09:00:00.000Z", "2026-02-28T09:00:00.000Z"],
  ["2026-12-15T09:00:00.000Z", "2027-01-15T09:00:00.000Z"],
])("by the GDPR a request of %s is to be answered and done by %s", (askedAt, due) => {
  const { answerBy, finishBy } = dueOf(new Date(askedAt), "UTC", { law: "gdpr" });
  expect([answerBy.toISOString(), finishBy.toISOString()]).toEqual([due, due]);
});

test("a number's hash is another one for each company", () => {
  expect(hashContact("+84912345678", "a")).not.toBe(hashContact("+84912345678", "b"));
});
