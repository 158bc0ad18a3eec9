import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { readEvent } from "@foyer/contract";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import {
  GAP,
  MAC,
  NAS,
  OTHER_MAC,
  openTestStore,
  PHONE,
  POLICY,
  report,
  sampleIdentity,
  sampleSettings,
  see,
  signIn,
} from "../test/store.ts";
import {
  appendEvent,
  applySettings,
  closeDueVisits,
  connectGuest,
  createCode,
  endSession,
  findSettings,
  finishCommand,
  giveConsent,
  issueCredential,
  keepOnlyIf,
  listDueDisconnects,
  noteCodeMessage,
  openBranchStore,
  recogniseDevice,
  revokeCredentials,
  STORE_FILE,
  saveCommands,
  seeDevice,
  updateSession,
  withdrawConsent,
} from "./index.ts";

describe("the store", () => {
  test("a transaction that throws keeps neither its state nor its events nor its seq", () => {
    const store = openTestStore();
    expect(() =>
      store.transaction((tx) => {
        appendEvent(tx, "box.started", { release: "0.1.0", settingsVersion: 0 });
        throw new Error("power cut");
      }),
    ).toThrow("power cut");
    expect(store.listEvents()).toEqual([]);
    const seq = store.transaction((tx) =>
      appendEvent(tx, "box.started", { release: "0.1.0", settingsVersion: 0 }),
    );
    expect(seq).toBe(1);
  });

  test("its file is readable by nobody else on the machine", () => {
    const { folder } = openTestStore();
    for (const file of readdirSync(folder))
      expect([file, statSync(join(folder, file)).mode & 0o077]).toEqual([file, 0]);
  });

  test("a state folder of another box is refused with both names", () => {
    const store = openTestStore();
    const identity = { ...sampleIdentity(), boxId: "01990000-0000-7000-8000-0000000000ff" };
    expect(() =>
      openBranchStore({ folder: store.folder, identity, clock: () => new Date() }),
    ).toThrow(/belongs to box .*003, not to .*0ff/);
  });

  test("a store that is up to date opens while another process holds the write lock", () => {
    const { folder } = openTestStore();
    const writing = new Database(join(folder, STORE_FILE));
    writing.exec("begin immediate");
    openBranchStore({ folder, identity: sampleIdentity(), clock: () => new Date() }).close();
    writing.close();
  });

  test("a change by another process changes the change count, a read does not", () => {
    const store = openTestStore();
    const other = openBranchStore({
      folder: store.folder,
      identity: sampleIdentity(),
      clock: () => new Date(),
    });
    const before = store.changeCount();
    expect(store.changeCount()).toBe(before);
    other.transaction((tx) => appendEvent(tx, "box.started", { release: "1", settingsVersion: 0 }));
    other.close();
    expect(store.changeCount()).not.toBe(before);
  });

  test("every event it writes is one the contract knows", () => {
    const store = openTestStore();
    const { guest, device } = signIn(store);
    store.transaction((tx) => {
      connectGuest(tx, {
        guestId: guest.id,
        deviceId: device.id,
        nasId: NAS,
        method: "phone-code",
        policyId: POLICY,
      });
      const code = createCode(tx, {
        nasId: NAS,
        mac: MAC,
        contact: { kind: "phone", value: PHONE },
        language: "vi",
        secret: "S",
        codeSeconds: 300,
        terms: null,
      });
      noteCodeMessage(tx, { codeId: code.id, channel: "outbox" });
      const act = {
        guestId: guest.id,
        deviceId: device.id,
        nasId: NAS,
        purpose: "marketing",
        textVersion: 1,
        textSha256: "0".repeat(64),
        language: "vi",
      } as const;
      giveConsent(tx, { ...act, ip: "192.0.2.1" });
      withdrawConsent(tx, act);
      recogniseDevice(tx, { deviceId: device.id, nasId: NAS, proof: "network" });
      issueCredential(tx, { deviceId: device.id, guestId: guest.id });
      revokeCredentials(tx, { guestId: guest.id, by: "guest" });
    });
    store.transaction((tx) => updateSession(tx, { ...report(store), connectedSeconds: 5 }));
    store.transaction((tx) => endSession(tx, { ...report(store), cause: "User-Request" }));
    store.advance(GAP + 1);
    store.transaction((tx) => closeDueVisits(tx));
    const read = store.listEvents().map((event) => readEvent(event));
    expect(read.filter((each) => each.kind !== "known")).toEqual([]);
    expect(new Set(store.listEvents().map((event) => event.type)).size).toBe(15);
  });
});

describe("branch settings", () => {
  test("are in force within the transaction that applies them, and not if it fails", () => {
    const store = openTestStore();
    const newer = { ...sampleSettings(), version: sampleSettings().version + 1 };
    const versions = store.transaction((tx) => {
      const before = findSettings(tx)?.version;
      applySettings(tx, newer);
      return [before, findSettings(tx)?.version];
    });
    expect(versions).toEqual([newer.version - 1, newer.version]);
    const fail = () =>
      store.transaction((tx) => {
        applySettings(tx, { ...newer, version: newer.version + 1 });
        expect(findSettings(tx)?.version).toBe(newer.version + 1);
        throw new Error("power cut");
      });
    expect(fail).toThrow("power cut");
    expect(store.read(findSettings)?.version).toBe(newer.version);
  });

  test("an older version, or those of another branch, leave the old ones standing", () => {
    const store = openTestStore();
    const settings = sampleSettings();
    const apply = (change: object) =>
      store.transaction((tx) => applySettings(tx, { ...settings, ...change }));
    expect(apply({ version: 2 })).toMatchObject({ kind: "refused" });
    expect(apply({ version: 9, tenantId: NAS })).toMatchObject({ kind: "refused" });
    expect(store.read((tx) => findSettings(tx)?.version)).toBe(3);
    expect(apply({ version: 4 })).toEqual({ kind: "applied" });
    expect(store.read((tx) => findSettings(tx)?.version)).toBe(4);
  });
});

describe("commands", () => {
  test("one that comes twice is due once, and done once", () => {
    const store = openTestStore();
    const device = see(store);
    const command = {
      id: POLICY,
      position: 7,
      kind: "guest.disconnect",
      deviceId: device.id,
      expiresAt: "2026-03-01T03:00:00.000Z",
    } as const;
    store.transaction((tx) => saveCommands(tx, [command, command]));
    expect(store.read((tx) => listDueDisconnects(tx))).toHaveLength(1);
    store.transaction((tx) => finishCommand(tx, { id: POLICY, outcome: "acknowledged" }));
    store.transaction((tx) => saveCommands(tx, [command]));
    expect(store.read((tx) => listDueDisconnects(tx))).toEqual([]);
  });
});

test("a part of a transaction that is not kept is undone with its events, and what came before stays", () => {
  const store = openTestStore();
  const seen = store.transaction((tx) => {
    const meet = (mac: string) => seeDevice(tx, { mac, nasId: NAS, by: "radius" }).mac;
    meet(MAC);
    const isKept = (mac: string) => mac === MAC;
    return [OTHER_MAC, MAC].map((mac) => keepOnlyIf(tx, { work: () => meet(mac), isKept }));
  });
  expect(seen).toEqual([OTHER_MAC, MAC]);
  const told = store.listEvents().map(({ seq, payload }) => [seq, payload.mac]);
  expect(told).toEqual([[1, MAC]]);
});
