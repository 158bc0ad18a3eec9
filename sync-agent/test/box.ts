import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  appendEvent,
  type BoxEnrolment,
  type BranchStore,
  countUnsent,
  openBranchStore,
} from "@foyer/branch-store";
import type { BranchSettings } from "@foyer/contract";
import { makeBoxKey } from "../src/box-key.ts";

export type TestBox = {
  folder: string;
  identity: BoxEnrolment;
  store: BranchStore;
  remove: () => void;
};

/** Of every box of a test file. */
export const BOX_KEY = makeBoxKey();

/** A box's state folder with a real store, and nothing else. */
export function makeBox(): TestBox {
  const folder = mkdtempSync(join(tmpdir(), "foyer-sync-"));
  const identity = {
    tenantId: randomUUID(),
    branchId: randomUUID(),
    boxId: randomUUID(),
    cloudUrl: "http://127.0.0.1:1",
  };
  const store = openBranchStore({ folder, identity, clock: () => new Date() });
  const remove = () => {
    store.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { folder, identity, store, remove };
}

/** Writes events to the outbox; the payload tells their order apart from their seq. */
export function writeEvents(store: BranchStore, count: number): void {
  store.transaction((tx) => {
    for (let index = 0; index < count; index += 1)
      appendEvent(tx, "box.started", { release: "0.1.0", settingsVersion: index });
  });
}

/** A guest's arrival, as it is told: three events in which they and their device are named. */
export function writeArrival(store: BranchStore, guestId: string): void {
  const [deviceId, visitId, nasId] = [randomUUID(), randomUUID(), randomUUID()];
  const arrival = { visitId, deviceId, guestId };
  store.transaction((tx) => {
    const startedAt = tx.now.toISOString();
    appendEvent(tx, "visit.started", { ...arrival, source: "wifi", startedAt });
    const sessionId = randomUUID();
    appendEvent(tx, "session.started", { ...arrival, sessionId, nasId });
    const usage = { connectedSeconds: 1, uploadBytes: 1, downloadBytes: 1 };
    appendEvent(tx, "session.updated", { sessionId, visitId, ...usage });
  });
}

/** Writes so many events at once that they have to wait, three of each guest. Gives the guests. */
export function writeBacklog(store: BranchStore, events: number): string[] {
  const guestIds = Array.from({ length: Math.ceil(events / 3) }, () => randomUUID());
  store.transaction((tx) => {
    const nested = { ...store, transaction: <T>(work: (inner: typeof tx) => T): T => work(tx) };
    for (const guestId of guestIds) writeArrival(nested, guestId);
  });
  return guestIds;
}

export function countBacklog(store: BranchStore): number {
  return store.read(countUnsent);
}

/** Waits until `holds` does; the failure names what was waited for. */
export async function waitUntil(
  what: string,
  holds: () => boolean,
  milliseconds = 30_000,
): Promise<void> {
  const until = Date.now() + milliseconds;
  while (!holds()) {
    if (Date.now() > until) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Settings that a box accepts. */
export function buildSettings(identity: BoxEnrolment, version: number): BranchSettings {
  const { tenantId, branchId } = identity;
  return {
    version,
    tenantId,
    branch: {
      id: branchId,
      name: "Lakeside",
      timeZone: "Asia/Ho_Chi_Minh",
      country: "VN",
      languages: ["vi", "en"],
      visitGapMinutes: 60,
    },
    brand: { name: "Lakeside", accentColour: "#0a7d5a", logo: null },
    nas: [],
    signIn: {
      phone: {
        enabled: true,
        channels: [{ kind: "outbox" }],
        codeSeconds: 300,
        triesMax: 5,
        resendAfterSeconds: 30,
        resendsMax: 3,
        messagesPerPhoneHour: 5,
        messagesPerDeviceHour: 5,
        messagesPerBranchHour: 500,
      },
      clickThrough: "plan-b",
      greet: "each-visit",
      recogniseDays: 365,
      recogniseRandomisedDays: 30,
      landingUrl: null,
    },
    policies: [
      {
        id: randomUUID(),
        name: "Everyone",
        when: { methods: [], visitNumberMin: null },
        sessionSeconds: null,
        idleSeconds: null,
        uploadKbps: null,
        downloadKbps: null,
        sessionBytes: null,
      },
    ],
    pages: [],
    legalTexts: [
      { purpose: "terms", version: 1, label: { en: "I agree" }, body: { en: "The terms." } },
    ],
  };
}
