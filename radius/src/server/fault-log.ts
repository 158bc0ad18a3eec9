import type { Logger } from "../log.ts";
import type { DropReason } from "./counters.ts";

/** The same fault of the same sender is told once in this time; the counters count every one. */
const TOLD_EVERY_MS = 60_000;
const ENTRIES_MAX = 1000;
/** Addresses can be forged, each but once: of strangers no more lines than this a minute in all. */
const STRANGERS_TOLD_MAX = 10;

/** What venue IT can mend, in words that say how. */
const ADVICE: Partial<Record<DropReason, string>> = {
  "unknown-nas":
    "a RADIUS packet came from an address, or under a NAS-Identifier, that no NAS of the branch has",
  "radsec-no-handshake":
    "a RadSec connection was not made: its certificate is not of the CA that is set, or is none",
  "radsec-no-room":
    "a RadSec connection was closed: all places are taken, and who has most by one certificate makes room",
  "wrong-authenticator": "accounting is dropped: the NAS has another secret than the branch",
  "wrong-message-authenticator": "a packet is dropped: the NAS has another secret than the branch",
  "no-message-authenticator":
    "a packet is dropped: its NAS must send Message-Authenticator with EAP, Proxy-State and status",
  "unsigned-nas-signs":
    "a log-in without Message-Authenticator is dropped: its NAS is set to sign, or did so before",
  "code-not-for-this-port": "a packet is dropped: log-ins and accounting have changed places",
};

export type FaultLog = {
  tell: (fault: Fault) => void;
};

export type Fault = {
  reason: DropReason;
  address: string;
  /** Null for a stranger. */
  nasId: string | null;
  /** Of a NAS that is a whole network: addresses in it can be forged, so they are not told apart. */
  isNetwork?: boolean;
  at: Date;
};

/** Tells of faults in the set-up, each once a minute and sender, so that a flood fills no disk. */
export function createFaultLog(log: Logger): FaultLog {
  const told = new Map<string, number>();
  let strangersTold = 0;
  let strangersSince = Number.NEGATIVE_INFINITY;
  const mayTellOfStranger = (now: number) => {
    if (Math.abs(now - strangersSince) >= TOLD_EVERY_MS) {
      strangersSince = now;
      strangersTold = 0;
    }
    strangersTold += 1;
    return strangersTold <= STRANGERS_TOLD_MAX;
  };
  return {
    tell: ({ reason, address, nasId, isNetwork = false, at }) => {
      const advice = ADVICE[reason];
      if (advice === undefined) return;
      // Behind NAT several NAS have one address.
      const key = `${reason} ${isNetwork ? "" : address} ${nasId}`;
      const now = at.getTime();
      const last = told.get(key);
      if (last !== undefined && Math.abs(now - last) < TOLD_EVERY_MS) return;
      if (nasId === null && !mayTellOfStranger(now)) return;
      // Forgetting all of them tells a few again; keeping all would let strangers fill the memory.
      if (told.size >= ENTRIES_MAX) told.clear();
      told.set(key, now);
      log.warn({ reason, address, nasId }, advice);
    },
  };
}
