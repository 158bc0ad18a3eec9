import type { NewDoorNote } from "@foyer/branch-store";
import type { DoorNote } from "@foyer/contract";
import { parseMac } from "../authorize/mac.ts";
import { codes, serviceTypes } from "../protocol/dictionary.ts";
import type { Packet } from "../protocol/packet.ts";
import { findValue, hasAttribute } from "../protocol/values.ts";
import type { StoreThread } from "../store/thread.ts";
import type { Writes } from "../store/writes.ts";
import type { DropReason } from "./counters.ts";

export type Told = Pick<DoorNote, "answer" | "reason" | "policyId">;

/** A NAS of ours, or where one asks from that is none. */
export type Sender = { nasId: string } | { nasId: null; address: string };

export type DoorNotes = {
  /** How an Access-Request that was verified was answered. */
  note: (nasId: string, packet: Packet, told: Told) => void;
  /** A request that was met with silence. */
  noteSilence: (from: Sender, packet: Packet, reason: DropReason) => void;
  /** Writes what waits, and notes nothing more. */
  close: () => Promise<void>;
};

export type DoorNotesOptions = {
  writer: Pick<StoreThread<Writes>, "ask">;
  clock: () => Date;
  flushMilliseconds?: number;
};

const FLUSH_MILLISECONDS = 1000;
/** Between two writings; what comes beyond it is no single branch's guests. */
const WAITING_MAX = 256;
/** Of packets that anybody may have forged: they must not push the guests' own out of the ring. */
const FORGED_PER_FLUSH = 8;
/** A NAS asks again and again: the same answer within so long is said once. */
const REPEAT_MILLISECONDS = 30_000;
const REPEATS_KEPT = 2048;

/**
 * Notes what is asked at the door for the writer's thread, some at a time. Nothing hangs on it: what
 * the store does not take at once is forgotten, and no answer waits for it.
 */
export function createDoorNotes(options: DoorNotesOptions): DoorNotes {
  const { writer, clock } = options;
  const said = new Map<string, number>();
  let waiting: NewDoorNote[] = [];
  let perhapsForged = 0;
  let isClosed = false;
  const isRepeat = (key: string, at: number) => {
    const last = said.get(key);
    if (last !== undefined && Math.abs(at - last) < REPEAT_MILLISECONDS) return true;
    said.delete(key);
    const [oldest] = said.keys();
    if (said.size >= REPEATS_KEPT && oldest !== undefined) said.delete(oldest);
    said.set(key, at);
    return false;
  };
  const flush = async () => {
    const notes = waiting;
    waiting = [];
    perhapsForged = 0;
    if (notes.length === 0) return;
    try {
      await writer.ask("keepDoorNotes", { notes });
    } catch {
      // The store's own trouble is told of by what has to be kept.
    }
  };
  const timer = setInterval(flush, options.flushMilliseconds ?? FLUSH_MILLISECONDS);
  timer.unref();
  const take = (from: Sender, packet: Packet, told: Told): boolean => {
    if (isClosed || waiting.length >= WAITING_MAX) return false;
    const mac = findMac(packet);
    const { nasId } = from;
    const sender = from.nasId === null ? from.address : null;
    const asked = nameQuestion(packet);
    const at = clock();
    const { answer, reason } = told;
    const key = `${mac} ${nasId ?? sender} ${asked} ${answer} ${reason}`;
    if (isRepeat(key, at.getTime())) return false;
    waiting.push({ at, by: "radius", mac, phone: null, nasId, sender, asked, ...told });
    return true;
  };
  const notePerhapsForged = (from: Sender, packet: Packet, told: Told) => {
    if (perhapsForged >= FORGED_PER_FLUSH) return;
    if (take(from, packet, told)) perhapsForged += 1;
  };
  return {
    note: (nasId, packet, told) => {
      if (isForgeable(told)) notePerhapsForged({ nasId }, packet, told);
      else take({ nasId }, packet, told);
    },
    noteSilence: (from, packet, reason) =>
      notePerhapsForged(from, packet, { answer: "refused", reason, policyId: null }),
    close: async () => {
      isClosed = true;
      clearInterval(timer);
      await flush();
    },
  };
}

/** Whether anybody who sends from a NAS's address gets this answer, without its secret. */
const isForgeable = ({ reason }: Told) => reason !== null && FORGEABLE.has(reason);
const FORGEABLE: ReadonlySet<string> = new Set([
  ...["not-signed", "no-calling-station", "wrong-password", "ticket-unknown", "blocked"],
  ...["code-unknown", "eap-garbage", "unknown-state"],
]);

/** The device that is asked about: as the NAS says, or as it names itself where the NAS says nothing. */
function findMac(packet: Packet): string | null {
  const station = findValue(packet, "Calling-Station-Id");
  return parseMac(station ?? findValue(packet, "User-Name") ?? "");
}

function nameQuestion(packet: Packet): string {
  if (packet.code !== codes.accessRequest) return "accounting";
  if (hasAttribute(packet, "EAP-Message")) return "secure-wifi";
  const isCallCheck = findValue(packet, "Service-Type") === serviceTypes.callCheck;
  const isMac = parseMac(findValue(packet, "User-Name") ?? "") !== null;
  return isCallCheck || isMac ? "device" : "log-in";
}
