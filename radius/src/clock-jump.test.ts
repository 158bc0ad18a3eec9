import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  applySettings,
  closeDueVisits,
  correctClock,
  listUnsent,
  type MachineClock,
  openStoreInBoxTime,
} from "@foyer/branch-store";
import { pino } from "pino";
import { expect, onTestFinished, test, vi } from "vitest";
import { MAC, sampleSettings, signInAndIssue } from "../test/box.ts";
import { openTestNas } from "../test/nas.ts";
import { codes, statusTypes } from "./protocol/dictionary.ts";
import { attribute } from "./protocol/values.ts";
import { startRadius } from "./radius.ts";

const RIGHT = Date.parse("2026-03-01T02:00:00.000Z");
const HOUR = 3600;
/** Ahead, behind, and in 1970. */
const OFFSETS = [HOUR, -HOUR, -RIGHT / 1000];

/** A box with its RADIUS server on a machine whose clock is off, and whose time passes by hand. */
const startTimedBox = async (offSeconds: number) => {
  const state = { passed: 0, off: offSeconds };
  const machine: MachineClock = {
    bootId: "boot-1",
    uptimeMilliseconds: () => state.passed * 1000,
    now: () => new Date(RIGHT + (state.passed + state.off) * 1000),
  };
  const settings = sampleSettings();
  const boxId = "01990000-0000-7000-8000-000000000003";
  const identity = { tenantId: settings.tenantId, branchId: settings.branch.id, boxId };
  const folder = mkdtempSync(join(tmpdir(), "foyer-radius-time-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const enrolment = { ...identity, cloudUrl: "http://127.0.0.1:1" };
  writeFileSync(join(folder, "box.json"), JSON.stringify(enrolment));
  const { store } = openStoreInBoxTime({ folder, identity, machine });
  onTestFinished(store.close);
  store.transaction((tx) => applySettings(tx, settings));
  const radius = await startRadius({
    ...{ stateFolder: folder, host: "127.0.0.1", authPort: 0, acctPort: 0, machine },
    ...{ log: pino({ level: "silent" }), rejectDelayMilliseconds: 0 },
  });
  onTestFinished(radius.close);
  const nas = await openTestNas();
  const told = () => ({
    at: RIGHT + state.passed * 1000,
    uptimeMs: state.passed * 1000,
    ...{ uncertaintyMs: 500, source: "cloud" as const },
  });
  return {
    ...{ store, radius, state },
    correct: () => store.transaction((tx) => correctClock(tx, { machine, told: told() })),
    /** Waits until the server has heard of all that the store holds by now, the time among it. */
    catchUp: async () => {
      const version = radius.health().settingsVersion + 1;
      store.transaction((tx) => applySettings(tx, { ...settings, version }));
      await vi.waitFor(() => expect(radius.health().settingsVersion).toBe(version), 20_000);
    },
    logIn: async ({ username, password }: { username: string; password: string }) => {
      const request = nas.pap({ userName: username, password, mac: MAC });
      return (await nas.exchange(radius.authPort, request))?.code;
    },
    account: async (status: number, seconds: number) => {
      const attributes = [
        attribute("Acct-Status-Type", status),
        attribute("Acct-Session-Id", "s-1"),
        attribute("Calling-Station-Id", MAC),
        ...(seconds > 0 ? [attribute("Acct-Session-Time", seconds)] : []),
      ];
      return (await nas.exchange(radius.acctPort, nas.accounting(attributes)))?.code;
    },
    listEvents: (type: string) =>
      store
        .read((tx) => listUnsent(tx, { afterSeq: 0, limit: 1000 }))
        .filter((event) => event.type === type),
  };
};

test.each(OFFSETS)("a visit across a correction has its own length: off by %i s", async (off) => {
  const box = await startTimedBox(off);
  const ticket = signInAndIssue(box.store, MAC);
  expect(await box.logIn(ticket)).toBe(codes.accessAccept);
  expect(await box.account(statusTypes.start, 0)).toBe(codes.accountingResponse);
  box.state.passed += 600;
  box.correct();
  box.state.passed += 600;
  expect(await box.account(statusTypes.interim, 1200)).toBe(codes.accountingResponse);
  box.state.passed += 60;
  expect(await box.account(statusTypes.stop, 1260)).toBe(codes.accountingResponse);
  box.state.passed += 2 * HOUR;
  box.store.transaction((tx) => closeDueVisits(tx));
  const [startedAt, endedAt] = [0, 1260].map((s) => new Date(RIGHT + s * 1000).toISOString());
  await vi.waitFor(() => expect(box.listEvents("visit.ended")).toHaveLength(1), 20_000);
  expect(box.listEvents("visit.started")).toHaveLength(1);
  expect(box.listEvents("visit.ended")[0]?.payload).toMatchObject({ startedAt, endedAt });
  expect(box.listEvents("session.ended")[0]?.payload).toMatchObject({ connectedSeconds: 1260 });
});

test.each([HOUR, -HOUR])(
  "no session is ended by a clock that somebody set by %i s",
  async (off) => {
    const box = await startTimedBox(0);
    const ticket = signInAndIssue(box.store, MAC);
    await box.logIn(ticket);
    await box.account(statusTypes.start, 0);
    box.state.off = off;
    box.state.passed += 60;
    await box.account(statusTypes.interim, 60);
    expect(box.listEvents("session.ended")).toEqual([]);
    const [updated] = box.listEvents("session.updated");
    expect(updated?.occurredAt).toBe(new Date(RIGHT + 60_000).toISOString());
  },
);

test.each(OFFSETS)("a ticket lets in within two minutes, not later: off by %i s", async (off) => {
  const box = await startTimedBox(off);
  const ticket = signInAndIssue(box.store, MAC);
  box.state.passed += 100;
  box.correct();
  await box.catchUp();
  expect(await box.logIn(ticket)).toBe(codes.accessAccept);
  const late = signInAndIssue(box.store, MAC);
  box.state.passed += 121;
  expect(await box.logIn(late)).toBe(codes.accessReject);
});
