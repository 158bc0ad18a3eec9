import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findSettings, holdAlone, openBranchStore } from "@foyer/branch-store";
import type { CodeChannel } from "@foyer/contract";
import { type AccessPoint, startAccessPoint } from "./access-point.ts";
import {
  BRANCH_NAME,
  COUNTRY,
  demoPlaceDocument,
  NAS_IDENTIFIER,
  TENANT_NAME,
  TIME_ZONE,
} from "./branch.ts";
import type { ReadyMessage, StartMessage } from "./cloud-messages.ts";
import { type InventedGuest, runGuests } from "./guests.ts";
import { listTakenPorts, type Ports } from "./ports.ts";
import { mainOf, type RunningProcess, startProcess, waitUntilAnswering } from "./processes.ts";
import {
  BOX_FOLDER,
  CLOUD_FOLDER,
  type DemoState,
  type Enrolment,
  enrolDemoBox,
  hasBoxKey,
  keepState,
  LOG_FOLDER,
  readState,
} from "./state.ts";

export type DemoSetup = {
  ports: Ports;
  dataFolder: string;
  /** How a code reaches the guest; by default the outbox page of the box. */
  channels?: readonly CodeChannel[];
  /** What lies between the box and the cloud, for tests that cut it; by default nothing. */
  uplink?: (cloudOrigin: string) => Promise<string>;
  /** Empty: nobody is invented. */
  guests: readonly InventedGuest[];
  /** Says what happens, one line each. */
  say: (line: string) => void;
  /** A process ended that nobody told to. */
  onUnexpectedEnd: (reason: string) => void;
};

export type Demo = {
  cloud: string;
  portal: string;
  accessPoint: string;
  firstSignInUrl: string | null;
  enrolment: Enrolment;
  /** By name, for tests that cut one off: cloud, radius, portal, sync-agent. */
  processes: ReadonlyMap<string, RunningProcess>;
  stop: () => Promise<void>;
};

export class StartFault extends Error {
  override name = "StartFault";
}

const HOST = "127.0.0.1";
const READY_SECONDS_MAX = 120;
const SETTINGS_SECONDS_MAX = 60;
const POLL_MILLISECONDS = 100;

/** Starts everything in its order. What was started is stopped again when a later step fails. */
export async function startDemo(setup: DemoSetup): Promise<Demo> {
  const { dataFolder, ports } = setup;
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const held = holdAlone(dataFolder, "demo");
  if (!held)
    throw new StartFault(
      `Foyer runs already with what is kept in ${dataFolder}.\nStop it first, or choose another folder with --data, and other ports with --port-base 8300.`,
    );
  const closers: (() => Promise<unknown>)[] = [async () => held.release()];
  const stop = async () => {
    for (let next = closers.pop(); next; next = closers.pop()) await next();
  };
  try {
    const taken = await listTakenPorts(ports, HOST);
    if (taken.length > 0)
      throw new StartFault(
        [...taken, "Choose other ports with --port-base, such as --port-base 8300."].join("\n"),
      );
    return await startAll(setup, closers, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startAll(
  setup: DemoSetup,
  closers: (() => Promise<unknown>)[],
  stop: () => Promise<void>,
): Promise<Demo> {
  const { ports, dataFolder, say } = setup;
  const processes = new Map<string, RunningProcess>();
  const run = (started: RunningProcess) => {
    processes.set(started.name, started);
    closers.push(started.stop);
    started.child.once("exit", (code, signal) => {
      if (!started.isStopping())
        setup.onUnexpectedEnd(`${started.name} ended (${signal ?? code}); see ${started.logFile}`);
    });
    return started;
  };
  const state = readState(dataFolder);
  // Before anything is made with them: a secret that is lost would lock the box out.
  keepState(dataFolder, state);
  const ready = await startCloudProcess(setup, state, run);
  const cloudUrl = setup.uplink ? await setup.uplink(ready.origin) : ready.origin;
  const code = ready.enrolmentCode;
  if (code !== null) await enrolDemoBox(dataFolder, { cloudUrl: ready.origin, code });
  keepState(dataFolder, { ...state, enrolment: { ...ready.enrolment, cloudUrl } });
  const portal = `http://${HOST}:${ports.portal}`;
  for (const name of ["radius", "portal", "sync-agent"]) run(startBoxProcess(setup, name));
  await waitUntilAnswering(processes.get("portal") as RunningProcess, `${portal}/`);
  await waitForSettings(dataFolder, ready);
  const accessPoint = await startAccessPoint({
    ...{ host: HOST, port: ports["access point"], disconnectPort: ports["Disconnect-Requests"] },
    ...{ name: BRANCH_NAME, nasIdentifier: NAS_IDENTIFIER, uamSecret: state.secrets.uam, say },
    uamServer: `${portal}/`,
    radius: {
      authPort: ports["RADIUS authentication"],
      acctPort: ports["RADIUS accounting"],
      secret: state.secrets.radius,
    },
  });
  closers.push(accessPoint.close);
  closers.push(inviteGuests(setup, { accessPoint, portal, telephones: state.telephones }));
  const { origin: cloud, firstSignInUrl, enrolment } = ready;
  return {
    cloud,
    portal,
    accessPoint: accessPoint.origin,
    firstSignInUrl,
    enrolment,
    processes,
    stop,
  };
}

/** Lets the invented guests come; gives what sends them home. */
function inviteGuests(
  { guests, say }: DemoSetup,
  {
    accessPoint,
    portal,
    telephones,
  }: { accessPoint: AccessPoint; portal: string; telephones: Readonly<Record<string, string>> },
): () => Promise<void> {
  const leaving = new AbortController();
  const place = { accessPoint: accessPoint.origin, portal };
  const all = runGuests({ place, guests, telephones, signal: leaving.signal, say });
  return async () => {
    leaving.abort();
    await all;
  };
}

async function startCloudProcess(
  { ports, dataFolder, channels = [{ kind: "outbox" }] }: DemoSetup,
  { ids, secrets, enrolment }: DemoState,
  run: (started: RunningProcess) => RunningProcess,
): Promise<ReadyMessage> {
  const started = run(
    startProcess({
      name: "cloud",
      script: join(import.meta.dirname, "cloud.ts"),
      environment: {},
      logFolder: join(dataFolder, LOG_FOLDER),
    }),
  );
  const message: StartMessage = {
    cloud: { host: HOST, port: ports.cloud, dataFolder: join(dataFolder, CLOUD_FOLDER) },
    enrolment,
    needsCode: !hasBoxKey(dataFolder),
    tenantName: TENANT_NAME,
    branch: { name: BRANCH_NAME, timeZone: TIME_ZONE, country: COUNTRY, languages: ["vi", "en"] },
    boxName: "Demonstration",
    document: demoPlaceDocument({
      branchId: enrolment?.branchId ?? "",
      ...{ ids, secrets, channels },
      uamServer: `http://${HOST}:${ports.portal}/`,
      accessPointOrigin: `http://${HOST}:${ports["access point"]}`,
      disconnectPort: ports["Disconnect-Requests"],
    }),
  };
  started.child.send(message);
  const signal = AbortSignal.timeout(READY_SECONDS_MAX * 1000);
  const first = await Promise.race([
    once(started.child, "message", { signal }).then(([ready]) => ready as ReadyMessage),
    once(started.child, "exit", { signal }).then(() => null),
  ]);
  if (!first) throw new StartFault(`The cloud did not start; see ${started.logFile}`);
  return first;
}

function startBoxProcess({ ports, dataFolder }: DemoSetup, name: string): RunningProcess {
  return startProcess({
    name,
    script: mainOf(`@foyer/${name}`),
    imports: [join(import.meta.dirname, "end-with-parent.ts")],
    environment: {
      FOYER_STATE_FOLDER: join(dataFolder, BOX_FOLDER),
      FOYER_RADIUS_HOST: HOST,
      FOYER_RADIUS_AUTH_PORT: String(ports["RADIUS authentication"]),
      FOYER_RADIUS_ACCT_PORT: String(ports["RADIUS accounting"]),
      FOYER_RADIUS_STATUS_PORT: "0",
      FOYER_SYNC_STATUS_PORT: "0",
      FOYER_PORTAL_HOST: HOST,
      FOYER_PORTAL_PORT: String(ports.portal),
      FOYER_PORTAL_ORIGIN: `http://${HOST}:${ports.portal}`,
    },
    logFolder: join(dataFolder, LOG_FOLDER),
  });
}

/** Until the box has pulled what the cloud wants of it, its RADIUS server knows no NAS. */
async function waitForSettings(dataFolder: string, ready: ReadyMessage): Promise<void> {
  const { tenantId, branchId, boxId } = ready.enrolment;
  const store = openBranchStore({
    folder: join(dataFolder, BOX_FOLDER),
    identity: { tenantId, branchId, boxId },
    clock: () => new Date(),
  });
  const until = Date.now() + SETTINGS_SECONDS_MAX * 1000;
  try {
    while ((store.read((tx) => findSettings(tx))?.version ?? 0) < ready.settingsVersion) {
      if (Date.now() > until)
        throw new StartFault(`The box got no settings; see ${join(dataFolder, LOG_FOLDER)}`);
      await sleep(POLL_MILLISECONDS);
    }
  } finally {
    store.close();
  }
}
