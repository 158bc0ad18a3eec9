// How long a box takes to know the guests of its brand, and what they cost it: 200,000 customers in the
// real cloud, the real sync agent in a process of its own, the real store. Then how soon the cloud answers
// for a guest whom the box does not know, and how soon what a marketer changes is on the box.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import {
  askForGuest,
  type BranchStore,
  findKnownGuestByPhone,
  findPullPosition,
  findSettings,
  findSettingsVersion,
  openBranchStore,
} from "@foyer/branch-store";
import { startCloud } from "@foyer/cloud-api";
import { readNumber } from "@foyer/portal/test/bench-options";
import { printFigure } from "@foyer/portal/test/figure";
import { readCpuMicroseconds } from "@foyer/portal/test/pinned";
import { COUNTRY, demoBranchDocument, TIME_ZONE } from "../demo/branch.ts";
import { type Enrolment, enrolBox } from "../test/enrol.ts";
import { addCustomers, phoneOfCustomer } from "../test/known-company.ts";
import { readUnitFile } from "../test/unit-file.ts";

const GUESTS = readNumber("guests", 200_000);
const ROUNDS = readNumber("rounds", 3);
const ANSWERS = readNumber("answers", 20);
const CHANGES = readNumber("changes", 10);
const FILL_SECONDS_MAX = 60;
const COST_MEGABYTES_MAX = 100;
const ANSWER_MILLISECONDS_MAX = 500;
const CHANGE_MILLISECONDS_MAX = 2000;
const WAIT_SECONDS_MAX = 300;
const AGENT = join(import.meta.dirname, "../../sync-agent/src/main.ts");
const UNIT = readUnitFile(join(import.meta.dirname, "../box/foyer-sync-agent.service"));
/** What a box gives its agent: how much it holds depends on it. */
const NODE_OPTIONS =
  UNIT.list("Service", "ExecStart")
    .join(" ")
    .match(/--[a-z-]+=\d+/g) ?? [];
const ARENAS = /MALLOC_ARENA_MAX=\d+/.exec(UNIT.list("Service", "Environment").join(" "))?.[0];
const NAS_ID = "01990000-0000-7000-8000-000000000130";
const POLICY_ID = "01990000-0000-7000-8000-000000000131";

type Box = { folder: string; store: BranchStore; agent: ChildProcess };

async function waitUntil(what: string, holds: () => boolean, pause = 5): Promise<void> {
  const until = Date.now() + WAIT_SECONDS_MAX * 1000;
  while (!holds()) {
    if (Date.now() > until) throw new Error(`waited in vain until ${what}`);
    await sleep(pause);
  }
}

function readMegabytes(agent: ChildProcess, field: "VmRSS" | "VmHWM"): number {
  const status = readFileSync(`/proc/${agent.pid}/status`, "utf8");
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(status)?.[1]) / 1024;
}

function diskMegabytes(folder: string): number {
  const bytes = ["", "-wal", "-shm"].map(
    (suffix) => statSync(join(folder, `foyer.sqlite${suffix}`), { throwIfNoEntry: false })?.size,
  );
  return bytes.reduce<number>((sum, size) => sum + (size ?? 0), 0) / 1024 / 1024;
}

/** A box of nothing but its enrolment, and its agent. */
async function startBox(enrolment: Enrolment): Promise<Box> {
  const { boxKey, ...identity } = enrolment;
  const folder = mkdtempSync(join(tmpdir(), "foyer-bench-box-"));
  writeFileSync(join(folder, "box.json"), JSON.stringify(identity));
  writeFileSync(join(folder, "box-key"), boxKey, { mode: 0o600 });
  const store = openBranchStore({ folder, identity, clock: () => new Date() });
  const agent = spawn(process.execPath, [...NODE_OPTIONS, AGENT], {
    env: {
      ...{ ...process.env, FOYER_STATE_FOLDER: folder, FOYER_LOG_LEVEL: "info" },
      ...(ARENAS ? Object.fromEntries([ARENAS.split("=")]) : {}),
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  return { folder, store, agent };
}

async function stopBox({ folder, store, agent }: Box): Promise<void> {
  const exited = once(agent, "exit");
  agent.kill("SIGTERM");
  await exited;
  store.close();
  rmSync(folder, { recursive: true });
}

type Filled = { seconds: number; disk: number; grown: number; processorSeconds: number };

/** From the agent's start to the last page of guests. */
async function fill(box: Box): Promise<Filled> {
  const began = performance.now();
  const lines = createInterface({ input: box.agent.stdout as NodeJS.ReadableStream });
  const before = { megabytes: 0 };
  lines.on("line", (line) => {
    if (line.includes("sync agent started")) before.megabytes = readMegabytes(box.agent, "VmRSS");
  });
  await waitUntil("all guests are here", () => box.store.read(findPullPosition).guests > 0, 50);
  const seconds = (performance.now() - began) / 1000;
  const processorSeconds = (readCpuMicroseconds(box.agent.pid) ?? Number.NaN) / 1e6;
  const grown = readMegabytes(box.agent, "VmHWM") - before.megabytes;
  return { seconds, disk: diskMegabytes(box.folder), grown, processorSeconds };
}

/** From the row that a page writes to the guest in the store, with an uplink. */
async function ask({ store }: Box, number: number): Promise<number> {
  const phone = phoneOfCustomer(number);
  const customerId = store.read((tx) => findKnownGuestByPhone(tx, phone))?.customerId ?? "";
  store.transaction((tx) =>
    tx
      .sql("delete from known_guests where customer_id = ?")
      .run(Buffer.from(customerId.replaceAll("-", ""), "hex")),
  );
  if (store.read((tx) => findKnownGuestByPhone(tx, phone))) throw new Error("still known");
  const began = performance.now();
  store.transaction((tx) => askForGuest(tx, { phone }));
  await waitUntil(
    "the cloud has answered",
    () => store.read((tx) => findKnownGuestByPhone(tx, phone) !== null),
    1,
  );
  return performance.now() - began;
}

const dataFolder = mkdtempSync(join(tmpdir(), "foyer-bench-cloud-"));
const cloud = await startCloud({
  ...{ host: "127.0.0.1", port: 0, origin: null, dataFolder, role: "all" },
  ...{ selfSignUp: false, logLevel: "silent" },
});
const boxes: Box[] = [];
try {
  const languages = ["vi", "en"] as const;
  const branch = {
    name: "Hồ Gươm",
    timeZone: TIME_ZONE,
    country: COUNTRY,
    languages: [...languages],
  };
  const offer = await cloud.provisioning.addPlace({
    ...{ tenantName: "Cà phê Sông Hương", branch, boxName: "Box" },
  });
  const enrolment = await enrolBox({ offer });
  const { tenantId, branchId } = enrolment;
  const socket = encodeURIComponent(join(dataFolder, "socket"));
  await addCustomers(`postgres://foyer_admin@localhost/foyer?host=${socket}`, enrolment, GUESTS);
  const saveName = (name: string) => {
    const document = demoBranchDocument({
      ...{
        branchId,
        secrets: { radius: "radius-secret-of-a-bench", uam: "uam-secret-of-a-bench" },
      },
      ...{ disconnectPort: 9, channels: [{ kind: "outbox" }] },
      ...{ uamServer: "http://127.0.0.1:9/portal", accessPointOrigin: "http://10.10.0.1:3990" },
      ids: { nas: NAS_ID, policy: POLICY_ID, firstPage: NAS_ID, returningPage: POLICY_ID },
    });
    const named = { ...document, branch: { ...document.branch, name } };
    return cloud.provisioning.saveSettings({ tenantId, branchId, edit: () => named });
  };
  await saveName("Hồ Gươm");
  const rounds: Filled[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const last = boxes.pop();
    if (last) await stopBox(last);
    const box = await startBox(enrolment);
    boxes.push(box);
    rounds.push(await fill(box));
  }
  const [box] = boxes;
  if (!box) throw new Error("There was no round.");
  const less = { better: "less" } as const;
  const cost = { unit: "MB", bar: COST_MEGABYTES_MAX, ...less };
  printFigure({
    name: "known-guests-arrive",
    ...{ rounds: rounds.map(({ seconds }) => seconds), unit: "s", bar: FILL_SECONDS_MAX, ...less },
  });
  const onProcessor = rounds.map((each) => each.processorSeconds.toFixed(1)).join(", ");
  console.log(`beside known-guests-arrive ${onProcessor} s of the agent on the processor`);
  printFigure({ name: "known-guests-disk", rounds: rounds.map(({ disk }) => disk), ...cost });
  printFigure({ name: "known-guests-memory", rounds: rounds.map(({ grown }) => grown), ...cost });
  const answers: number[] = [];
  for (let each = 1; each <= ANSWERS; each += 1) answers.push(await ask(box, each * 7));
  printFigure({
    ...{ name: "known-guests-answer", rounds: answers, unit: "ms" },
    ...{ bar: ANSWER_MILLISECONDS_MAX, ...less },
  });
  const changes: number[] = [];
  await waitUntil("settings are in force", () => box.store.read(findSettingsVersion) > 0);
  for (let each = 0; each < CHANGES; each += 1) {
    const began = performance.now();
    await saveName(`Hồ Gươm ${each}`);
    await waitUntil(
      "the change is here",
      () => box.store.read(findSettings)?.branch.name === `Hồ Gươm ${each}`,
    );
    changes.push(performance.now() - began);
    await sleep(500);
  }
  printFigure({
    ...{ name: "settings-change-arrives", rounds: changes, unit: "ms" },
    ...{ bar: CHANGE_MILLISECONDS_MAX, ...less },
  });
} finally {
  for (const box of boxes) await stopBox(box);
  await cloud.close();
  rmSync(dataFolder, { recursive: true });
}
