// Makes a box's state folder with a backlog: node sync-agent/test/fill-outbox.ts <folder> <events> <box.json> <key>
// With a fifth word, sealed, the cloud is asked first what to seal it to, as a box is that was online before.
import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  appendEvent,
  findEpoch,
  keepSealingKey,
  openBranchStore,
  readBoxIdentity,
  type Transaction,
} from "@foyer/branch-store";
import { openCloud } from "../src/cloud.ts";

const EVENTS_AT_ONCE = 6_000;
const NAS_ID = "01990000-0000-7000-8000-000000000010";

const [folder = "", count = "0", identityJson = "", boxKey = "", sealed] = process.argv.slice(2);
writeFileSync(join(folder, "box.json"), identityJson);
writeFileSync(join(folder, "box-key"), boxKey, { mode: 0o600 });
const identity = readBoxIdentity(folder);
const store = openBranchStore({ folder, identity, clock: () => new Date() });

/** A guest's visit as the box tells of it: six events. */
function writeVisit(tx: Transaction, at: number): void {
  const [deviceId, guestId, visitId, sessionId] = [0, 1, 2, 3].map(() => randomUUID());
  const ids = { deviceId: deviceId ?? "", visitId: visitId ?? "", guestId: guestId ?? "" };
  const octets = [at >> 16, at >> 8, at].map((each) => (each & 255).toString(16).padStart(2, "0"));
  const mac = ["00", "00", "5E", ...octets].join("-").toUpperCase();
  const session = { sessionId: sessionId ?? "", visitId: ids.visitId };
  const usage = { connectedSeconds: 600, uploadBytes: 1_000_000, downloadBytes: 20_000_000 };
  const startedAt = new Date(tx.now.getTime() - 600_000).toISOString();
  const span = { startedAt, endedAt: tx.now.toISOString() };
  const device = { deviceId: ids.deviceId, mac, randomised: false, nasId: NAS_ID };
  appendEvent(tx, "device.seen", { ...device, by: "radius" });
  appendEvent(tx, "visit.started", { ...ids, source: "wifi", startedAt });
  appendEvent(tx, "session.started", { ...ids, ...session, nasId: NAS_ID });
  appendEvent(tx, "session.updated", { ...session, ...usage });
  appendEvent(tx, "session.ended", { ...session, ...span, cause: "User-Request", ...usage });
  appendEvent(tx, "visit.ended", { ...ids, ...span, sessions: 1, ...usage });
}

async function takeSealingKey(cloudUrl: string): Promise<void> {
  const cloud = openCloud({ cloudUrl, boxKey, startsAt: Date.now() });
  const nothing = { settings: 0, guests: 0, commands: 0, codes: 0, coupons: 0, boxCommands: 0 };
  const names = { settingsParts: {}, guestsMark: null, guestsPage: "", sealingKey: "" };
  const position = { ...nothing, ...names, epoch: store.read(findEpoch) };
  const answer = await cloud.pull(position, 0, new AbortController().signal);
  const key = answer.kind === "answered" ? answer.value?.sealingKey : null;
  if (!key || !store.transaction((tx) => keepSealingKey(tx, key)))
    throw new Error("The cloud told no key to seal to.");
  await cloud.close();
}

if (sealed !== undefined) await takeSealingKey(JSON.parse(identityJson).cloudUrl);
for (let written = 0; written < Number(count); written += EVENTS_AT_ONCE)
  store.transaction((tx) => {
    const events = Math.min(EVENTS_AT_ONCE, Number(count) - written);
    for (let event = 0; event < events; event += 6) writeVisit(tx, (written + event) / 6);
  });
store.close();
