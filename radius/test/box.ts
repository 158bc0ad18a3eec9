import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  applySettings,
  type BranchStore,
  type Credential,
  findSettingsVersion,
  issueCredential,
  issueTicket,
  listUnsent,
  openBranchStore,
  seeDevice,
  signInGuest,
  type Ticket,
} from "@foyer/branch-store";
import type { BranchSettings, CoovaNas, EventEnvelope } from "@foyer/contract";
import { pino } from "pino";
import { onTestFinished, vi } from "vitest";
import { type RadiusOptions, type RunningRadius, startRadius } from "../src/radius.ts";

const require = createRequire(import.meta.url);

export const SECRET = "radius-secret-of-a-test";
export const NAS_ID = "01990000-0000-7000-8000-000000000010";
export const POLICY_ID = "01990000-0000-7000-8000-000000000080";
export const MAC = "AC-00-5E-00-53-01";
export const STARTS_AT = new Date("2026-03-01T02:00:00.000Z");
export const OTHER_MAC = "02-00-5E-00-53-02";

/** The sample settings of the contract; its first NAS is a CoovaChilli on 127.0.0.1. */
export function sampleSettings(change: (settings: BranchSettings) => void = () => {}) {
  const settings: BranchSettings = structuredClone(
    require("@foyer/contract/fixtures/settings/branch-settings.json"),
  );
  change(settings);
  return settings;
}

export function coovaOf(settings: BranchSettings): CoovaNas {
  const [nas] = settings.nas;
  if (nas?.kind !== "coova") throw new Error("the sample's first NAS is not a CoovaChilli");
  return nas;
}

export type TestBox = RunningRadius & {
  folder: string;
  /** The portal's and the sync agent's hold on the store that radius reads. */
  store: BranchStore;
  /** Moves the box's clock. */
  advance: (seconds: number) => void;
  listEvents: (type?: string) => EventEnvelope[];
  /** Waits until the server has on the disk what it decided, and in force what the store says. */
  catchUp: () => Promise<void>;
  /** What the portal does when a guest signs in: a ticket for this MAC. */
  issueTicketFor: (mac?: string, change?: Partial<Ticket>) => Ticket;
  /** What a member's device is given: the guest of this MAC is signed in first. */
  issueCredentialFor: (mac?: string) => Credential;
  /** The server of this box once more, after it was closed. */
  startAgain: (options?: Partial<RadiusOptions>) => Promise<RunningRadius>;
};

export type TestBoxOptions = Partial<RadiusOptions> & {
  settings?: BranchSettings | null;
  /** What the box's clock says at first. */
  startsAt?: Date;
  /** Where its folder is made; the system's folder for such things unless said. */
  parentFolder?: string;
};

/** A box in a temporary folder with its RADIUS server on free ports of 127.0.0.1. */
export async function startTestBox(options: TestBoxOptions = {}): Promise<TestBox> {
  const {
    settings = sampleSettings(),
    startsAt = STARTS_AT,
    parentFolder = tmpdir(),
    ...radiusOptions
  } = options;
  const sample = sampleSettings();
  const identity = {
    tenantId: sample.tenantId,
    branchId: sample.branch.id,
    boxId: "01990000-0000-7000-8000-000000000003",
  };
  const folder = mkdtempSync(join(parentFolder, "foyer-radius-"));
  writeFileSync(
    join(folder, "box.json"),
    JSON.stringify({ ...identity, cloudUrl: "http://127.0.0.1:1" }),
  );
  let now = startsAt.getTime();
  const clock = () => new Date(now);
  const store = openBranchStore({ folder, identity, clock });
  if (settings) store.transaction((tx) => applySettings(tx, settings));
  const log = pino({ level: "silent" });
  const startOnce = async (more: Partial<RadiusOptions>) => {
    const running = await startRadius({
      ...{ stateFolder: folder, host: "127.0.0.1", authPort: 0, acctPort: 0, log, clock },
      // What a reject says is tested without the wait; reject-delay.test.ts tests the wait.
      rejectDelayMilliseconds: 0,
      ...more,
    });
    onTestFinished(() => running.close());
    return running;
  };
  onTestFinished(() => {
    store.close();
    rmSync(folder, { recursive: true });
  });
  const running = await startOnce(radiusOptions);
  return {
    ...running,
    folder,
    store,
    advance: (seconds) => {
      now += seconds * 1000;
    },
    listEvents: (type) =>
      store
        .read((tx) => listUnsent(tx, { afterSeq: 0, limit: 100_000 }))
        .filter((event) => type === undefined || event.type === type),
    catchUp: () =>
      vi.waitFor(() => {
        const { settingsVersion: version, lateWrites } = running.health();
        if (version !== store.read(findSettingsVersion) || lateWrites > 0)
          throw new Error("the server and its store are apart");
      }, 20_000),
    issueTicketFor: (mac = MAC, change = {}) => signInAndIssue(store, mac, change),
    issueCredentialFor: (mac = MAC) => {
      const { deviceId, guestId } = signInAndIssue(store, mac);
      return store.transaction((tx) => issueCredential(tx, { deviceId, guestId }));
    },
    startAgain: (more = {}) => startOnce({ ...radiusOptions, ...more }),
  };
}

/** What the portal does when a guest signs in on this device. */
export function signInAndIssue(
  store: BranchStore,
  mac: string,
  change: Partial<Ticket> = {},
  { proved = true } = {},
): Ticket {
  return store.transaction((tx) => {
    const device = seeDevice(tx, { mac, nasId: NAS_ID, by: "portal" });
    const guest = signInGuest(tx, {
      ...{ deviceId: device.id, nasId: NAS_ID, language: "vi", details: {}, termsVersion: 1 },
      ...{ phone: null, proved },
    });
    return issueTicket(tx, {
      ...{ nasId: NAS_ID, deviceId: device.id, guestId: guest.id, mac },
      ...{ method: "click-through", policyId: POLICY_ID },
      ...change,
    });
  });
}
