import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { applySettings, listOpenSessions, listUnsent, openBranchStore } from "@foyer/branch-store";
import { seededRandom } from "@foyer/contract/test/seeded-random";
import { expect, onTestFinished, test } from "vitest";
import { MAC, OTHER_MAC, sampleSettings, signInAndIssue } from "../test/box.ts";
import { openTestNas, type TestNas } from "../test/nas.ts";
import { codes, statusTypes } from "./protocol/dictionary.ts";
import type { RawAttribute } from "./protocol/packet.ts";
import { attribute } from "./protocol/values.ts";

const GUESTS = 40;
const KILLS = 12;
const RESEND_MS = 150;
/** Each kill is followed by a start, which takes seconds where others want the processor too. */
const PATIENTLY = { timeout: 40_000, interval: 100 };
const TIMEOUT_MS = 300_000;

const require = createRequire(import.meta.url);

const prepareBox = () => {
  const folder = mkdtempSync(join(tmpdir(), "foyer-radius-crash-"));
  const settings = sampleSettings();
  const identity = {
    tenantId: settings.tenantId,
    branchId: settings.branch.id,
    boxId: "01990000-0000-7000-8000-000000000003",
  };
  const cloudUrl = "http://127.0.0.1:1";
  writeFileSync(join(folder, "box.json"), JSON.stringify({ ...identity, cloudUrl }));
  const store = openBranchStore({ folder, identity, clock: () => new Date() });
  store.transaction((tx) => applySettings(tx, settings));
  onTestFinished(() => {
    store.close();
    rmSync(folder, { recursive: true });
  });
  return { folder, store };
};

type Ports = { auth: number; acct: number };
const ANY_PORTS: Ports = { auth: 0, acct: 0 };

/** The server once more, on other ports where another process took one while none held it. */
const startProcess = (folder: string, ports: Ports = ANY_PORTS) =>
  startOnce(folder, ports).catch(() => startOnce(folder, ANY_PORTS));

/** The server as a process of its own, on ports it is given; resolves when it is ready. */
const startOnce = async (folder: string, ports: Ports) => {
  const child = spawn(process.execPath, [require.resolve("./main.ts")], {
    env: {
      FOYER_STATE_FOLDER: folder,
      FOYER_RADIUS_HOST: "127.0.0.1",
      FOYER_RADIUS_AUTH_PORT: String(ports.auth),
      FOYER_RADIUS_ACCT_PORT: String(ports.acct),
      FOYER_RADIUS_STATUS_PORT: "0",
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface(child.stdout)) {
    const { msg, authPort: auth, acctPort: acct } = JSON.parse(line);
    if (msg !== "RADIUS server ready") continue;
    // Nobody reads its log from here on, and a full pipe would stop it.
    child.stdout.resume();
    return { child, ports: { auth, acct } };
  }
  throw new Error("the server ended before it was ready");
};

const kill = async (child: ChildProcess) => {
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
};

/** What a NAS does with one guest: each record again, as a new packet, until it is answered. */
const liveThrough = async (nas: TestNas, portNumber: () => number, at: number) => {
  const mac = `AC-00-5E-00-53-${at.toString(16).padStart(2, "0").toUpperCase()}`;
  const tell = async (status: number, more: RawAttribute[]) => {
    const attributes = [
      attribute("Acct-Status-Type", status),
      attribute("Acct-Session-Id", `s-${at}`),
      attribute("Calling-Station-Id", mac),
      ...more,
    ];
    while (!(await nas.exchange(portNumber(), nas.accounting(attributes), RESEND_MS)));
  };
  await tell(statusTypes.start, []);
  await tell(statusTypes.interim, [attribute("Acct-Input-Octets", at)]);
  await tell(statusTypes.stop, [attribute("Acct-Input-Octets", 1000 + at)]);
};

test("a visit is not lost or counted twice, however often the server is killed", {
  timeout: TIMEOUT_MS,
}, async () => {
  const seed = 20260301;
  const random = seededRandom(seed);
  const { folder, store } = prepareBox();
  let running = await startProcess(folder);
  onTestFinished(() => kill(running.child));
  const controllers = await Promise.all([openTestNas(), openTestNas(), openTestNas()]);
  let next = 0;
  const lives = controllers.map(async (nas) => {
    while (next < GUESTS) {
      await liveThrough(nas, () => running.ports.acct, next++);
      await sleep(random() * 100);
    }
  });
  for (let killed = 0; killed < KILLS; killed++) {
    await sleep(random() * 60);
    await kill(running.child);
    running = await startProcess(folder, running.ports);
  }
  await Promise.all(lives);
  const events = store.read((tx) => listUnsent(tx, { afterSeq: 0, limit: 100_000 }));
  const ofType = (type: string) => events.filter((event) => event.type === type);
  const uploads = ofType("session.ended").map(({ payload }) => Number(payload.uploadBytes));
  const truth = Array.from({ length: GUESTS }, (_, at) => 1000 + at);
  expect(
    uploads.toSorted((left, right) => left - right),
    `seed ${seed}`,
  ).toEqual(truth);
  for (const type of ["device.seen", "session.started", "visit.started"])
    expect(ofType(type), `${type}, seed ${seed}`).toHaveLength(GUESTS);
  expect(store.read(listOpenSessions)).toEqual([]);
});

test("a ticket that was answered stays its device's alone when the server is killed", {
  timeout: TIMEOUT_MS,
}, async () => {
  const { folder, store } = prepareBox();
  let running = await startProcess(folder);
  onTestFinished(() => kill(running.child));
  const nas = await openTestNas();
  for (let killed = 0; killed < 3; killed++) {
    const { username: userName, password } = signInAndIssue(store, MAC);
    const ask = async (mac: string) =>
      (await nas.exchange(running.ports.auth, nas.pap({ userName, password, mac })))?.code;
    // A store that a busy machine holds up refuses, and the ticket stays good.
    await expect.poll(() => ask(MAC), PATIENTLY).toBe(codes.accessAccept);
    await kill(running.child);
    running = await startProcess(folder, running.ports);
    expect(await ask(OTHER_MAC)).toBe(codes.accessReject);
    await expect.poll(() => ask(MAC), PATIENTLY).toBe(codes.accessAccept);
  }
});
