import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  applySettings,
  type BranchStore,
  findDeviceByMac,
  findLastSeq,
  issueDeviceToken,
  openBranchStore,
  signInGuest,
} from "@foyer/branch-store";
import type { BranchSettings, OpenndsNas } from "@foyer/contract";
import { expect, onTestFinished, test } from "vitest";
import { signedNas } from "../../test/open-portal.ts";
import type { Arrival } from "../nas/index.ts";
import { type Evidence, findJustRecognised, recogniseArrival } from "./recognise.ts";

const require = createRequire(import.meta.url);
const MAC = "AC-00-5E-00-53-01";
const OTHER_MAC = "AC-00-5E-00-53-02";

const gateway: OpenndsNas = {
  ...{ kind: "opennds", id: "0199f000-0000-7000-8000-000000000003", name: "Gateway" },
  ...{ source: "10.10.0.1", gatewayMac: "7266965dd10f", fasLevel: 1, fasKey: "key" },
  loginOrigins: ["http://10.10.0.1:2050"],
};

function openStore() {
  const settings: BranchSettings = structuredClone(
    require("@foyer/contract/fixtures/settings/branch-settings.json"),
  );
  settings.nas = [signedNas, gateway];
  const folder = mkdtempSync(join(tmpdir(), "foyer-recognise-"));
  let now = Date.parse("2026-03-01T02:00:00Z");
  const boxId = "01990000-0000-7000-8000-000000000003";
  const identity = { tenantId: settings.tenantId, branchId: settings.branch.id, boxId };
  const store = openBranchStore({ folder, identity, clock: () => new Date(now) });
  store.transaction((tx) => applySettings(tx, settings));
  onTestFinished(() => {
    store.close();
    rmSync(folder, { recursive: true });
  });
  const pass = (seconds: number) => {
    now += seconds * 1000;
  };
  return { store, pass };
}

function arrive(change: Partial<Evidence> & { mac?: string; isProved?: boolean } = {}): Evidence {
  const { mac = MAC, isProved = true, ...evidence } = change;
  const { nas = signedNas } = evidence;
  const arrival: Arrival = {
    ...{ nasId: nas.id, nasKind: nas.kind, mac, ip: "10.10.0.92", state: "asks" },
    ...{ proof: isProved ? "signed-hand-off" : null, failure: null, originalUrl: null },
    handBack: { origin: null },
  };
  const seen = {
    remoteAddress: "10.10.0.92",
    deviceToken: null,
    otherTokens: [],
    neighbourMac: null,
    description: null,
  };
  return { arrival, nas, ...seen, ...evidence };
}

/** Lan's device, which was proved, and has just been recognised. */
function letLanIn(store: BranchStore) {
  const { deviceId } = store.transaction((tx) => recogniseArrival(tx, arrive()));
  store.transaction((tx) =>
    signInGuest(tx, {
      ...{ deviceId, nasId: signedNas.id, language: "vi", details: {}, termsVersion: 1 },
      ...{ phone: "+84900000001", proved: true },
    }),
  );
  return store.transaction((tx) => recogniseArrival(tx, arrive()));
}

const again = (store: BranchStore, evidence = arrive()) =>
  store.read((tx) => findJustRecognised(tx, evidence));

test("a device that asks again within half a minute is answered as it was, and nothing is written", () => {
  const { store, pass } = openStore();
  const first = letLanIn(store);
  expect(first.knownGuestId).not.toBeNull();
  const rows = () =>
    store.read((tx) => [
      findLastSeq(tx),
      tx.sql("select * from devices").all(),
      tx.sql("select * from guests").all(),
    ]);
  const before = rows();
  for (let seconds = 0; seconds < 29; seconds += 7) {
    expect(again(store)).toEqual(first);
    pass(7);
  }
  expect(rows()).toEqual(before);
});

test("it says what is said anew at the same moment, be the device a guest's, nobody's or unproved", () => {
  const { store, pass } = openStore();
  letLanIn(store);
  const nobodys = arrive({ mac: OTHER_MAC });
  store.transaction((tx) => recogniseArrival(tx, nobodys));
  pass(10);
  for (const evidence of [arrive(), nobodys, arrive({ isProved: false })]) {
    const told = again(store, evidence);
    expect(told).not.toBeNull();
    expect(told).toEqual(store.transaction((tx) => recogniseArrival(tx, evidence)));
  }
});

test("after half a minute, or before a clock that was put back, it is recognised anew", () => {
  const { store, pass } = openStore();
  letLanIn(store);
  pass(-1);
  expect(again(store)).toBeNull();
  pass(31);
  expect(again(store)).toBeNull();
  const first = store.transaction((tx) => recogniseArrival(tx, arrive()));
  expect(again(store)).toEqual(first);
});

test("a device that nobody has seen, or that brings a token, is recognised anew", () => {
  const { store } = openStore();
  const { deviceId } = letLanIn(store);
  expect(again(store, arrive({ mac: OTHER_MAC }))).toBeNull();
  const deviceToken = store.transaction((tx) => issueDeviceToken(tx, deviceId));
  expect(again(store, arrive({ deviceToken }))).toBeNull();
});

test("a guest who was just seen and not yet recognised is, and the box tells of it", () => {
  const { store } = openStore();
  const { deviceId } = store.transaction((tx) => recogniseArrival(tx, arrive()));
  store.transaction((tx) =>
    signInGuest(tx, {
      ...{ deviceId, nasId: signedNas.id, language: "vi", details: {}, termsVersion: 1 },
      ...{ phone: "+84900000001", proved: true },
    }),
  );
  expect(again(store)).toBeNull();
  expect(letLanIn(store).knownGuestId).not.toBeNull();
  expect(again(store)).not.toBeNull();
});

test("behind a NAS that tells of no sessions every arrival is looked at: it may end one", () => {
  const { store } = openStore();
  const evidence = arrive({ nas: gateway });
  store.transaction((tx) => recogniseArrival(tx, evidence));
  expect(store.read((tx) => findDeviceByMac(tx, MAC))).not.toBeNull();
  expect(again(store, evidence)).toBeNull();
});
