// What a sync agent does to a box's store: it reads its backlog in the contract's batches and has
// each acknowledged, with the cloud's answer to wait for in between. Makes a backlog at each line it
// hears on standard input, says `ready`, empties it at the next line and says how long that took.
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import {
  acknowledge,
  countUnsent,
  findEpoch,
  listUnsent,
  openBranchStore,
  readBoxIdentity,
  seeDevice,
} from "@foyer/branch-store";
import { BATCH_EVENTS_UNTOLD } from "@foyer/contract";

const [folder = "", backlog = "0"] = process.argv.slice(2);
/** Rows of a backlog that are written at once: none of them is a long wait for the box. */
const ROWS_AT_ONCE = 100;
/** What the way to the cloud and back takes. */
const ANSWER_MS = 20;
const NAS_ID = "01990000-0000-7000-8000-000000000010";

const identity = readBoxIdentity(folder);
const store = openBranchStore({ folder, identity, clock: () => new Date() });
let seen = 0;

/** A device of its own a row. */
function macOf(at: number): string {
  const octets = [at >> 16, at >> 8, at].map((each) => (each & 255).toString(16).padStart(2, "0"));
  return ["06", "00", "5E", ...octets].join("-").toUpperCase();
}

function fill(): void {
  while (store.read(countUnsent) < Number(backlog))
    store.transaction((tx) => {
      for (let row = 0; row < ROWS_AT_ONCE; row++)
        seeDevice(tx, { mac: macOf(seen++), nasId: NAS_ID, by: "portal" });
    });
}

async function drain(): Promise<number> {
  const begin = performance.now();
  for (let left = store.read(countUnsent); left > 0; left = store.read(countUnsent)) {
    const events = store.read((tx) => listUnsent(tx, { afterSeq: 0, limit: BATCH_EVENTS_UNTOLD }));
    const [first, last] = [events[0], events.at(-1)];
    if (!first || !last) break;
    JSON.stringify(events);
    await sleep(ANSWER_MS);
    const ranges = [{ from: first.seq, to: last.seq }];
    store.transaction((tx) => acknowledge(tx, { epoch: findEpoch(tx), ranges }));
  }
  return performance.now() - begin;
}

let isFull = false;
for await (const _ of createInterface(process.stdin)) {
  const tookMs = isFull ? await drain() : null;
  if (!isFull) fill();
  isFull = !isFull;
  process.stdout.write(`${tookMs === null ? "ready" : Math.round(tookMs)}\n`);
}
store.close();
