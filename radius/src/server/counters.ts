import type { OrderKind } from "../disconnect/exchanges.ts";
import { createHistogram, type Histogram, type Latency } from "./histogram.ts";
import { createSight, type NasSight, type Seen, type Sight } from "./sight.ts";
import { createStrangers, type Stranger, type Strangers } from "./strangers.ts";

/** Why a packet was met with silence. */
export type DropReason =
  | "unknown-nas"
  | "no-reply-port"
  | "radsec-no-handshake"
  | "radsec-no-room"
  | "too-short"
  | "length-out-of-range"
  | "shorter-than-its-length"
  | "attribute-overrun"
  | "code-not-for-this-port"
  | "wrong-authenticator"
  | "wrong-message-authenticator"
  | "no-message-authenticator"
  | "unsigned-nas-signs"
  | "proxy-state-too-long"
  | "eap-malformed"
  | "eap-out-of-turn"
  | "still-working"
  | "too-busy"
  | "store-failed"
  | "send-failed";

/** Counts since the server started. */
export type NasCounts = {
  requests: number;
  accepts: number;
  /** Steps of EAP conversations. */
  challenges: number;
  /** Accounting records stored. */
  stored: number;
  /** Status-Server queries answered. */
  status: number;
  /** Answered again from the reply cache. */
  retransmits: number;
  rejects: Record<string, number>;
  /** Accounting that was answered though there was nothing to store. */
  passedOver: Record<string, number>;
  drops: Record<string, number>;
};

/** Log-ins and accounting are measured apart: only accounting waits for the disk alone. */
export type LatencyKind = "access" | "accounting";

export type OrderCounts = {
  outcomes: Record<string, number>;
  last: { outcome: string; at: string } | null;
};

export type NasHealth = NasCounts & {
  seen: NasSight;
  /** From arrival to answer, the delay of a reject left out. */
  latency: Record<LatencyKind, Latency>;
  /** Disconnect-Requests, and CoA-Requests, by their outcome, and the last one. */
  disconnects: OrderCounts;
  changes: OrderCounts;
};

export type Health = {
  startedAt: string;
  /** By NAS id; one that was not heard of since the start is not in it. */
  nas: Record<string, NasHealth>;
  /** Packets from no NAS of the settings. */
  unknown: { drops: Record<string, number>; nas: Stranger[] };
  /** Disconnect-Requests by their outcome; and CoA-Requests. */
  disconnects: Record<string, number>;
  changes: Record<string, number>;
};

export type Counters = {
  count: (
    nasId: string,
    what: "requests" | "accepts" | "challenges" | "stored" | "status" | "retransmits",
  ) => void;
  countReason: (nasId: string, what: "rejects" | "passedOver" | "drops", reason: string) => void;
  countUnknown: (reason: DropReason) => void;
  seeStranger: Strangers["see"];
  countDisconnect: (outcome: string) => void;
  countChange: (outcome: string) => void;
  /** Told of every well-formed packet of a NAS. */
  see: (nasId: string, seen: Seen) => void;
  /** Told of every RadSec connection of a NAS that was closed for want of room. */
  crowdOut: (nasId: string, at: Date) => void;
  /** Told of every answer, before a reject is kept back. */
  observe: (nasId: string, kind: LatencyKind, milliseconds: number) => void;
  /** How a NAS took a Disconnect-Request or a CoA-Request. */
  noteOrder: (nasId: string, told: { order: OrderKind; outcome: string; at: Date }) => void;
  read: () => Health;
};

/** NAS come and go with the settings: beyond this the one not heard of for longest makes room. */
const NAS_KEPT_MAX = 1024;
/** Ours are fewer; an Error-Cause is the NAS's word, of four octets. */
const REASONS_MAX = 64;
const OTHER_REASON = "other";

type Kept = {
  counts: NasCounts;
  sight: Sight;
  latency: Record<LatencyKind, Histogram>;
  orders: Record<OrderKind, OrderCounts>;
  /** Counts up: what was touched last is greatest. */
  touched: number;
};

/** Counts in memory that is bounded, whoever sends whatever for however long. */
export function createCounters(startedAt: Date): Counters {
  const kept = new Map<string, Kept>();
  const disconnects: Record<string, number> = {};
  const changes: Record<string, number> = {};
  const unknownDrops: Record<string, number> = {};
  const strangers = createStrangers();
  let touches = 0;
  const keptOf = (nasId: string): Kept => {
    let known = kept.get(nasId);
    if (!known) {
      if (kept.size >= NAS_KEPT_MAX) forgetOldest(kept);
      known = newKept();
      kept.set(nasId, known);
    }
    touches += 1;
    known.touched = touches;
    return known;
  };
  return {
    count: (nasId, what) => {
      keptOf(nasId).counts[what] += 1;
    },
    countReason: (nasId, what, reason) => add(keptOf(nasId).counts[what], reason),
    countUnknown: (reason) => add(unknownDrops, reason),
    countDisconnect: (outcome) => add(disconnects, outcome),
    countChange: (outcome) => add(changes, outcome),
    seeStranger: strangers.see,
    see: (nasId, seen) => keptOf(nasId).sight.see(seen),
    crowdOut: (nasId, at) => keptOf(nasId).sight.crowdOut(at),
    observe: (nasId, kind, milliseconds) => keptOf(nasId).latency[kind].observe(milliseconds),
    noteOrder: (nasId, { order, outcome, at }) => {
      const told = keptOf(nasId).orders[order];
      add(told.outcomes, outcome);
      told.last = { outcome, at: at.toISOString() };
    },
    read: () => ({
      startedAt: startedAt.toISOString(),
      nas: Object.fromEntries([...kept].map(([nasId, each]) => [nasId, readKept(each)])),
      unknown: { drops: { ...unknownDrops }, nas: strangers.list() },
      disconnects: { ...disconnects },
      changes: { ...changes },
    }),
  };
}

function newKept(): Kept {
  const counts: NasCounts = {
    ...{ requests: 0, accepts: 0, challenges: 0, stored: 0, status: 0, retransmits: 0 },
    ...{ rejects: {}, passedOver: {}, drops: {} },
  };
  return {
    counts,
    sight: createSight(),
    latency: { access: createHistogram(), accounting: createHistogram() },
    orders: { disconnect: { outcomes: {}, last: null }, change: { outcomes: {}, last: null } },
    touched: 0,
  };
}

function readKept({ counts, sight, latency, orders }: Kept): NasHealth {
  const { access, accounting } = latency;
  return {
    ...structuredClone(counts),
    seen: sight.read(),
    latency: { access: access.read(), accounting: accounting.read() },
    disconnects: structuredClone(orders.disconnect),
    changes: structuredClone(orders.change),
  };
}

function forgetOldest(kept: Map<string, Kept>): void {
  let oldest: [string, Kept] | null = null;
  for (const each of kept)
    if (oldest === null || each[1].touched < oldest[1].touched) oldest = each;
  if (oldest) kept.delete(oldest[0]);
}

function add(counts: Record<string, number>, reason: string): void {
  const isRoom = Object.hasOwn(counts, reason) || Object.keys(counts).length < REASONS_MAX;
  const named = isRoom ? reason : OTHER_REASON;
  counts[named] = (counts[named] ?? 0) + 1;
}
