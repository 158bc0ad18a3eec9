import { describe, expect, test } from "vitest";
import { makeMachine, openTimedStore, RIGHT } from "../test/box-time.ts";
import { MAC, NAS } from "../test/store.ts";
import { type BranchStore, noteTimeSeen, seeDevice } from "./index.ts";

const HOUR = 3600;
const YEARS = 1000 * 24 * HOUR;

const writeSomething = (store: BranchStore) =>
  store.transaction((tx) => seeDevice(tx, { mac: MAC, nasId: NAS, by: "portal" }));
/** As every process does each minute. */
const noteTime = (store: BranchStore) => store.transaction((tx) => noteTimeSeen(tx, tx.now));
const timeAfter = (seconds: number) => new Date(RIGHT + seconds * 1000).toISOString();

/** What the last word of the time was taken to be of: when the first boot began that it has moved. */
const movedSince = ({ listEvents }: ReturnType<typeof openTimedStore>) =>
  listEvents("clock.corrected").at(-1)?.payload.bootedAt;
const whenSeen = ({ listEvents }: ReturnType<typeof openTimedStore>) =>
  listEvents("device.seen")[0]?.occurredAt;

describe("of the boots before one whose clock was ahead", () => {
  test("one that was right keeps its time, though the word that it is judged by may be off by more than lay between", () => {
    const machine = makeMachine({ offSeconds: 0 });
    const timed = openTimedStore(machine);
    machine.pass(600);
    writeSomething(timed.store);
    machine.pass(1);
    machine.boot();
    machine.setOff(HOUR);
    const { store } = timed.openAgain();
    timed.correct(store, { at: machine.rightNow() - 4900, uncertaintyMs: 5000 });
    expect(whenSeen(timed)).toBe(timeAfter(600));
    expect(movedSince(timed)).toBe(new Date(RIGHT + 601_000 - 4900).toISOString());
  });

  test("one that was right and wrote nothing is not taken for ahead by what another wrote before it", () => {
    const machine = makeMachine({ offSeconds: YEARS });
    const timed = openTimedStore(machine);
    writeSomething(timed.store);
    machine.pass(30);
    machine.boot();
    machine.setOff(0);
    timed.openAgain();
    machine.pass(60);
    machine.boot();
    machine.setOff(HOUR);
    timed.correct(timed.openAgain().store);
    expect(movedSince(timed)).toBe(timeAfter(90));
    // Nobody knows when that was: its clock was off by something else.
    expect(whenSeen(timed)).toBe(timeAfter(YEARS));
  });

  test("one that wrote nothing is known by its clock, and stands in nobody's way", () => {
    const machine = makeMachine({ offSeconds: YEARS });
    const timed = openTimedStore(machine);
    writeSomething(timed.store);
    machine.pass(600);
    noteTime(timed.store);
    for (let boot = 0; boot < 2; boot += 1) {
      machine.boot();
      machine.setOff(0);
      const { store } = timed.openAgain();
      machine.pass(60);
      noteTime(store);
    }
    timed.correct(timed.openAgain().store);
    expect(whenSeen(timed)).toBe(timeAfter(0));
    expect(movedSince(timed)).toBe(timeAfter(0));
  });

  test("one that a time server put right is judged by the right time of what it wrote before that", () => {
    const machine = makeMachine({ offSeconds: YEARS });
    const timed = openTimedStore(machine);
    writeSomething(timed.store);
    machine.pass(60);
    machine.setOff(0);
    timed.correct(timed.store, { source: "machine", uncertaintyMs: 10 });
    machine.pass(60);
    machine.boot();
    machine.setOff(HOUR);
    timed.correct(timed.openAgain().store);
    expect(whenSeen(timed)).toBe(timeAfter(0));
    expect(movedSince(timed)).toBe(timeAfter(120));
  });
});
