import { codes, statusTypes } from "../protocol/dictionary.ts";
import type { Packet } from "../protocol/packet.ts";
import { findValue, hasAttribute } from "../protocol/values.ts";
import type { PortKind } from "./checks.ts";
import type { DropReason } from "./counters.ts";

/** A packet from a NAS's address or by its certificate, and what the checks made of it. */
export type Seen = {
  packet: Packet;
  port: PortKind;
  /** Null: it is valid. */
  fault: DropReason | null;
  isRadsec: boolean;
  at: Date;
};

/** When a NAS last did what, since the server started. */
const MOMENTS = [
  /** Any well-formed packet, valid or not. */
  "lastRequestAt",
  "lastLogInAt",
  /** A valid log-in without EAP that carried Message-Authenticator. */
  "lastSignedAt",
  /** A log-in that did not, though no TLS protected it. */
  "lastUnsignedAt",
  "lastStartAt",
  "lastInterimAt",
  "lastStopAt",
  "lastAccountingOnAuthPortAt",
  "lastLogInOnAcctPortAt",
  /** A RadSec connection of it was closed while all places were taken. */
  "lastCrowdedOutAt",
] as const;
type Moment = (typeof MOMENTS)[number];

/** What the packets of one kind show of the secret they are made with. */
export type SecretSight = {
  /** An unsigned log-in shows nothing. */
  state: "unproved" | "right" | "other";
  /** Since the last right one. */
  wrongInARow: number;
  lastWrongAt: string | null;
};

/** Many a NAS has a secret for log-ins and another for accounting, each to be typed in. */
export type SecretKind = "access" | "accounting";

/** What a NAS's packets show of how it is set up. */
export type NasSight = Record<Moment, string | null> & {
  lastThrough: "udp" | "radsec" | null;
  secrets: Record<SecretKind, SecretSight>;
  /** Event-Timestamp less the box's clock, of the last packet that had one: below 0 it is slow. */
  clock: { offsetSeconds: number; at: string } | null;
};

export type Sight = {
  see: (seen: Seen) => void;
  crowdOut: (at: Date) => void;
  read: () => NasSight;
};

/**
 * A NAS that was right before has another secret from this many wrong packets in a row: fewer may
 * be forged, or on their way while both sides were being changed.
 */
const WRONG_IN_A_ROW_MIN = 5;

/** Remembers moments, never a packet or anything of a guest. */
export function createSight(): Sight {
  const moments: Partial<Record<Moment, Date>> = {};
  const secrets = { access: createSecretSight(), accounting: createSecretSight() };
  let lastThrough: NasSight["lastThrough"] = null;
  let clock: NasSight["clock"] = null;
  return {
    see: (seen) => {
      const { packet, at, isRadsec } = seen;
      const secret = examine(seen, moments);
      lastThrough = isRadsec ? "radsec" : "udp";
      if (secret === null) return;
      const isAccounting = packet.code === codes.accountingRequest;
      secrets[isAccounting ? "accounting" : "access"].note(secret, at);
      // Of a packet that anybody could have made it would tell nothing.
      const offsetSeconds = secret === "right" ? findClockOffset(packet, at) : null;
      if (offsetSeconds !== null) clock = { offsetSeconds, at: at.toISOString() };
    },
    crowdOut: (at) => {
      moments.lastCrowdedOutAt = at;
    },
    read: () => {
      const tell = (moment: Moment) => moments[moment]?.toISOString() ?? null;
      const told = Object.fromEntries(MOMENTS.map((each) => [each, tell(each)]));
      const { access, accounting } = secrets;
      return {
        ...(told as Record<Moment, string | null>),
        ...{ lastThrough, clock },
        secrets: { access: access.read(), accounting: accounting.read() },
      };
    },
  };
}

function createSecretSight() {
  let wasRight = false;
  let wrongInARow = 0;
  let lastWrongAt: Date | null = null;
  return {
    note: (secret: "right" | "other", at: Date) => {
      if (secret === "right") wasRight = true;
      else lastWrongAt = at;
      wrongInARow = secret === "right" ? 0 : wrongInARow + 1;
    },
    read: (): SecretSight => {
      const isOther = wrongInARow >= (wasRight ? WRONG_IN_A_ROW_MIN : 1);
      const state = isOther ? "other" : wasRight ? "right" : "unproved";
      return { state, wrongInARow, lastWrongAt: lastWrongAt?.toISOString() ?? null };
    },
  };
}

/** Sets the moments of one packet, and says what it shows of the secret; null: nothing. */
function examine(
  { packet, port, fault, isRadsec, at }: Seen,
  moments: Partial<Record<Moment, Date>>,
): "right" | "other" | null {
  const isLogIn = packet.code === codes.accessRequest;
  const isAccounting = packet.code === codes.accountingRequest;
  moments.lastRequestAt = at;
  if (fault === "code-not-for-this-port") {
    if (port === "acct" && isLogIn) moments.lastLogInOnAcctPortAt = at;
    if (port === "auth" && isAccounting) moments.lastAccountingOnAuthPortAt = at;
    return null;
  }
  if (fault === "wrong-authenticator" || fault === "wrong-message-authenticator") return "other";
  const isSigned = hasAttribute(packet, "Message-Authenticator");
  if (isLogIn && !isSigned && !isRadsec) moments.lastUnsignedAt = at;
  if (fault !== null) return null;
  if (isLogIn) {
    moments.lastLogInAt = at;
    // RFC 3579 §3.1 demands it of EAP, so there it tells nothing of how the NAS is set.
    if (isSigned && !hasAttribute(packet, "EAP-Message")) moments.lastSignedAt = at;
  }
  const told = isAccounting ? momentOfRecord(packet) : null;
  if (told) moments[told] = at;
  // RFC 2866 §3: an Accounting-Request's own authenticator is made with the secret.
  return isSigned || isAccounting ? "right" : null;
}

function momentOfRecord(packet: Packet): Moment | null {
  switch (findValue(packet, "Acct-Status-Type")) {
    case statusTypes.start:
      return "lastStartAt";
    case statusTypes.interim:
      return "lastInterimAt";
    case statusTypes.stop:
      return "lastStopAt";
    default:
      return null;
  }
}

/** RFC 2869 §5.3, with RFC 2866 §5.2: when it happened, and how long ago that is. */
function findClockOffset(packet: Packet, at: Date): number | null {
  const stamp = findValue(packet, "Event-Timestamp");
  if (stamp === null) return null;
  const delaySeconds = findValue(packet, "Acct-Delay-Time") ?? 0;
  return Math.round((stamp.getTime() - at.getTime()) / 1000) + delaySeconds;
}
