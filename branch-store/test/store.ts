import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BranchSettings, EventEnvelope } from "@foyer/contract";
import { onTestFinished } from "vitest";
import {
  applySettings,
  type BranchStore,
  listUnsent,
  openBranchStore,
  seeDevice,
  signInGuest,
} from "../src/index.ts";

const require = createRequire(import.meta.url);

export function sampleSettings(): BranchSettings {
  return structuredClone(require("@foyer/contract/fixtures/settings/branch-settings.json"));
}

export function sampleIdentity() {
  const settings = sampleSettings();
  return {
    tenantId: settings.tenantId,
    branchId: settings.branch.id,
    boxId: "01990000-0000-7000-8000-000000000003",
  };
}

export type TestStore = BranchStore & {
  folder: string;
  /** Moves the store's clock; negative numbers move it back. */
  advance: (seconds: number) => void;
  listEvents: (type?: string) => EventEnvelope[];
};

/** A store of its own in a temporary folder, with the sample settings and a clock that stands. */
export function openTestStore(options: { withSettings?: boolean } = {}): TestStore {
  const folder = mkdtempSync(join(tmpdir(), "foyer-store-"));
  let now = Date.parse("2026-03-01T02:00:00.000Z");
  const store = openBranchStore({ folder, identity: sampleIdentity(), clock: () => new Date(now) });
  if (options.withSettings ?? true) store.transaction((tx) => applySettings(tx, sampleSettings()));
  onTestFinished(() => {
    store.close();
    rmSync(folder, { recursive: true });
  });
  return {
    ...store,
    folder,
    advance: (seconds) => {
      now += seconds * 1000;
    },
    listEvents: (type) =>
      store
        .read((tx) => listUnsent(tx, { afterSeq: 0, limit: 100_000 }))
        .filter((event) => type === undefined || event.type === type),
  };
}

export const NAS = "01990000-0000-7000-8000-000000000010";
export const POLICY = "01990000-0000-7000-8000-000000000080";
export const MAC = "AC-00-5E-00-53-01";
export const OTHER_MAC = "02-00-5E-00-53-02";
export const PHONE = "+84900000001";
export const GAP = 60 * 60;

export const see = (store: TestStore, mac = MAC) =>
  store.transaction((tx) => seeDevice(tx, { mac, nasId: NAS, by: "portal" }));

export const signIn = (
  store: TestStore,
  options: { mac?: string; phone?: string | null; proved?: boolean } = {},
) => {
  const device = see(store, options.mac);
  const guest = store.transaction((tx) =>
    signInGuest(tx, {
      deviceId: device.id,
      nasId: NAS,
      language: "vi",
      details: {},
      termsVersion: 1,
      phone: options.phone === undefined ? PHONE : options.phone,
      proved: options.proved ?? true,
    }),
  );
  return { guest, device };
};

export const report = (store: TestStore, id = "s-1", mac = MAC) => ({
  nasId: NAS,
  acctSessionId: id,
  mac,
  at: store.read((tx) => tx.now),
});
