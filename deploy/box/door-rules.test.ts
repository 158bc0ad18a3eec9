import type { NasSight } from "@foyer/contract";
import { expect, test } from "vitest";
import { type DoorFinding, judgeDoor, levelOfDoor } from "./door-rules.ts";
import { sayDoorFinding } from "./door-words.ts";

const now = new Date("2026-03-10T12:00:00.000Z");
const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000).toISOString();
const nothing: NasSight = {
  ...{ nasId: "01990000-0000-7000-8000-0000000000aa", requestAt: null, rightAt: null },
  ...{ wrongSecretAt: null, letInAt: null, redirectAt: null, accountingAt: null, refusals: [] },
};
const refused = (minutes: number, reason = "nas-unreachable") => ({
  refusals: [{ reason, count: 3, lastAt: ago(minutes) }],
});

/** What was noted, what the doctor says of it, how bad that is, and words of the English sentence. */
const CASES: [string, Partial<NasSight>, DoorFinding["kind"], string, string][] = [
  ["nothing at all", {}, "never-seen", "wrong", "has led nobody here"],
  ["a redirect", { redirectAt: ago(5) }, "seen", "right", "5 minutes ago"],
  ["a session of last week alone", { accountingAt: ago(10_000) }, "quiet", "note", "three days"],
  [
    "a controller that does not answer",
    { redirectAt: ago(9), letInAt: ago(8), ...refused(8) },
    ...(["refuses", "wrong", "did not answer"] as const),
  ],
  [
    "one that refuses",
    { redirectAt: ago(9), letInAt: ago(8), ...refused(8, "nas-refused") },
    ...(["refuses", "wrong", "did not let a guest in"] as const),
  ],
  [
    "a refusal, and a guest who was let in since",
    { redirectAt: ago(3), letInAt: ago(2), accountingAt: ago(2), ...refused(8) },
    ...(["seen", "right", "2 minutes ago"] as const),
  ],
  [
    "guests who were sent on, and no session",
    { redirectAt: ago(9), letInAt: ago(8) },
    ...(["tells-nothing", "wrong", "foyer-binauth.sh"] as const),
  ],
  [
    "a guest who was sent on a moment ago",
    { redirectAt: ago(1), letInAt: ago(1) },
    ...(["seen", "right", "60 seconds ago"] as const),
  ],
];

test.each(CASES)("an access point without RADIUS: %s", (_, noted, kind, level, words) => {
  const finding = judgeDoor({ ...nothing, ...noted }, now);
  expect(finding.kind).toBe(kind);
  expect(levelOfDoor(finding)).toBe(level);
  expect(sayDoorFinding("en", finding)).toContain(words);
  expect(sayDoorFinding("vi", finding)).not.toBe(sayDoorFinding("en", finding));
});
