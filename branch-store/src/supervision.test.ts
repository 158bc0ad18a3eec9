import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { openSupervisor, readSupervision } from "./supervision.ts";

/** A file in the place of the socket, and what was written to it. */
function openSink(): { descriptor: number; read: () => string } {
  const folder = mkdtempSync(join(tmpdir(), "foyer-supervision-"));
  const path = join(folder, "told");
  const descriptor = openSync(path, "a");
  onTestFinished(() => {
    closeSync(descriptor);
    rmSync(folder, { recursive: true });
  });
  return { descriptor, read: () => readFileSync(path, "utf8") };
}

test.each([
  [{}, null],
  [{ FOYER_NOTIFY_DESCRIPTOR: "3" }, { descriptor: 3, watchdogMilliseconds: null }],
  [
    { FOYER_NOTIFY_DESCRIPTOR: "7", WATCHDOG_USEC: "60000000" },
    { descriptor: 7, watchdogMilliseconds: 60_000 },
  ],
  [
    { FOYER_NOTIFY_DESCRIPTOR: "3", WATCHDOG_USEC: "0" },
    { descriptor: 3, watchdogMilliseconds: null },
  ],
  // A log or a terminal is written to by nobody but its own words.
  [{ FOYER_NOTIFY_DESCRIPTOR: "1" }, null],
  [{ FOYER_NOTIFY_DESCRIPTOR: "three" }, null],
  [{ WATCHDOG_USEC: "60000000" }, null],
])("what the system gave as %j is read as %j", (environment, supervision) => {
  expect(readSupervision(environment)).toEqual(supervision);
});

test("signs of life begin with being ready, and come three times as often as they are awaited", () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { descriptor, read } = openSink();
  const supervisor = openSupervisor({ descriptor, watchdogMilliseconds: 60_000 });
  vi.advanceTimersByTime(60_000);
  expect(read()).toBe("");
  supervisor.tellReady();
  expect(read()).toBe("READY=1");
  vi.advanceTimersByTime(60_000);
  expect(read()).toBe("READY=1WATCHDOG=1WATCHDOG=1WATCHDOG=1");
  supervisor.tellStopping();
  expect(read()).toMatch(/STOPPING=1$/);
});

test("a process that nobody watches, or whose watcher is gone, works all the same", () => {
  expect(() => openSupervisor(null).tellReady()).not.toThrow();
  const gone = openSupervisor({ descriptor: 1023, watchdogMilliseconds: null });
  expect(() => gone.tellReady()).not.toThrow();
});
