import { describe, expect, test } from "vitest";
import { isMadeUp, judgeKey, judgeSentOff, readMac, remainingOf, volumesLeftOf } from "./rules.ts";

test.each([
  ["aa:bb:cc:dd:ee:01", "AA-BB-CC-DD-EE-01"],
  ["AABB.CCDD.EE01", "AA-BB-CC-DD-EE-01"],
  ["aabbccddee01", "AA-BB-CC-DD-EE-01"],
  [" AA-BB-CC-DD-EE-01 ", "AA-BB-CC-DD-EE-01"],
  ["AA-BB-CC-DD-EE", null],
  ["AA-BB-CC-DD-EE-0G", null],
  ["00-00-00-00-00-00", null],
  ["FF-FF-FF-FF-FF-FF", null],
  ["01-00-5E-00-00-01", null],
])("a MAC written %j is %j", (typed, mac) => {
  expect(readMac(typed)).toBe(mac);
});

test("an address that a phone made up is known by its second lowest bit", () => {
  expect(isMadeUp("DA-BB-CC-DD-EE-01")).toBe(true);
  expect(isMadeUp("00-1B-63-DD-EE-01")).toBe(false);
});

const now = new Date("2026-03-01T02:00:00Z");
const word = (outcome: string | null, secondsLeft = 60) => ({
  ...{ outcome, expiresAt: new Date(now.getTime() + secondsLeft * 1000) },
});

test.each([
  [[word(null)], "asked"],
  [[word(null), word("no-session")], "asked"],
  [[word("no-session"), word("acknowledged")], "done"],
  [[word("no-session")], "gone"],
  [[word("refused 503"), word("no-session")], "refused"],
  [[word("timed-out")], "no-answer"],
  [[word(null, -1)], "no-answer"],
])("what %j says of sending a device off comes to %s", (words, state) => {
  expect(judgeSentOff(words, now).state).toBe(state);
});

test("the access controller's own word for its refusal is kept", () => {
  expect(judgeSentOff([word("refused 506")], now).outcome).toBe("refused 506");
});

test("what is left of a limit is never below nothing, and no limit leaves no figure", () => {
  expect(remainingOf({ granted: 60, used: 45 })).toBe(15);
  expect(remainingOf({ granted: 60, used: 90 })).toBe(0);
  expect(remainingOf({ granted: null, used: 90 })).toBeNull();
});

test("each volume of a policy has its own left, and one that it does not limit has no figure", () => {
  const used = { uploadBytes: 30, downloadBytes: 400 };
  const policy = { sessionBytes: 500, sessionUploadBytes: 20, sessionDownloadBytes: 1000 };
  expect(volumesLeftOf(policy, used)).toEqual({
    ...{ bytesLeft: 70, uploadBytesLeft: 0, downloadBytesLeft: 600 },
  });
  const none = { bytesLeft: null, uploadBytesLeft: null, downloadBytesLeft: null };
  // One of an earlier release says nothing of either way.
  expect(volumesLeftOf({ sessionBytes: 500 }, used)).toEqual({ ...none, bytesLeft: 70 });
  expect(volumesLeftOf(undefined, used)).toEqual(none);
});

describe("a key of the secure Wi-Fi", () => {
  const now = new Date("2026-11-28T03:00:00Z");
  const later = new Date("2026-11-29T03:00:00Z");
  const before = new Date("2026-11-27T03:00:00Z");
  const key = {
    ...{ endedAt: null, endedBy: null, boxRemovedAt: null },
    ...{ expiresAt: null, outcome: null, finishedAt: null },
  };
  const open = { endedAt: null, endedBy: null };

  test.each([
    ["opens it while nobody has ended it", {}, { state: "open", ...open }],
    ["waits for its box", { expiresAt: later }, { state: "ending", ...open }],
    [
      "opens it still where the box heard nothing in time",
      { expiresAt: now },
      { state: "unheard", ...open },
    ],
    [
      "or heard it too late",
      { expiresAt: before, outcome: "expired" },
      { state: "unheard", ...open },
    ],
    ["or cannot", { expiresAt: later, outcome: "not-supported" }, { state: "unable", ...open }],
    [
      "has ended by the box's answer before the log tells",
      { expiresAt: later, outcome: "done", finishedAt: before },
      { state: "ended", endedAt: before, endedBy: "staff" },
    ],
    [
      "has ended as the log tells, whatever was asked",
      {
        endedAt: before,
        endedBy: "guest" as const,
        expiresAt: later,
        outcome: "done",
        finishedAt: now,
      },
      { state: "ended", endedAt: before, endedBy: "guest" },
    ],
    [
      "is gone with its box",
      { boxRemovedAt: before, expiresAt: later },
      { state: "ended", endedAt: before, endedBy: "box-removed" },
    ],
  ])("%s", (_, known, judged) => {
    expect(judgeKey({ ...key, ...known }, now)).toEqual(judged);
  });
});
