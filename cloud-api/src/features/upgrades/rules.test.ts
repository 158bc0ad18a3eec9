import type { WeeklyHours } from "@foyer/contract";
import { describe, expect, test } from "vitest";
import {
  countParts,
  lengthOfPart,
  listDeeds,
  listQuiet,
  PART_BYTES,
  stageAfter,
  stagesFor,
} from "./rules.ts";

const hours = (from: string, to: string, days = [1, 2, 3, 4, 5, 6, 7]): WeeklyHours => ({
  ...{ days, from, to },
});
const SAIGON = "Asia/Ho_Chi_Minh";
const PARIS = "Europe/Paris";
const quiet = (timeZone: string, openingHours: WeeklyHours[], now: string) =>
  listQuiet({ timeZone, openingHours }, new Date(now)).map(({ from, until }) =>
    `${from}/${until}`.replaceAll(/:00\.000Z/g, "Z"),
  );

describe("a box may be switched to a release", () => {
  test("while its branch is shut, but for the half hours around that", () => {
    const open = [hours("08:00", "22:00")];
    expect(quiet(SAIGON, open, "2026-11-27T05:00:00Z")).toEqual([
      "2026-11-27T15:30Z/2026-11-28T00:30Z",
      "2026-11-28T15:30Z/2026-11-29T00:30Z",
    ]);
  });

  test("from three to five at night where nobody has said when the branch is open", () => {
    expect(quiet(SAIGON, [], "2026-11-27T05:00:00Z")[0]).toBe(
      "2026-11-27T20:00Z/2026-11-27T22:00Z",
    );
  });

  test("from three to five at night where the branch never shuts for long enough", () => {
    for (const open of [[hours("00:00", "00:00")], [hours("05:00", "04:00")]])
      expect(quiet(SAIGON, open, "2026-11-27T05:00:00Z")[0]).toBe(
        "2026-11-27T20:00Z/2026-11-27T22:00Z",
      );
  });

  test("by the branch's own clock on the days on which clocks are changed", () => {
    const open = [hours("08:00", "22:00")];
    // 29 March 2026, 2:00 is 3:00: the night has one hour less. 25 October: one more.
    expect(quiet(PARIS, open, "2026-03-28T12:00:00Z")[0]).toBe(
      "2026-03-28T21:30Z/2026-03-29T05:30Z",
    );
    expect(quiet(PARIS, open, "2026-10-24T12:00:00Z")[0]).toBe(
      "2026-10-24T20:30Z/2026-10-25T06:30Z",
    );
    expect(quiet(PARIS, [], "2026-03-28T12:00:00Z")[0]).toBe("2026-03-29T01:00Z/2026-03-29T03:00Z");
    expect(quiet(PARIS, [], "2026-10-24T12:00:00Z")[0]).toBe("2026-10-25T02:00Z/2026-10-25T04:00Z");
  });

  test("in the same stretch however often it is asked in it", () => {
    const open = [hours("08:00", "22:00")];
    for (const now of ["2026-11-27T16:00:00Z", "2026-11-27T23:00:00Z"])
      expect(quiet(SAIGON, open, now)[0]).toBe("2026-11-27T15:30Z/2026-11-28T00:30Z");
    // Shut from Friday evening to Monday.
    const [first] = quiet(
      SAIGON,
      [hours("08:00", "18:00", [1, 2, 3, 4, 5])],
      "2026-11-29T03:00:00Z",
    );
    expect(first).toBe("2026-11-28T03:30Z/2026-11-30T00:30Z");
  });
});

test("a ring has a release at its own stage and at those after it", () => {
  expect(stagesFor("early")).toEqual(["early", "most", "last"]);
  expect(stagesFor("last")).toEqual(["last"]);
});

test("a tarball is cut into parts of one length but the last", () => {
  expect(countParts(PART_BYTES)).toBe(1);
  expect(countParts(PART_BYTES + 1)).toBe(2);
  expect([0, 1, 2].map((part) => lengthOfPart(part, PART_BYTES + 1))).toEqual([PART_BYTES, 1, 0]);
});

const WHOLE = { partsHeld: 3, partsWanted: 3, haltedReason: null };

test("a release starts once all of it is here, goes from ring to ring, and goes on only where it was halted", () => {
  expect(listDeeds({ ...WHOLE, partsHeld: 2, stage: null })).toEqual([]);
  expect(listDeeds({ ...WHOLE, stage: null })).toEqual(["start"]);
  expect(listDeeds({ ...WHOLE, stage: "early" })).toEqual(["next", "halt"]);
  expect(listDeeds({ ...WHOLE, stage: "last" })).toEqual(["halt"]);
  expect(listDeeds({ ...WHOLE, stage: "most", haltedReason: "bad" })).toEqual(["resume"]);
});

test("a start is for the first, the next ring comes after each, and a halt or its end moves nothing", () => {
  expect(stageAfter("start", null)).toBe("early");
  expect(stageAfter("next", "early")).toBe("most");
  expect(stageAfter("next", "most")).toBe("last");
  expect(stageAfter("halt", "most")).toBe("most");
  expect(stageAfter("resume", "early")).toBe("early");
});
