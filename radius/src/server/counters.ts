import { createStrangers, type Stranger, type Strangers } from "./strangers.ts";

/** Why a packet was met with silence. */
export type DropReason =
  | "unknown-nas"
  | "no-reply-port"
  | "radsec-no-handshake"
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

export type Health = {
  startedAt: string;
  /** By NAS id. */
  nas: Record<string, NasCounts>;
  /** Packets from no NAS of the settings. */
  unknown: { drops: Record<string, number>; nas: Stranger[] };
  /** Disconnect-Requests by their outcome. */
  disconnects: Record<string, number>;
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
  read: () => Health;
};

export function createCounters(startedAt: Date): Counters {
  const health: Health = {
    startedAt: startedAt.toISOString(),
    nas: {},
    unknown: { drops: {}, nas: [] },
    disconnects: {},
  };
  const strangers = createStrangers();
  const countsOf = (nasId: string): NasCounts => {
    health.nas[nasId] ??= {
      requests: 0,
      accepts: 0,
      challenges: 0,
      stored: 0,
      status: 0,
      retransmits: 0,
      rejects: {},
      passedOver: {},
      drops: {},
    };
    return health.nas[nasId];
  };
  const add = (counts: Record<string, number>, reason: string) => {
    counts[reason] = (counts[reason] ?? 0) + 1;
  };
  return {
    count: (nasId, what) => {
      countsOf(nasId)[what] += 1;
    },
    countReason: (nasId, what, reason) => add(countsOf(nasId)[what], reason),
    countUnknown: (reason) => add(health.unknown.drops, reason),
    countDisconnect: (outcome) => add(health.disconnects, outcome),
    seeStranger: strangers.see,
    read: () => {
      const { drops } = health.unknown;
      return structuredClone({ ...health, unknown: { drops, nas: strangers.list() } });
    },
  };
}
