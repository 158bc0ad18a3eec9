import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type BranchStore, openBranchStore } from "@foyer/branch-store";
import type { Nas, OpenndsNas } from "@foyer/contract";
import { type RunningPortal, startPortal, type TlsOptions } from "@foyer/portal";
import { request } from "undici";
import { type BranchDocument, demoBranchDocument } from "../demo/branch.ts";
import type { Enrolment } from "../test/enrol.ts";
import type { Network } from "./network.ts";

export const FAS_KEY = "fas-key-of-the-lab-0123456789";

export type Box = {
  store: BranchStore;
  portal: RunningPortal;
  /** The newest code that went to a phone, as the page for demonstrations tells it. */
  readCode: () => Promise<string>;
  close: () => Promise<void>;
};

/** The lab's gateway, as a branch registers it. */
export function labNas(network: Network, fasLevel: OpenndsNas["fasLevel"]): OpenndsNas {
  return {
    kind: "opennds",
    id: "01990000-0000-7000-8000-000000000101",
    name: "Gateway of the lab",
    source: network.nasIp,
    gatewayMac: network.gatewayMac,
    fasLevel,
    fasKey: FAS_KEY,
    loginOrigins: [`http://${network.gatewayIp}:2050`],
  };
}

/** The demonstration's branch, behind this gateway. */
export function labBranch(branchId: string, nas: Nas): BranchDocument {
  const id = (last: number) => `01990000-0000-7000-8000-0000000001${last}`;
  const ids = { nas: nas.id, policy: id(10), firstPage: id(11), returningPage: id(12) };
  const document = demoBranchDocument({
    branchId,
    ids,
    secrets: { radius: "not-used-here", uam: "not-used-here" },
    channels: [{ kind: "outbox" }],
    uamServer: "http://127.0.0.1",
    accessPointOrigin: "http://127.0.0.1",
    disconnectPort: 3799,
  });
  return { ...document, nas: [nas], signIn: { ...document.signIn, landingUrl: null } };
}

/** A box whose portal listens where the lab's guests are led. */
export async function startBox(
  network: Network,
  enrolment: Enrolment,
  tls: TlsOptions | null = null,
): Promise<Box> {
  const { boxKey, ...identity } = enrolment;
  const stateFolder = join(network.folder, "box");
  mkdirSync(stateFolder, { mode: 0o700 });
  writeFileSync(join(stateFolder, "box.json"), JSON.stringify(identity));
  writeFileSync(join(stateFolder, "box-key"), boxKey, { mode: 0o600 });
  const store = openBranchStore({ folder: stateFolder, identity, clock: () => new Date() });
  const where = { stateFolder, store, host: network.portalIp, port: 0, tls };
  const portal = await startPortal({ ...where, logLevel: "fatal" });
  return {
    store,
    portal,
    readCode: () => readNewestCode(portal.origin),
    close: async () => {
      await portal.close();
      store.close();
    },
  };
}

/** The newest code that went to a phone, as a portal's page for demonstrations tells it. */
export async function readNewestCode(portalOrigin: string): Promise<string> {
  const url = `${portalOrigin}/outbox`;
  const { body } = await request(url, { headers: { accept: "application/json" } });
  const { messages } = (await body.json()) as { messages: { code: string; at: string }[] };
  const newest = messages.toSorted((a, b) => b.at.localeCompare(a.at))[0];
  if (!newest) throw new Error("no code went out");
  return newest.code;
}
