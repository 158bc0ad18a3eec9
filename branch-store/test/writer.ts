import { setTimeout } from "node:timers/promises";
import {
  acknowledge,
  findEpoch,
  listUnsent,
  openBranchStore,
  readBoxIdentity,
  seeDevice,
  startSession,
  updateSession,
} from "../src/index.ts";

// Writes until it is killed and says each commit on standard output once it is durable.
// argv: state folder, a number that keeps the MACs of two writers apart.
const [folder = "", writer = "0"] = process.argv.slice(2);
const store = openBranchStore({
  folder,
  identity: readBoxIdentity(folder),
  clock: () => new Date(),
});
const nasId = "01990000-0000-7000-8000-000000000010";

for (let n = 0; ; n++) {
  const tail = [n >> 16, n >> 8, n].map((octet) => (octet & 255).toString(16).padStart(2, "0"));
  const mac = ["02", `0${writer}`, (process.pid & 255).toString(16).padStart(2, "0"), ...tail]
    .join("-")
    .toUpperCase();
  const acctSessionId = `${process.pid}-${n}`;
  const sessionId = store.transaction((tx) => {
    seeDevice(tx, { mac, nasId, by: "radius" });
    const report = { nasId, acctSessionId, mac, at: tx.now };
    updateSession(tx, { ...report, connectedSeconds: 1 });
    return startSession(tx, report).id;
  });
  process.stdout.write(`${sessionId}\n`);
  if (writer === "1" && n % 50 === 49)
    store.transaction((tx) => {
      const [first] = listUnsent(tx, { afterSeq: 0, limit: 1 });
      const range = { from: first?.seq ?? 1, to: (first?.seq ?? 1) + 20 };
      acknowledge(tx, { epoch: findEpoch(tx), ranges: [range] });
    });
  // SQLite's lock is unfair: two writers that never pause may starve each other for seconds.
  await setTimeout(Math.random() * 3);
}
