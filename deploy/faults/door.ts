import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { findSettings, openBranchStore, readBoxIdentity } from "@foyer/branch-store";
import type { BranchSettings } from "@foyer/contract";
import {
  causes,
  describeSession,
  describeStation,
  openRadiusLink,
  type RadiusLink,
} from "@foyer/gateway";
import { demoPlaceDocument, NAS_IDENTIFIER } from "../demo/branch.ts";
import type { Ports } from "../demo/ports.ts";
import { mainOf } from "../demo/processes.ts";
import { identityOf, phoneOf, type Walk, walkOnline } from "../test/sign-in-guest.ts";
import type { Keeper } from "./keep.ts";
import { type Supervised, supervise } from "./supervised.ts";
import { waitUntil } from "./wait-until.ts";

const HOST = "127.0.0.1";
/** As an access controller has it. */
const PATIENCE = { tries: 5, waitSeconds: 1 };
const NAS_ORIGIN = "http://10.10.0.1:3990";
const UAM_SERVER = "http://portal.example/portal";
const NAS_ID = "01990000-0000-7000-8000-000000000020";
const POLICY_ID = "01990000-0000-7000-8000-000000000021";
/** A machine that others want as well is many times as late. */
const READY_MILLISECONDS_MAX = 180_000;
const CODE_MILLISECONDS_MAX = 60_000;
/** In the place of a guest whose way is broken off comes another, for so long. */
const SERVED_MILLISECONDS_MAX = 480_000;
const NEXT_MILLISECONDS = 500;
/** Of each session its own, so that one is known by it in the cloud. */
const FIRST_DOWNLOAD_BYTES = 5_000_000;

export type DoorSecrets = Walk["box"]["secrets"];
export const makeDoorSecrets = (): DoorSecrets => ({
  radius: randomBytes(16).toString("hex"),
  uam: randomBytes(16).toString("hex"),
});

/** What portal and radius have answered to guests and to their access controller: it has to be so in the cloud. */
export type Answered = {
  /** Numbers, E.164, of whoever was led back to the access controller with a ticket. */
  letIn: Set<string>;
  /** What was downloaded in each session whose end was answered: no two have the same. */
  ended: Set<number>;
  /** The number of the next guest. */
  next: number;
};

export const nothingAnswered = (): Answered => ({ letIn: new Set(), ended: new Set(), next: 0 });

/** A real portal and a real RADIUS server on a box's store, each a process that is started again when it ends. */
export type Door = {
  portal: Supervised;
  radius: Supervised;
  /** Until so many guests have signed in, were online and have left. */
  serve: (guests: number) => Promise<void>;
  /** Until the process serves once more than it has so far. */
  awaitStart: (name: "portal" | "radius") => () => Promise<void>;
  close: () => Promise<void>;
};

/** A branch's settings with the door's access controller, and codes that the portal prints. */
export function settleDoor<Settings extends Pick<BranchSettings, "nas" | "signIn">>(
  settings: Settings,
  { secrets, ports, branchId }: { secrets: DoorSecrets; ports: Ports; branchId: string },
): Settings {
  const { nas, signIn } = demoPlaceDocument({
    ...{ branchId, secrets, channels: [{ kind: "console" }], uamServer: UAM_SERVER },
    ...{ accessPointOrigin: NAS_ORIGIN, disconnectPort: ports["Disconnect-Requests"] },
    ids: { nas: NAS_ID, policy: POLICY_ID },
  });
  const many = 100_000;
  const phone = {
    ...signIn.phone,
    ...{ messagesPerBranchHour: many, messagesPerBranchDay: many },
    ...{ messagesPerPrefixHour: many, messagesPerAddressHour: many },
  };
  const { landingUrl } = settings.signIn;
  return { ...settings, nas, signIn: { ...signIn, phone, landingUrl } };
}

export type DoorPlace = {
  keeper: Keeper;
  boxFolder: string;
  logFolder: string;
  ports: Ports;
  secrets: DoorSecrets;
  answered: Answered;
};

export async function openDoor(place: DoorPlace): Promise<Door> {
  await awaitSettings(place.boxFolder);
  const portal = superviseOne(place, "portal");
  const radius = superviseOne(place, "radius");
  const awaitStart = (name: "portal" | "radius") => {
    const { output } = name === "portal" ? portal : radius;
    const count = () => output().split(READY[name]).length;
    const before = count();
    return () => waitUntil(`${name} serves`, () => count() > before, READY_MILLISECONDS_MAX);
  };
  const starts = (["portal", "radius"] as const).map(awaitStart);
  for (const each of [portal, radius]) each.start();
  await Promise.all(starts.map((started) => started()));
  const { radius: secret } = place.secrets;
  const link = await openRadiusLink({ host: HOST, ...portsOf(place), secret, ...PATIENCE });
  const box = describeBox(place, portal);
  return {
    ...{ portal, radius, awaitStart },
    serve: async (guests) => {
      const all = Array.from({ length: guests }, () => comeAndGo(place.answered, { box, link }));
      await Promise.all(all);
    },
    close: async () => {
      link.close();
      for (const each of [portal, radius]) await each.stop();
    },
  };
}

const READY = { portal: "portal listens", radius: "RADIUS server ready" } as const;

const portsOf = ({ ports }: DoorPlace) => ({
  authPort: ports["RADIUS authentication"],
  acctPort: ports["RADIUS accounting"],
});

function superviseOne(place: DoorPlace, name: "portal" | "radius"): Supervised {
  const { boxFolder, logFolder, ports, keeper } = place;
  const { authPort, acctPort } = portsOf(place);
  return supervise({
    ...{ name, commandLine: [mainOf(`@foyer/${name}`)] },
    environment: {
      FOYER_STATE_FOLDER: boxFolder,
      FOYER_LOG_LEVEL: "info",
      FOYER_PORTAL_HOST: HOST,
      FOYER_PORTAL_PORT: String(ports.portal),
      FOYER_PORTAL_ORIGIN: `http://${HOST}:${ports.portal}`,
      FOYER_RADIUS_HOST: HOST,
      FOYER_RADIUS_AUTH_PORT: String(authPort),
      FOYER_RADIUS_ACCT_PORT: String(acctPort),
      FOYER_RADIUS_STATUS_PORT: "0",
    },
    logFile: join(logFolder, `${name}.log`),
    keeper,
  });
}

/** The box has pulled what the cloud wants of it: before that it knows no access controller. */
async function awaitSettings(folder: string): Promise<void> {
  const identity = readBoxIdentity(folder);
  const store = openBranchStore({ folder, identity, clock: () => new Date() });
  try {
    const isSettled = () =>
      store.read((tx) => findSettings(tx))?.nas.some(({ id }) => id === NAS_ID) ?? false;
    await waitUntil("the box knows its access controller", isSettled, READY_MILLISECONDS_MAX);
  } finally {
    store.close();
  }
}

function describeBox(place: DoorPlace, portal: Supervised): Walk["box"] {
  const { ports, secrets } = place;
  const findCode = (phone: string) =>
    new RegExp(`^To \\${phone}: .*?\\b(\\d{6})\\b`, "gm").exec(portal.output())?.[1] ?? null;
  return {
    portalOrigin: `http://${HOST}:${ports.portal}`,
    ...{ ...portsOf(place), secrets },
    nas: { identifier: NAS_IDENTIFIER, origin: NAS_ORIGIN, uamServer: UAM_SERVER },
    takeCode: async (phone) => {
      const isHere = () => findCode(phone) !== null;
      await waitUntil(`a code for ${phone} is printed`, isHere, CODE_MILLISECONDS_MAX);
      return findCode(phone) ?? "";
    },
  };
}

type Coming = { box: Walk["box"]; link: RadiusLink };

/** Whoever's way is broken off was promised what was answered all the same. */
async function comeAndGo(answered: Answered, coming: Coming): Promise<void> {
  const until = Date.now() + SERVED_MILLISECONDS_MAX;
  let fault: unknown = null;
  while (Date.now() < until) {
    const at = answered.next;
    answered.next += 1;
    try {
      return await stay(answered, coming, at);
    } catch (error) {
      fault = error;
      await pause(NEXT_MILLISECONDS);
    }
  }
  throw new Error("no guest came through the door", { cause: fault });
}

async function stay(answered: Answered, { box, link }: Coming, at: number): Promise<void> {
  const phone = `+84${phoneOf(at).slice(1)}`;
  // The answer to the details is the way back to the access controller, with the ticket in it.
  const tell: Walk["tell"] = (step) => step === "details" && answered.letIn.add(phone);
  const { session, station } = await walkOnline({ box, link, tell, pauseMs: () => 0 }, at);
  session.downloadBytes = FIRST_DOWNLOAD_BYTES + at;
  const end = { status: "stop", now: new Date(), cause: causes.userRequest } as const;
  const where = describeStation(identityOf(box), station);
  if (!(await link.sendAccounting([...describeSession(session, end), ...where])))
    throw new Error("radius answered no end of a session");
  answered.ended.add(session.downloadBytes);
}
