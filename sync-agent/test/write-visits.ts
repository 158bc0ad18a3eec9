// A box at which somebody arrives at each line on standard input: node write-visits.ts <folder>. Says the
// id of the visit and the seq of its last event once it is committed.
import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline";
import { appendEvent, openBranchStore, readBoxIdentity } from "@foyer/branch-store";

const [folder = ""] = process.argv.slice(2);
const identity = readBoxIdentity(folder);
const store = openBranchStore({ folder, identity, clock: () => new Date() });
const NAS_ID = "01990000-0000-7000-8000-000000000010";

process.stdout.write("ready\n");
for await (const _ of createInterface(process.stdin)) {
  const [deviceId, visitId, sessionId] = [randomUUID(), randomUUID(), randomUUID()];
  const arrival = { visitId, deviceId, guestId: null };
  const seq = store.transaction((tx) => {
    const startedAt = tx.now.toISOString();
    appendEvent(tx, "visit.started", { ...arrival, source: "wifi", startedAt });
    return appendEvent(tx, "session.started", { ...arrival, sessionId, nasId: NAS_ID });
  });
  process.stdout.write(`${visitId} ${seq}\n`);
}
store.close();
