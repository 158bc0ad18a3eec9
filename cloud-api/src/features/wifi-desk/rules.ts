import type { AccessPolicy, CredentialEnd } from "@foyer/contract";

/** How long a rule that is over, or was taken away, can still be read. */
export const RULE_KEPT_DAYS = 30;
/** How long what a box answered to a trace can be read. */
export const TRACE_KEPT_HOURS = 24;
/** How long it is told what became of an order to send somebody off. */
export const ORDER_TOLD_MINUTES = 10;

/** What became of an order to send a device off, of all the boxes that were asked. */
export type SentOff = {
  state: "asked" | "done" | "gone" | "refused" | "no-answer";
  /** What the access controller or the box said; null: nothing. */
  outcome: string | null;
};

export type BoxWord = { outcome: string | null; expiresAt: Date };

/**
 * Of several boxes that one counts whose access controller has the device: the others say that they
 * have no such session.
 */
export function judgeSentOff(words: readonly BoxWord[], now: Date): SentOff {
  const outcomes = words.flatMap(({ outcome }) => outcome ?? []);
  if (outcomes.includes("acknowledged") || outcomes.includes("done"))
    return { state: "done", outcome: null };
  const against = outcomes.find((outcome) => outcome !== "no-session");
  if (against === "timed-out") return { state: "no-answer", outcome: against };
  if (against !== undefined) return { state: "refused", outcome: against };
  const isOpen = words.some(({ outcome, expiresAt }) => outcome === null && expiresAt > now);
  if (isOpen) return { state: "asked", outcome: null };
  return outcomes.length > 0
    ? { state: "gone", outcome: "no-session" }
    : { state: "no-answer", outcome: null };
}

export type Limit = { granted: number | null; used: number };

/** What is left of a limit; null: there is none. */
export function remainingOf({ granted, used }: Limit): number | null {
  return granted === null ? null : Math.max(0, granted - used);
}

type SessionVolumes = Pick<
  AccessPolicy,
  "sessionBytes" | "sessionUploadBytes" | "sessionDownloadBytes"
>;

/** What is left of each limit on a session's volume, in bytes: of both ways together, and of either. */
export function volumesLeftOf(
  policy: SessionVolumes | undefined,
  { uploadBytes, downloadBytes }: { uploadBytes: number; downloadBytes: number },
) {
  const left = (granted: number | null | undefined, used: number) =>
    remainingOf({ granted: granted ?? null, used });
  return {
    bytesLeft: left(policy?.sessionBytes, uploadBytes + downloadBytes),
    uploadBytesLeft: left(policy?.sessionUploadBytes, uploadBytes),
    downloadBytesLeft: left(policy?.sessionDownloadBytes, downloadBytes),
  };
}

/**
 * A MAC as people and machines write it, as the house does: AA-BB-CC-DD-EE-FF. Null: it is none. One
 * that is a group's, or nobody's, is no device's.
 */
export function readMac(typed: string): string | null {
  const digits = typed
    .normalize("NFKC")
    .replaceAll(/[\s:.\-‐-―]/g, "")
    .toUpperCase();
  if (!/^[0-9A-F]{12}$/.test(digits) || /^0+$/.test(digits)) return null;
  // IEEE 802-2014 §8.2.2: the lowest bit of the first octet marks a group.
  if ((Number.parseInt(digits.slice(0, 2), 16) & 1) !== 0) return null;
  return (digits.match(/../g) ?? []).join("-");
}

/** IEEE 802-2014 §8.2.2: the second lowest bit of the first octet marks a made-up address. */
export const isMadeUp = (mac: string): boolean => (Number.parseInt(mac.slice(0, 2), 16) & 2) !== 0;

/** What is known of a key of the member Wi-Fi, and of what its box was asked to do about it. */
export type KnownKey = {
  endedAt: Date | null;
  endedBy: CredentialEnd | null;
  boxRemovedAt: Date | null;
  /** Until when the box may still hear of the order to end it; null: there is none. */
  expiresAt: Date | null;
  outcome: string | null;
  finishedAt: Date | null;
};

export type JudgedKey = {
  state: "open" | "ending" | "unheard" | "unable" | "ended";
  endedAt: Date | null;
  endedBy: CredentialEnd | "box-removed" | null;
};

/**
 * How a key stands. What the box tells of its end comes by the log and may be behind; its answer to the
 * order is believed before. A box that is gone took its keys with it.
 */
export function judgeKey(key: KnownKey, now: Date): JudgedKey {
  const { endedAt, endedBy, boxRemovedAt, expiresAt, outcome, finishedAt } = key;
  if (endedAt !== null) return { state: "ended", endedAt, endedBy };
  if (outcome === "done") return { state: "ended", endedAt: finishedAt, endedBy: "staff" };
  if (boxRemovedAt !== null)
    return { state: "ended", endedAt: boxRemovedAt, endedBy: "box-removed" };
  const open = { endedAt: null, endedBy: null };
  if (expiresAt === null) return { state: "open", ...open };
  if (outcome === null) return { state: expiresAt > now ? "ending" : "unheard", ...open };
  return { state: outcome === "expired" ? "unheard" : "unable", ...open };
}
