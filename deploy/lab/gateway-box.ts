import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { applySettings, type BranchStore, openBranchStore } from "@foyer/branch-store";
import type { BranchSettings, GatewayNas } from "@foyer/contract";
import { mainOf } from "../demo/processes.ts";
import { labBranch } from "./box.ts";
import { LONE_BOX } from "./branch-without-cloud.ts";
import type { GatewayNetwork } from "./gateway-network.ts";
import { type Running, run, start, tryRun, waitFor } from "./processes.ts";

export const PORTAL_PORT = 8080;
export const PORTAL_TLS_PORT = 8443;
/** How fast each guest may be, in kbit/s; null: as fast as it goes. */
type Rates = { uploadKbps: number | null; downloadKbps: number | null };
const RATES: Rates = { uploadKbps: 4000, downloadKbps: 8000 };

export const gatewayNas: GatewayNas = {
  kind: "gateway",
  id: "01990000-0000-7000-8000-000000000101",
  name: "The box itself",
  source: "127.0.0.1",
  radiusSecret: "radius-secret-of-the-lab",
  nasIdentifier: "gateway",
  redirectSecret: "redirect-secret-of-the-lab",
  walledGarden: ["garden.example"],
};

/** A box that is its own access controller: its processes as they are run in a shop. */
export type GatewayBox = {
  store: BranchStore;
  portalOrigin: string;
  /** Where staff, and a test, reach the portal from the shop's own network. */
  outsideOrigin: string;
  settings: BranchSettings;
  output: () => string;
  /** As a power cut: the processes are gone, and all that the kernel knew. */
  cutPower: () => Promise<void>;
  startAgain: () => Promise<void>;
  close: () => Promise<void>;
};

export async function startGatewayBox(
  network: GatewayNetwork,
  rates: Rates = RATES,
): Promise<GatewayBox> {
  const folder = join(network.folder, "box");
  const { boxKey, ...identity } = LONE_BOX;
  mkdirSync(folder, { mode: 0o700 });
  writeFileSync(join(folder, "box.json"), JSON.stringify(identity));
  writeFileSync(join(folder, "box-key"), boxKey, { mode: 0o600 });
  const store = openBranchStore({ folder, identity, clock: () => new Date() });
  const settings = settingsOf(rates);
  store.transaction((tx) => applySettings(tx, settings));
  const portalOrigin = `http://${network.gatewayIp}:${PORTAL_PORT}`;
  const outsideOrigin = `http://${network.nasIp}:${PORTAL_PORT}`;
  const processes: Running[] = [];
  const startAgain = async () => {
    const environment = environmentOf(network, { folder, portalOrigin });
    for (const name of ["radius", "portal", "filter", "gateway"] as const) {
      const running = start(...commandOf(network, name, environment));
      processes.push(running);
      await waitUntilUp(name, running);
    }
  };
  const stop = async () => {
    for (const each of processes.splice(0).reverse()) await each.stop();
  };
  const closing = async () => {
    await stop();
    store.close();
  };
  await startAgain().catch(async (fault: unknown) => {
    const output = processes.map((each) => each.output()).join("\n");
    await closing();
    throw new Error(`the box did not come up: ${output}`, { cause: fault });
  });
  return {
    ...{ store, settings, portalOrigin, outsideOrigin, startAgain, close: closing },
    output: () => processes.map((each) => each.output()).join("\n"),
    cutPower: async () => {
      await stop();
      const inBox = (...words: string[]) => tryRun("ip", ["netns", "exec", network.nas, ...words]);
      await inBox("nft", "flush", "ruleset");
      for (const device of [network.guestInterface, network.uplink])
        await inBox("tc", "qdisc", "delete", "dev", device, "root");
      await run("ip", "-n", network.nas, "addr", "flush", "dev", network.guestInterface);
    },
  };
}

/** The packet filter alone, with nobody who asks it. `prefix`: of the guests' network. */
export async function startFilterAlone(
  network: GatewayNetwork,
  { prefix, line }: { prefix: number; line?: { uploadKbps: number; downloadKbps: number } },
): Promise<Running> {
  const portalOrigin = `http://${network.gatewayIp}:${PORTAL_PORT}`;
  const told = { folder: network.folder, portalOrigin, prefix, ...(line && { line }) };
  const environment = environmentOf(network, told);
  const running = start(...commandOf(network, "filter", environment));
  await waitUntilUp("filter", running);
  return running;
}

/** Where the packet filter keeps its leases, and where it is asked. */
export const filterFolders = ({ folder }: Pick<GatewayNetwork, "folder">) => ({
  state: join(folder, "filter"),
  runtime: join(folder, "run"),
});

function settingsOf(rates: Rates): BranchSettings {
  const document = labBranch(LONE_BOX.branchId, gatewayNas);
  const policies = document.policies.map((policy) => ({ ...policy, ...rates }));
  const signIn = { ...document.signIn, greet: "never" as const };
  return { ...document, policies, signIn, version: 1, tenantId: LONE_BOX.tenantId };
}

type Told = {
  folder: string;
  portalOrigin: string;
  prefix?: number;
  line?: { uploadKbps: number; downloadKbps: number };
};

function environmentOf(
  network: GatewayNetwork,
  { folder, portalOrigin, prefix = 24, line }: Told,
): string[] {
  const { state, runtime } = filterFolders(network);
  const variables = {
    FOYER_STATE_FOLDER: folder,
    FOYER_PORTAL_ORIGIN: portalOrigin,
    FOYER_PORTAL_PORT: String(PORTAL_PORT),
    FOYER_PORTAL_TLS_PORT: String(PORTAL_TLS_PORT),
    FOYER_GATEWAY_INTERFACE: network.guestInterface,
    FOYER_GATEWAY_UPLINK: network.uplink,
    FOYER_GATEWAY_ADDRESS: `${network.gatewayIp}/${prefix}`,
    FOYER_GATEWAY_NAME_SERVERS: network.portalIp,
    FOYER_GATEWAY_STATE_FOLDER: state,
    FOYER_GATEWAY_RUNTIME_FOLDER: runtime,
    FOYER_GATEWAY_LINE_UPLOAD_KBPS: line?.uploadKbps ?? "",
    FOYER_GATEWAY_LINE_DOWNLOAD_KBPS: line?.downloadKbps ?? "",
  };
  return Object.entries(variables).map(([name, value]) => `${name}=${value}`);
}

type ProcessName = "radius" | "portal" | "filter" | "gateway";

function commandOf(
  { nas }: GatewayNetwork,
  name: ProcessName,
  environment: string[],
): [string, ...string[]] {
  const main =
    name === "filter"
      ? join(fileURLToPath(import.meta.resolve("@foyer/gateway")), "..", "filter-main.ts")
      : mainOf(`@foyer/${name}`);
  return ["ip", "netns", "exec", nas, "env", ...environment, process.execPath, main];
}

/** What each of them says once it serves. */
const READY: Record<ProcessName, string> = {
  radius: "RADIUS server ready",
  portal: "portal listens",
  filter: "the packet filter stands",
  gateway: "the gateway follows the branch's settings",
};

async function waitUntilUp(name: ProcessName, running: Running): Promise<void> {
  await waitFor(
    `${name} of the box`,
    () => {
      if (!running.isRunning()) throw new Error(`${name} ended: ${running.output()}`);
      return running.output().includes(READY[name]);
    },
    60_000,
  );
}
