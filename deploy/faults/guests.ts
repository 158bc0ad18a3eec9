import { randomInt } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import {
  type BranchStore,
  closeDueVisits,
  endSession,
  findMachineClock,
  giveConsent,
  openBranchStore,
  openStoreInBoxTime,
  readBoxIdentity,
  seeDevice,
  signInGuest,
  startSession,
  withdrawConsent,
} from "@foyer/branch-store";

// The guests of a branch, as portal and radius write them down, until the process is ended: a new one
// comes every tenth of a second; or so many at once, and then it ends. What the disk refuses is tried again,
// as a guest would.

const [stateFolder = "", crowd] = process.argv.slice(2);
const NAS_ID = "01990000-0000-7000-8000-000000000010";
const PAUSE_MILLISECONDS_MAX = 200;
const HOUR = 60 * 60 * 1000;
const TEXT = { textVersion: 1, textSha256: "0".repeat(64), language: "vi" as const };

const identity = readBoxIdentity(stateFolder);
let isEnding = false;
for (const signal of ["SIGTERM", "SIGINT"] as const)
  process.on(signal, () => {
    isEnding = true;
  });

let store: BranchStore | null = null;
let guest: number | null = null;
let left = crowd === undefined ? Infinity : Number(crowd);
while (!isEnding && left > 0) {
  try {
    store ??= openStore();
    guest ??= countGuests(store);
    comeAndGo(store, guest);
    guest += 1;
    left -= 1;
    // A dot for each who came and went, and an x for each refusal of the disk: the harness counts them.
    process.stdout.write(".");
  } catch (error) {
    if (!isOfDisk(error)) throw error;
    process.stdout.write("x");
  }
  if (crowd === undefined) await pause(randomInt(PAUSE_MILLISECONDS_MAX));
}
store?.close();

/** As portal and radius do it. */
function openStore(): BranchStore {
  const machine = findMachineClock();
  if (machine) return openStoreInBoxTime({ folder: stateFolder, identity, machine }).store;
  return openBranchStore({ folder: stateFolder, identity, clock: () => new Date() });
}

function countGuests(open: BranchStore): number {
  const count = "select count(*) as count from devices";
  return open.read((tx) => (tx.sql(count).get() as { count: number }).count);
}

/** SQLite's words for a full, failing or read-only disk and for a lock held too long. */
function isOfDisk(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return /^(SQLITE_(BUSY|FULL|IOERR|READONLY|CANTOPEN)|EROFS|ENOSPC|EACCES)/.test(code);
}

/** Signs in, says yes to messages (every third takes it back), and was here three hours ago. */
function comeAndGo(open: BranchStore, number: number): void {
  const digits = String(number).padStart(6, "0");
  const mac = `00-11-22-${digits.slice(0, 2)}-${digits.slice(2, 4)}-${digits.slice(4)}`;
  open.transaction((tx) => {
    const { id: deviceId } = seeDevice(tx, { mac, nasId: NAS_ID, by: "portal" });
    const terms = { nasId: NAS_ID, language: "vi" as const, termsVersion: 1 };
    const proof = { deviceId, phone: `+84912${digits}`, proved: true };
    const details = { name: `Khách ${number}` };
    const { id: guestId } = signInGuest(tx, { ...terms, ...proof, details });
    const channel = number % 2 === 0 ? ("zalo" as const) : null;
    const act = {
      guestId,
      deviceId,
      nasId: NAS_ID,
      purpose: "marketing" as const,
      channel,
      ...TEXT,
    };
    giveConsent(tx, act);
    if (number % 3 === 0) withdrawConsent(tx, act);
  });
  const session = { nasId: NAS_ID, acctSessionId: `session-${mac}`, mac };
  const arrived = open.read((tx) => tx.now.getTime()) - 3 * HOUR;
  open.transaction((tx) => startSession(tx, { ...session, at: new Date(arrived) }));
  const usage = { connectedSeconds: 3600, uploadBytes: 1000, downloadBytes: 5000 };
  const left = { ...usage, cause: "User-Request", at: new Date(arrived + HOUR) };
  open.transaction((tx) => endSession(tx, { ...session, ...left }));
  open.transaction((tx) => closeDueVisits(tx));
}
