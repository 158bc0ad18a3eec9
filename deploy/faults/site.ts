import { execFile } from "node:child_process";
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { countUnsent, openBranchStore, readBoxIdentity } from "@foyer/branch-store";
import { enrolFolder } from "@foyer/sync-agent";
import { portsFrom } from "../demo/ports.ts";
import { mainOf } from "../demo/processes.ts";
import { findFreePortBase } from "../test/free-ports.ts";
import { type Staff, signInFirst } from "../test/staff.ts";
import type { Chance } from "./chance.ts";
import { compare } from "./compare.ts";
import { type FaultyDisk, mountDisk, openFaultyDisk } from "./disk.ts";
import {
  type Answered,
  type Door,
  type DoorSecrets,
  makeDoorSecrets,
  nothingAnswered,
  openDoor,
  settleDoor,
} from "./door.ts";
import { type Keeper, openKeeper } from "./keep.ts";
import { type Supervised, supervise } from "./supervised.ts";
import { addTruthOf, noTruth, type Truth } from "./truth.ts";
import { type FaultyUplink, openFaultyUplink } from "./uplink.ts";
import { waitUntil } from "./wait-until.ts";

const ACCOUNT = { email: "an@cafe.example", name: "An", password: "a-long-enough-password-7" };
const READY_MILLISECONDS_MAX = 120_000;
/** How long the box may take to be rid of all it holds, once nothing stands in its way. */
const DRAIN_MILLISECONDS_MAX = 180_000;
const execute = promisify(execFile);

/** A cloud and a branch's box as processes of their own, and all that can happen to them. */
export type FaultSite = {
  cloud: Supervised;
  agent: Supervised;
  guests: Supervised;
  uplink: FaultyUplink;
  /** Null where there is no prlimit(1). */
  disk: FaultyDisk | null;
  boxFolder: string;
  truth: Truth;
  /** What a real portal and a real RADIUS server have answered, and how often either was killed at it. */
  answered: Answered;
  killedAtDoor: number;
  /** Opens both on the box's store. */
  openDoor: () => Promise<Door>;
  /** Sets the box's clock this far from the machine's. */
  shiftClock: (milliseconds: number) => void;
  killPostgres: () => void;
  /** Of all copies of the box that there were. */
  twins: Supervised[];
  /** A second agent and more guests on a copy of the box's folder. */
  startTwin: () => Promise<{ stop: () => Promise<void> }>;
  /** So many guests came and went while the agent stood still, which begins then. */
  crowd: (guests: number) => Promise<void>;
  /** How often two pushes were on their way when something struck. */
  struckTwo: number;
  /** Until some more guests came and went: what strikes nobody proves nothing. */
  awaitGuests: () => Promise<void>;
  /** Until the disk has refused a guest something. */
  awaitRefusal: () => Promise<void>;
  /** Until the cloud holds all that the box wrote. Guests do not come meanwhile. */
  drain: () => Promise<void>;
  /** In sentences: how the cloud differs from what happened. */
  check: () => Promise<string[]>;
  /** Ends all of it. `keptIn`: a folder for what it leaves, the logs and both databases as they stand then. */
  close: (keptIn?: string) => Promise<void>;
};

/** A cloud that runs, and the folder of a box that is enrolled there. */
async function openPlace(folder: string, keeper: Keeper) {
  const boxFolder = join(folder, "box");
  mkdirSync(boxFolder, { mode: 0o700 });
  const mounted = mountDisk(boxFolder);
  const port = await findFreePortBase();
  const cloud = superviseCloud({ folder, port, keeper });
  cloud.start();
  try {
    const staff = await enterCloud(cloud);
    const [ports, secrets] = [portsFrom(port), makeDoorSecrets()];
    const enrolmentCode = await addBox(staff, { ports, secrets });
    const enrolled = await enrolFolder(boxFolder, { cloudUrl: staff.origin, code: enrolmentCode });
    if (enrolled.kind === "refused") throw new Error(enrolled.reason);
    const door = { boxFolder, logFolder: folder, ports, secrets, keeper };
    return { boxFolder, mounted, port, cloud, door, tenantId: enrolled.identity.tenantId };
  } catch (error) {
    await keeper.stopAll();
    mounted?.close();
    keeper.close();
    throw error;
  }
}

export async function openFaultSite(chance: Chance): Promise<FaultSite> {
  const folder = mkdtempSync(join(tmpdir(), "foyer-faults-"));
  const keeper = openKeeper(folder);
  const { boxFolder, mounted, port, cloud, door, tenantId } = await openPlace(folder, keeper);
  const clockFile = join(folder, "clock");
  writeFileSync(clockFile, "0");
  const uplink = await openFaultyUplink(port, chance("uplink"));
  writeIdentity(boxFolder, uplink.url);
  const ofBox = (name: string, box: string) =>
    superviseBox({ name, box, folder, clockFile, keeper });
  const agent = ofBox("agent", boxFolder);
  const guests = ofBox("guests", boxFolder);
  const listPids = () => [agent, guests].flatMap((each) => each.pid() ?? []);
  const disk = openFaultyDisk(boxFolder, { mounted, listPids });
  const [truth, answered] = [noTruth(), nothingAnswered()];
  const came = countGuests([guests]);
  const drainBox = async (box: string) => await drain(box, truth);
  for (const each of [agent, guests]) each.start();
  return {
    ...{ cloud, agent, guests, uplink, disk, boxFolder, truth, struckTwo: 0 },
    ...{ answered, killedAtDoor: 0, twins: came.twins },
    openDoor: () => openDoor({ ...door, answered }),
    shiftClock: (milliseconds) => writeFileSync(clockFile, String(milliseconds)),
    killPostgres: () => killPostgres(join(folder, "cloud")),
    startTwin: async () => {
      const twinFolder = join(folder, `twin-${came.twins.length}`);
      for (const each of [guests, agent]) await each.stop();
      cpSync(boxFolder, twinFolder, { recursive: true });
      const twin = ofBox("twin-agent", twinFolder);
      const twinGuests = ofBox("twin-guests", twinFolder);
      came.twins.push(twin, twinGuests);
      for (const each of [agent, guests, twin, twinGuests]) each.start();
      for (const each of [twinGuests, guests]) await awaitGuests(each);
      const stop = async () => {
        await twinGuests.stop();
        await drainBox(twinFolder);
        await twin.stop();
      };
      return { stop };
    },
    crowd: async (count) => {
      for (const each of [guests, agent]) await each.stop();
      await execute(process.execPath, [...guestsOf(boxFolder, clockFile), String(count)]);
      came.add(count);
      for (const each of [guests, agent]) each.start();
    },
    awaitGuests: () => awaitGuests(guests),
    awaitRefusal: () => awaitMore("the disk refuses", { of: guests, mark: /x/g, count: 1 }),
    drain: async () => {
      await guests.stop();
      await drainBox(boxFolder);
    },
    check: async () => {
      const told = { tenantId, truth, answered, ...came.tell() };
      const differences = await compare({ ...told, boxFolder, cloudFolder: join(folder, "cloud") });
      guests.start();
      return differences;
    },
    close: async (keptIn) => {
      try {
        await keeper.stopAll();
        uplink.close();
        if (keptIn) cpSync(folder, keptIn, { recursive: true, filter: isNoSocket });
        mounted?.close();
        rmSync(folder, { recursive: true, force: true });
      } finally {
        keeper.close();
      }
    },
  };
}

/** A socket is nothing that could be copied. */
const isNoSocket = (path: string): boolean => !lstatSync(path).isSocket();

/** Counts the guests who were told that they came and went: of some processes, of twins, and others beside. */
function countGuests(of: readonly Supervised[]) {
  const twins: Supervised[] = [];
  let others = 0;
  return {
    twins,
    add: (guests: number) => {
      others += guests;
    },
    tell: () => ({
      came: [...of, ...twins].reduce((sum, each) => sum + countMarks(each, CAME), others),
      hadTwins: twins.length > 0,
    }),
  };
}

type Kept = { folder: string; keeper: Keeper };

function superviseCloud({ folder, port, keeper }: Kept & { port: number }): Supervised {
  return supervise({
    ...{ name: "cloud", commandLine: [mainOf("@foyer/cloud-api")] },
    environment: {
      // A killed cloud leaves its socket's folder behind.
      TMPDIR: folder,
      FOYER_CLOUD_PORT: String(port),
      FOYER_DATA_FOLDER: join(folder, "cloud"),
      FOYER_LOG_LEVEL: "info",
    },
    logFile: join(folder, "cloud.log"),
    keeper,
  });
}

const clockOf = (clockFile: string): string =>
  new URL(`./shift-clock.ts?file=${clockFile}`, import.meta.url).href;

const guestsOf = (box: string, clockFile: string): string[] => [
  ...["--import", clockOf(clockFile), join(import.meta.dirname, "guests.ts"), box],
];

function superviseBox(place: Kept & { name: string; box: string; clockFile: string }) {
  const { name, box, folder, clockFile, keeper } = place;
  const isAgent = name.endsWith("agent");
  return supervise({
    name,
    commandLine: isAgent
      ? ["--import", clockOf(clockFile), mainOf("@foyer/sync-agent")]
      : guestsOf(box, clockFile),
    environment: isAgent
      ? { FOYER_STATE_FOLDER: box, FOYER_LOG_LEVEL: "warn", FOYER_SYNC_STATUS_PORT: "0" }
      : {},
    logFile: join(folder, `${name}.log`),
    keeper,
  });
}

/** The box finds the cloud through the uplink from here on. */
function writeIdentity(boxFolder: string, cloudUrl: string): void {
  const path = join(boxFolder, "box.json");
  const identity = JSON.parse(readFileSync(path, "utf8")) as object;
  writeFileSync(path, JSON.stringify({ ...identity, cloudUrl }));
}

async function enterCloud(cloud: Supervised): Promise<Staff> {
  const link = /http\S+\/first-sign-in\S+/;
  await waitUntil("the cloud is there", () => link.test(cloud.output()), READY_MILLISECONDS_MAX);
  const account = { ...ACCOUNT, tenantName: "Cà phê Sông Hương" };
  return await signInFirst(cloud.output().match(link)?.[0] ?? "", account);
}

async function addBox(
  { origin, cookie }: Staff,
  door: { ports: ReturnType<typeof portsFrom>; secrets: DoorSecrets },
): Promise<string> {
  const ask = async <T>(method: string, path: string, content?: object): Promise<T> => {
    const answer = await fetch(`${origin}${path}`, {
      method,
      headers: { cookie, origin, ...(content && { "content-type": "application/json" }) },
      body: content ? JSON.stringify(content) : null,
    });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as T;
  };
  const place = { name: "Lab", timeZone: "Asia/Ho_Chi_Minh", country: "VN", languages: ["vi"] };
  const { id } = await ask<{ id: string }>("POST", "/api/v1/branches", place);
  const path = `/api/v1/branches/${id}`;
  const settings = await ask<Parameters<typeof settleDoor>[0]>("GET", `${path}/settings`);
  await ask("PUT", `${path}/settings`, settleDoor(settings, { ...door, branchId: id }));
  type Added = { offer: { enrolmentCode: string } };
  const { offer } = await ask<Added>("POST", `${path}/boxes`, { name: "Box" });
  return offer.enrolmentCode;
}

const SOME_GUESTS = 3;
/** What the guests' process writes of each who came and went, once the store has them. */
const CAME = /^\.|(?<=[.x])\./gm;

const awaitGuests = (of: Supervised): Promise<void> =>
  awaitMore("guests come", { of, mark: CAME, count: SOME_GUESTS });

const countMarks = (of: Supervised, mark: RegExp): number => of.output().match(mark)?.length ?? 0;

/** Until a process has written so many more of a mark. */
async function awaitMore(
  what: string,
  { of, mark, count }: { of: Supervised; mark: RegExp; count: number },
): Promise<void> {
  const before = countMarks(of, mark);
  await waitUntil(what, () => countMarks(of, mark) >= before + count, READY_MILLISECONDS_MAX);
}

async function drain(box: string, truth: Truth): Promise<void> {
  const identity = readBoxIdentity(box);
  const store = openBranchStore({ folder: box, identity, clock: () => new Date() });
  try {
    const isEmpty = () => store.read(countUnsent) === 0;
    await waitUntil("the outbox is empty", isEmpty, DRAIN_MILLISECONDS_MAX);
    addTruthOf(store, truth);
  } finally {
    store.close();
  }
}

/** Where it is on its way up after another strike, the strike misses. */
function killPostgres(cloudFolder: string): void {
  const path = join(cloudFolder, "postgres", "postmaster.pid");
  if (!existsSync(path)) return;
  const [pid = ""] = readFileSync(path, "utf8").split("\n");
  try {
    process.kill(Number(pid), "SIGKILL");
  } catch (error) {
    // The file of one that is gone already.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
