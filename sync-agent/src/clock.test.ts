import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import {
  endSession,
  type MachineClock,
  openStoreInBoxTime,
  seeDevice,
  startSession,
} from "@foyer/branch-store";
import { expect, onTestFinished, test, vi } from "vitest";
import { BOX_KEY, countBacklog, makeBox } from "../test/box.ts";
import { type CloudDoubleOptions, startCloudDouble } from "../test/cloud-double.ts";
import { makeFutureCertificate } from "../test/future-certificate.ts";
import { startSyncAgent } from "./agent.ts";
import { readTime } from "./clock-keeper.ts";
import { describeCertificate } from "./cloud-answer.ts";

const RIGHT = Date.parse("2026-03-01T02:00:00.000Z");
const HOUR = 3600;
/** Ahead, behind, and in 1970. */
const OFFSETS = [HOUR, -HOUR, -RIGHT / 1000];
const MAC = "02-00-5E-00-53-02";
const NAS = "01990000-0000-7000-8000-000000000010";

/** A box on a machine whose clock is off, with the visit of a device in its outbox. */
const openBox = (offSeconds: number) => {
  const box = makeBox();
  onTestFinished(box.remove);
  const state = { passed: 0, off: offSeconds };
  const machine: MachineClock = {
    bootId: "boot-1",
    uptimeMilliseconds: () => state.passed * 1000,
    now: () => new Date(RIGHT + (state.passed + state.off) * 1000),
  };
  const { folder, identity } = box;
  const { store } = openStoreInBoxTime({ folder, identity, machine });
  onTestFinished(store.close);
  const report = () => ({
    ...{ nasId: NAS, acctSessionId: "s-1", mac: MAC, at: store.read((tx) => tx.now) },
  });
  const stay = (seconds: number) => {
    store.transaction((tx) => {
      seeDevice(tx, { mac: MAC, nasId: NAS, by: "radius" });
      startSession(tx, report());
    });
    state.passed += seconds;
    store.transaction((tx) => endSession(tx, { ...report(), cause: "User-Request" }));
  };
  return { box, machine, state, store, stay };
};

const rightNow = (state: { passed: number }) => new Date(RIGHT + state.passed * 1000);

const startAgent = async (
  { box, machine }: Pick<ReturnType<typeof openBox>, "box" | "machine">,
  options: Omit<CloudDoubleOptions, "boxKey">,
) => {
  const cloud = await startCloudDouble({ boxKey: BOX_KEY, ...options });
  onTestFinished(cloud.close);
  const agent = await startSyncAgent({
    identity: { ...box.identity, cloudUrl: cloud.origin },
    ...{ boxKey: BOX_KEY, logLevel: "silent", random: () => 0 },
    ...{ stateFolder: box.folder, machine, lookMilliseconds: 50 },
  });
  onTestFinished(agent.close);
  return { agent, cloud };
};

test.each(OFFSETS)("nothing leaves the box by a wrong time: off by %i s", async (off) => {
  const open = openBox(off);
  open.stay(600);
  const { cloud } = await startAgent(open, { clock: () => rightNow(open.state) });
  await vi.waitFor(() => {
    expect(cloud.stored.map(({ type }) => type)).toContain("clock.corrected");
    expect(countBacklog(open.store)).toBe(0);
  }, 20_000);
  const [startedAt, endedAt] = [0, 600].map((s) => new Date(RIGHT + s * 1000).toISOString());
  const find = (wanted: string) => cloud.stored.find(({ type }) => type === wanted);
  expect(find("visit.started")).toMatchObject({ occurredAt: startedAt, payload: { startedAt } });
  expect(find("session.ended")?.payload).toMatchObject({ startedAt, endedAt });
  const early = cloud.stored.filter(({ occurredAt }) => Date.parse(occurredAt) < RIGHT);
  const late = cloud.stored.filter(({ occurredAt }) => Date.parse(occurredAt) > RIGHT + 601_000);
  expect([...early, ...late]).toEqual([]);
});

test("a machine whose own clock is off is told of in words, with by how much", async () => {
  const open = openBox(-HOUR);
  const { agent, cloud } = await startAgent(open, { clock: () => rightNow(open.state) });
  await vi.waitFor(
    () => expect(cloud.boxReports.at(-1)?.clock.machineOffsetSeconds).toBe(-HOUR),
    20_000,
  );
  const fault = agent.describe().faults.find(({ part }) => part === "clock");
  expect(fault?.until).toBeNull();
  expect(fault?.words).toContain("3600 s behind the right time");
});

test("a cloud from before it told the time is sent everything all the same", async () => {
  const open = openBox(0);
  open.stay(60);
  const { cloud } = await startAgent(open, { clock: null });
  await vi.waitFor(() => expect(countBacklog(open.store)).toBe(0), 20_000);
  expect(cloud.stored.map(({ type }) => type)).toContain("visit.started");
  expect(cloud.boxReports).toEqual([]);
});

/** What stands in the cloud from before the box's stay began, by the right time. */
const listEarly = (stored: readonly { occurredAt: string }[], from: number) =>
  stored.filter(({ occurredAt }) => Date.parse(occurredAt) < from);

test.each([
  ["the page of a proxy whose cloud is away", { status: 404, body: "404 page not found" }],
  ["a refusal of a proxy's own", { status: 400, body: "<html>Bad Request</html>" }],
])("%s tells no time, and nothing leaves the box before the cloud has", async (_what, page) => {
  const open = openBox(-RIGHT / 1000);
  open.stay(600);
  let pushes = 0;
  const { cloud } = await startAgent(open, {
    clock: () => rightNow(open.state),
    reportAnswer: (count) => (pushes === 0 && count < 6 ? page : null),
    onPush: () => (++pushes === 1 ? page : "process"),
  });
  await vi.waitFor(() => expect(countBacklog(open.store)).toBe(0), 20_000);
  expect(cloud.stored.map(({ type }) => type)).toContain("visit.started");
  expect(listEarly(cloud.stored, RIGHT)).toEqual([]);
});

test("to whom nobody has told the time, an answer that took long tells it well enough", async () => {
  const open = openBox(-RIGHT / 1000);
  open.stay(600);
  const slow = 12;
  const { cloud } = await startAgent(open, {
    clock: () => {
      open.state.passed += slow;
      return rightNow(open.state);
    },
  });
  await vi.waitFor(() => expect(countBacklog(open.store)).toBe(0), 20_000);
  expect(cloud.stored.map(({ type }) => type)).toContain("visit.started");
  expect(listEarly(cloud.stored, RIGHT - slow * 1000)).toEqual([]);
});

test("with the cloud cut off, a machine's clock that a time server sets forward is believed", async () => {
  const open = openBox(-HOUR);
  const { machine, state, store, box } = open;
  const agent = await startSyncAgent({
    identity: { ...box.identity, cloudUrl: "http://127.0.0.1:1" },
    ...{ boxKey: BOX_KEY, logLevel: "silent", stateFolder: box.folder },
    ...{ machine, lookMilliseconds: 20 },
  });
  onTestFinished(agent.close);
  state.off = 0;
  await vi.waitFor(() => expect(store.read((tx) => tx.now.getTime())).toBe(RIGHT), 20_000);
  // Somebody puts it back: nothing becomes young again.
  state.off = -2 * HOUR;
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(store.read((tx) => tx.now.getTime())).toBe(RIGHT);
});

test("half the round trip is the way back, and an answer that took long tells no time", () => {
  const cloudNow = new Date(RIGHT);
  const read = (askedAt: number, answeredAt: number, isFirst = false) =>
    readTime({ cloudNow, askedAt, answeredAt }, { isFirst });
  expect(read(1000, 1800)).toEqual({
    ...{ at: RIGHT + 400, uptimeMs: 1800, uncertaintyMs: 410, source: "cloud" },
  });
  expect(read(0, 10_001)).toBeNull();
  expect(read(0, 10_001, true)).toMatchObject({ uncertaintyMs: 5011 });
  expect(read(0, 60_001, true)).toBeNull();
});

test("a certificate that a wrong clock refuses is said in words, with what the clock says", () => {
  const said = describeCertificate("CERT_NOT_YET_VALID", new Date(0)) ?? "";
  expect(said).toContain("not valid yet by this machine's clock, which says 1970-01-01T00:00Z");
  expect(said).toContain("UDP port 123");
  expect(describeCertificate("CERT_HAS_EXPIRED", new Date(RIGHT))).toContain("has expired");
  expect(describeCertificate("ECONNREFUSED", new Date(0))).toBeNull();
});

test("the agent of a box in the past says why TLS refuses the cloud, and does not end", async () => {
  const { path, ...pair } = makeFutureCertificate();
  const server = createServer(pair, (_request, response) => response.end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { box } = openBox(0);
  const cloudUrl = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  writeFileSync(join(box.folder, "box.json"), JSON.stringify({ ...box.identity, cloudUrl }));
  writeFileSync(join(box.folder, "box-key"), BOX_KEY);
  const { PATH = "" } = process.env;
  const environment = { PATH, FOYER_STATE_FOLDER: box.folder, NODE_EXTRA_CA_CERTS: path };
  const main = join(import.meta.dirname, "main.ts");
  const child = spawn(process.execPath, [main], {
    env: { ...environment, FOYER_SYNC_STATUS_PORT: "0" },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let said = "";
  child.stdout.on("data", (chunk) => {
    said += chunk;
  });
  await vi.waitFor(
    () => expect(said).toContain("is not valid yet by this machine's clock"),
    30_000,
  );
  expect(child.exitCode).toBeNull();
});
