import { describe, expect, test } from "vitest";
import {
  COME_UP_MILLISECONDS_MAX,
  judgeLooks,
  type Look,
  type ServiceLook,
} from "./verdict-rules.ts";

const up: ServiceLook[] = (["radius", "portal", "sync-agent"] as const).map((service, index) => ({
  ...{ service, activeState: "active", processId: 100 + index, restarts: 0, answers: true },
}));

/** A look a second, each as its change of the portal says. */
function looks(...changes: Partial<ServiceLook>[]): Look[] {
  return changes.map((change, index) => ({
    at: index * 1000,
    isEnrolled: true,
    services: up.map((each) => (each.service === "portal" ? { ...each, ...change } : each)),
  }));
}
const seconds = (count: number, change: Partial<ServiceLook> = {}) => Array(count).fill(change);

describe("a release that was just started", () => {
  test("is well once the same processes have been up and answering for ten seconds", () => {
    expect(judgeLooks(looks(...seconds(10)))).toEqual({ kind: "waiting" });
    expect(judgeLooks(looks(...seconds(11)))).toEqual({ kind: "well" });
  });

  test("is not well because of seconds before a process was started anew", () => {
    const anew = seconds(5, { processId: 900, restarts: 1 });
    expect(judgeLooks(looks(...seconds(8), ...anew))).toEqual({ kind: "waiting" });
    const longer = seconds(11, { processId: 900, restarts: 1 });
    expect(judgeLooks(looks(...seconds(8), ...longer))).toEqual({ kind: "well" });
  });

  test.each([
    ["was given up", { activeState: "failed" }],
    ["ends again and again", { activeState: "activating", restarts: 4 }],
  ])("is broken at once where a process %s", (_, change) => {
    expect(judgeLooks(looks(change))).toEqual({ kind: "broken", services: ["portal"] });
  });

  test.each([
    ["is never ready", { activeState: "activating" }],
    ["does not answer", { answers: false }],
  ])("is broken after a while where a process %s", (_, change) => {
    const enough = COME_UP_MILLISECONDS_MAX / 1000;
    expect(judgeLooks(looks(...seconds(enough, change)))).toEqual({ kind: "waiting" });
    expect(judgeLooks(looks(...seconds(enough + 1, change)))).toEqual({
      ...{ kind: "broken", services: ["portal"] },
    });
  });

  test("is not asked for a port that was switched off", () => {
    expect(judgeLooks(looks(...seconds(11, { answers: null })))).toEqual({ kind: "well" });
  });

  test("is well on a box that is not enrolled, which runs nothing", () => {
    expect(judgeLooks([{ at: 0, isEnrolled: false, services: [] }])).toEqual({ kind: "well" });
    expect(judgeLooks([])).toEqual({ kind: "waiting" });
  });
});
