import type { NewDoorNote } from "@foyer/branch-store";
import type { DoorNote } from "@foyer/contract";
import type { AccessRequest } from "../authorize/access-request.ts";
import { parseMac } from "../authorize/mac.ts";
import { codes, serviceTypes } from "../protocol/dictionary.ts";
import type { Packet } from "../protocol/packet.ts";
import { findValue, hasAttribute } from "../protocol/values.ts";
import { createRecentMap } from "../recent-map.ts";
import type { StoreThread } from "../store/thread.ts";
import type { Writes } from "../store/writes.ts";
import type { DropReason } from "./counters.ts";

export type Told = Pick<DoorNote, "answer" | "reason" | "policyId">;

/** A NAS of ours, or where one asks from that is none. */
export type Sender = { nasId: string } | { nasId: null; address: string };

/** Who is at the door, and what is asked about them. */
export type Visitor = Pick<NewDoorNote, "mac" | "asked">;

export type DoorNotes = {
  /** How an Access-Request that was verified was answered. */
  note: (nasId: string, visitor: Visitor, told: Told) => void;
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
/** Devices of which is remembered what was said. */
const REPEATS_KEPT_MIN = 2048;

type Said = Told & { from: string; asked: NewDoorNote["asked"]; at: number };

/**
 * Notes what is asked at the door for the writer's thread, some at a time. Nothing hangs on it: what
 * the store does not take at once is forgotten, and no answer waits for it.
 */
export function createDoorNotes(options: DoorNotesOptions): DoorNotes {
  const { writer, clock } = options;
  /** By device, named by its MAC or not at all. */
  const said = createRecentMap<string | null, Said[]>(REPEATS_KEPT_MIN);
  let waiting: NewDoorNote[] = [];
  let perhapsForged = 0;
  let isClosed = false;
  const isRepeat = (mac: string | null, now: Said) => {
    const before = said.get(mac);
    if (before?.some((last) => isRecent(last, now) && isSame(last, now))) return true;
    const recent = before?.filter((last) => isRecent(last, now)) ?? [];
    said.set(mac, [...recent, now]);
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
  const hasRoomForForged = () => perhapsForged < FORGED_PER_FLUSH;
  const timer = setInterval(flush, options.flushMilliseconds ?? FLUSH_MILLISECONDS);
  timer.unref();
  const take = (from: Sender, { mac, asked }: Visitor, told: Told): boolean => {
    if (isClosed || waiting.length >= WAITING_MAX) return false;
    const { nasId } = from;
    const sender = from.nasId === null ? from.address : null;
    const at = clock();
    const { answer, reason, policyId } = told;
    const place = from.nasId ?? from.address;
    const now = { from: place, asked, answer, reason, policyId, at: at.getTime() };
    if (isRepeat(mac, now)) return false;
    waiting.push({ at, by: "radius", mac, phone: null, nasId, sender, asked, ...told });
    return true;
  };
  const notePerhapsForged = (from: Sender, visitor: Visitor, told: Told) => {
    if (take(from, visitor, told)) perhapsForged += 1;
  };
  return {
    note: (nasId, visitor, told) => {
      if (!isForgeable(told)) take({ nasId }, visitor, told);
      else if (hasRoomForForged()) notePerhapsForged({ nasId }, visitor, told);
    },
    noteSilence: (from, packet, reason) => {
      if (!hasRoomForForged()) return;
      notePerhapsForged(from, readVisitor(packet), { answer: "refused", reason, policyId: null });
    },
    close: async () => {
      isClosed = true;
      clearInterval(timer);
      await flush();
    },
  };
}

const isRecent = (last: Said, now: Said) => Math.abs(now.at - last.at) < REPEAT_MILLISECONDS;

const isSame = (one: Said, other: Said) =>
  one.from === other.from &&
  one.asked === other.asked &&
  one.answer === other.answer &&
  one.reason === other.reason;

/** Whether anybody who sends from a NAS's address gets this answer, without its secret. */
const isForgeable = ({ reason }: Told) => reason !== null && FORGEABLE.has(reason);
const FORGEABLE: ReadonlySet<string> = new Set([
  ...["not-signed", "no-calling-station", "wrong-password", "ticket-unknown", "blocked"],
  ...["code-unknown", "eap-garbage", "unknown-state"],
]);

/** Of a log-in, or a question about a device, that was read already. */
export function visitorOf({ mac, namedMac, isCallCheck }: AccessRequest): Visitor {
  return { mac: mac ?? namedMac, asked: isCallCheck || namedMac !== null ? "device" : "log-in" };
}

export const readVisitor = (packet: Packet): Visitor => ({
  ...{ mac: findMac(packet), asked: nameQuestion(packet) },
});

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
