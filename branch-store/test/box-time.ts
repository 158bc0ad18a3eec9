import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import {
  applySettings,
  correctClock,
  listUnsent,
  type MachineClock,
  openStoreInBoxTime,
  type TimeTold,
} from "../src/index.ts";
import { sampleIdentity, sampleSettings } from "./store.ts";

export const RIGHT = Date.parse("2026-03-01T02:00:00.000Z");
const SECOND = 1000;

/** A machine whose time passes by hand: its count runs, and its clock is off by what is said. */
export function makeMachine(options: { offSeconds: number }) {
  const state = { boot: 1, bootedAt: 0, passed: 0, offMs: options.offSeconds * SECOND };
  const clock: MachineClock = {
    get bootId() {
      return `boot-${state.boot}`;
    },
    uptimeMilliseconds: () => state.passed - state.bootedAt,
    now: () => new Date(RIGHT + state.passed + state.offMs),
  };
  return {
    clock,
    pass: (seconds: number) => {
      state.passed += seconds * SECOND;
    },
    /** Somebody sets its clock, or a time server does. */
    setOff: (seconds: number) => {
      state.offMs = seconds * SECOND;
    },
    /** Switched off and on again. */
    boot: () => {
      state.boot += 1;
      state.bootedAt = state.passed;
    },
    rightNow: () => RIGHT + state.passed,
  };
}

export type TestMachine = ReturnType<typeof makeMachine>;

/** A store in the box's time on such a machine, with the sample settings. */
export function openTimedStore(machine: TestMachine) {
  const folder = mkdtempSync(join(tmpdir(), "foyer-time-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const open = () => {
    const opened = openStoreInBoxTime({
      folder,
      identity: sampleIdentity(),
      machine: { ...machine.clock },
    });
    onTestFinished(opened.store.close);
    return opened;
  };
  const { store, time } = open();
  store.transaction((tx) => applySettings(tx, sampleSettings()));
  return {
    folder,
    store,
    time,
    /** Another process, or the same after the machine was switched on again. */
    openAgain: open,
    /** The cloud tells the time, or says otherwise. */
    correct: (by = store, word: Partial<TimeTold> = {}) =>
      by.transaction((tx) =>
        correctClock(tx, {
          machine: machine.clock,
          told: {
            at: machine.rightNow(),
            uptimeMs: machine.clock.uptimeMilliseconds(),
            uncertaintyMs: 500,
            source: "cloud",
            ...word,
          },
        }),
      ),
    listEvents: (type: string) =>
      store
        .read((tx) => listUnsent(tx, { afterSeq: 0, limit: 1000 }))
        .filter((event) => event.type === type),
  };
}
