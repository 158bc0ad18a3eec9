import type { PortKind } from "./checks.ts";
import type { DropReason } from "./counters.ts";

/** One packet as the socket handed it over. */
export type Arrival = {
  port: PortKind;
  bytes: Buffer;
  address: string;
  remotePort: number;
  send: (reply: Buffer, to: Arrival) => void;
  /** Where it came by RadSec: the connection, and the names that its certificate proves. */
  radsec?: { names: readonly string[]; connection: number; refuse: () => void };
};

/** What the ports hand to, whatever the transport. */
export type Door = {
  receive: (arrival: Arrival) => void;
  /** Whether one of a certificate's names is a NAS's. */
  isKnown: (names: readonly string[]) => boolean;
  /** Counts and tells of what met its end before it was a packet. */
  turnAway: (refused: { reason: DropReason; address: string; names: readonly string[] }) => void;
};
