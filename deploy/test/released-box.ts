import { type ChildProcess, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { createWriteStream, mkdirSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { findSettings, openBranchReader } from "@foyer/branch-store";
import { buildRelease } from "../box/build-release.ts";
import { SERVICES, type Service, unitOf } from "../box/host.ts";
import type { Architecture } from "../box/production-tree.ts";
import { COUNTRY, demoBranchDocument, NAS_IDENTIFIER, TIME_ZONE } from "../demo/branch.ts";
import { type AddedBox, enrolBox } from "./enrol.ts";
import { findFreePortBase } from "./free-ports.ts";
import type { SignInBox } from "./sign-in-box.ts";
import type { TestCloud } from "./test-cloud.ts";
import { readUnitFile } from "./unit-file.ts";

const CHECKOUT = resolve(import.meta.dirname, "..", "..");
const UNITS = join(CHECKOUT, "deploy", "box");
const HOST = "127.0.0.1";
const NAS_ORIGIN = "http://10.10.0.1:3990";
const READY_SECONDS_MAX = 60;
const LOOK_MILLISECONDS = 10;
const id = (last: number) => `01990000-0000-7000-8000-0000000003${String(last).padStart(2, "0")}`;

/** The three processes of a box as a release runs them: its own Node.js, with what the units give it. */
export type ReleasedBox = Omit<SignInBox, "close"> & {
  release: string;
  powerOn: () => Promise<void>;
  /** As the plug is pulled. */
  powerOff: () => Promise<void>;
  pidOf: (service: Service) => number;
};

/** Builds a release below a folder, and makes a branch of the cloud whose box runs it; it is off. */
export async function makeReleasedBox(cloud: TestCloud, folder: string): Promise<ReleasedBox> {
  const architecture = process.arch as Architecture;
  const node = { file: process.execPath, version: process.version };
  const wanted = { from: CHECKOUT, into: folder, architecture, node, library: null };
  const { folder: release } = buildRelease({ ...wanted, version: null });
  const base = await findFreePortBase();
  const ports = { portal: base, radius: base + 1, sync: base + 2, auth: base + 3, acct: base + 4 };
  const secrets = { radius: "radius-secret-of-a-bench", uam: "uam-secret-of-a-bench" };
  const portalOrigin = `http://${HOST}:${ports.portal}`;
  const nas = {
    ...{ identifier: NAS_IDENTIFIER, origin: NAS_ORIGIN },
    uamServer: `${portalOrigin}/portal`,
  };
  const stateFolder = join(folder, "state");
  await makeBranch(cloud, { stateFolder, secrets, uamServer: nas.uamServer });
  const given = {
    ...{ PATH: "/usr/bin:/bin", FOYER_STATE_FOLDER: stateFolder },
    ...{ FOYER_PORTAL_ORIGIN: portalOrigin, FOYER_PORTAL_HOST: HOST, FOYER_RADIUS_HOST: HOST },
    FOYER_PORTAL_PORT: String(ports.portal),
    FOYER_RADIUS_AUTH_PORT: String(ports.auth),
    FOYER_RADIUS_ACCT_PORT: String(ports.acct),
    FOYER_RADIUS_STATUS_PORT: String(ports.radius),
    FOYER_SYNC_STATUS_PORT: String(ports.sync),
  };
  const codes = listenForCodes();
  const running = new Map<Service, ChildProcess>();
  const powerOff = async () => {
    const gone = [...running.values()].map((child) => once(child, "exit"));
    for (const child of running.values()) child.kill("SIGKILL");
    await Promise.all(gone);
    running.clear();
  };
  const start = (service: Service) => {
    const child = startService(service, { release, given, log: join(folder, `${service}.log`) });
    if (service === "portal" && child.stdout) codes.read(child);
    running.set(service, child);
  };
  // What the cloud says of the branch is on its disk before anything is measured.
  start("sync-agent");
  await untilTrue("the branch's settings are on the box", () => holdsSettings(stateFolder));
  await powerOff();
  return {
    ...{ release, portalOrigin, authPort: ports.auth, acctPort: ports.acct, secrets, nas },
    takeCode: codes.take,
    pidOf: (service) => running.get(service)?.pid ?? 0,
    powerOff,
    powerOn: async () => {
      for (const service of SERVICES) start(service);
      const isUp = [portalOrigin, `http://${HOST}:${ports.radius}/health`].map((url) =>
        untilTrue(`${url} answers`, () => answers(url)),
      );
      await Promise.all(isUp);
    },
  };
}

async function makeBranch(
  cloud: TestCloud,
  box: { stateFolder: string; secrets: SignInBox["secrets"]; uamServer: string },
): Promise<void> {
  const { stateFolder, secrets, uamServer } = box;
  const place = { name: "Bench", timeZone: TIME_ZONE, country: COUNTRY, languages: ["vi", "en"] };
  const { id: branchId } = await cloud.get<{ id: string }>("POST", "/api/v1/branches", place);
  const boxes = `/api/v1/branches/${branchId}/boxes`;
  const { boxKey, ...identity } = await enrolBox(
    await cloud.get<AddedBox>("POST", boxes, { name: "Box" }),
  );
  mkdirSync(stateFolder, { mode: 0o700 });
  writeFileSync(join(stateFolder, "box.json"), JSON.stringify(identity));
  writeFileSync(join(stateFolder, "box-key"), boxKey, { mode: 0o600 });
  const document = demoBranchDocument({
    ...{ branchId, secrets, channels: [{ kind: "console" }], uamServer },
    ...{ accessPointOrigin: NAS_ORIGIN, disconnectPort: 3799 },
    ids: { nas: id(2), policy: id(3), firstPage: id(4), returningPage: id(5) },
  });
  // A crowd behind one address.
  Object.assign(document.signIn.phone, {
    ...{ messagesPerBranchHour: 10_000, messagesPerBranchDay: 10_000 },
    ...{ messagesPerPrefixHour: 10_000, messagesPerAddressHour: 10_000 },
  });
  const signIn = { ...document.signIn, landingUrl: null };
  await cloud.get("PUT", `/api/v1/branches/${branchId}/settings`, { ...document, signIn });
}

/** ExecStart and Environment of its unit, in the folder where its release lies. */
function startService(
  service: Service,
  box: { release: string; given: Record<string, string>; log: string },
): ChildProcess {
  const { release, given, log } = box;
  const here = (text: string) => text.replaceAll("/opt/foyer/current", release);
  const unit = readUnitFile(join(UNITS, unitOf(service)));
  const own = unit.list("Service", "Environment").join(" ").split(" ");
  const pairs = own.map((each) => here(each).split(/=(.*)/s).slice(0, 2));
  const [program = "", ...options] = here(unit.list("Service", "ExecStart")[0] ?? "").split(" ");
  const child = spawn(program, options, {
    cwd: release,
    env: { ...Object.fromEntries(pairs), ...given },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const file = createWriteStream(log, { flags: "a" });
  child.stdout.pipe(file);
  child.stderr.pipe(file, { end: false });
  return child;
}

/** What the channel `console` writes in the place of a message to a phone. */
function listenForCodes() {
  const told = new EventEmitter().setMaxListeners(0);
  const sent = new Map<string, string>();
  return {
    read: ({ stdout }: ChildProcess) => {
      if (!stdout) return;
      createInterface({ input: stdout }).on("line", (line) => {
        const [, phone = "", code = ""] = /To (\+\d+): .*?\b(\d{6})\b/.exec(line) ?? [];
        if (code === "") return;
        sent.set(phone, code);
        told.emit(phone);
      });
    },
    take: async (phone: string) => {
      if (!sent.has(phone)) await once(told, phone);
      return sent.get(phone) ?? "";
    },
  };
}

function holdsSettings(folder: string): boolean {
  try {
    const reader = openBranchReader({ folder, clock: () => new Date() });
    try {
      return reader.read((tx) => findSettings(tx)) !== null;
    } finally {
      reader.close();
    }
  } catch {
    return false;
  }
}

async function untilTrue(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const until = Date.now() + READY_SECONDS_MAX * 1000;
  while (!(await holds())) {
    if (Date.now() > until) throw new Error(`waited in vain until ${what}`);
    await pause(LOOK_MILLISECONDS);
  }
}

function answers(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = get(url, (response) => {
      response.resume();
      resolve((response.statusCode ?? 500) < 500);
    });
    asked.on("error", () => resolve(false));
  });
}
