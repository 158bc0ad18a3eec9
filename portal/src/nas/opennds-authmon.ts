import { createHash } from "node:crypto";
import type { OpenndsNas } from "@foyer/contract";
import type { Grant } from "./adapter.ts";
import { isSameText } from "./trust.ts";

/**
 * openNDS at FAS levels 3 and 4 asks us whom to let in: its script authmon posts to the FAS address
 * every few seconds, fetches lines, and tells in its next question which of them it has carried out.
 */
export type Authmon = {
  /** Lays out a guest to be let in, for as long as the guest's page waits. Again, it changes nothing. */
  offer(nasId: string, offer: AuthmonOffer): void;
  /**
   * Takes an offer back. False: the gateway has let the guest in, or may be doing so, and has not
   * told yet.
   */
  takeBack(nasId: string, rhid: string): boolean;
  /** Whether the gateway has told that it let this guest in. */
  isTaken(nasId: string, rhid: string): boolean;
  /** What authmon is answered. */
  answer(nasId: string, question: AuthmonQuestion): string;
};

export type AuthmonOffer = { rhid: string; line: string };

export type AuthmonQuestion =
  /** The daemon begins: what lay there is of guests it does not know any more. */
  | { kind: "clear" }
  | { kind: "view" }
  /** As view, but nothing is acknowledged afterwards. */
  | { kind: "list" }
  | { kind: "acknowledge"; rhids: string[] }
  /** What `deauthed` and `custom` bring is kept by the caller. */
  | { kind: "deauthed"; facts: ReadonlyMap<string, string> }
  | { kind: "custom" };

/** authmon carries out so many at a time… */
const LINES_MAX = 4;
/** …and looks at so many letters after "* " alone: a line that is cut would let in somebody else. */
const LINES_CHARACTERS_MAX = 1024;
/** A guest's page waits for half as long; whoever has gone must not be let in much later. */
const OFFER_SECONDS = 60;

/** `isShown`: the gateway has read the line, and not yet told what came of it. */
type Kept = { line: string; offeredAt: number; isShown: boolean; isTaken: boolean };

export function openAuthmon(clock: () => Date): Authmon {
  const offers = new Map<string, Map<string, Kept>>();
  const openOffers = (nasId: string): Map<string, Kept> => {
    const kept = offers.get(nasId) ?? new Map<string, Kept>();
    const now = clock().getTime();
    for (const [rhid, { offeredAt }] of kept)
      if (offeredAt > now || now - offeredAt > OFFER_SECONDS * 1000) kept.delete(rhid);
    offers.set(nasId, kept);
    return kept;
  };
  const writeList = (kept: Map<string, Kept>, isLast: boolean): string => {
    let text = "";
    let lines = 0;
    for (const [rhid, offer] of kept) {
      if (offer.isTaken || lines >= LINES_MAX) continue;
      const next = `${text} ${encodeURIComponent(offer.line)}`;
      if (next.length - 1 > LINES_CHARACTERS_MAX) continue;
      text = next;
      lines += 1;
      kept.set(rhid, { ...offer, isShown: true, isTaken: isLast });
    }
    return `*${text}`;
  };
  return {
    offer(nasId, { rhid, line }) {
      const kept = openOffers(nasId);
      const offeredAt = clock().getTime();
      if (!kept.has(rhid)) kept.set(rhid, { line, offeredAt, isShown: false, isTaken: false });
    },
    takeBack(nasId, rhid) {
      const kept = openOffers(nasId);
      const offer = kept.get(rhid);
      if (offer?.isShown) return false;
      kept.delete(rhid);
      return true;
    },
    isTaken: (nasId, rhid) => openOffers(nasId).get(rhid)?.isTaken === true,
    answer(nasId, question) {
      const kept = openOffers(nasId);
      switch (question.kind) {
        case "clear":
          kept.clear();
          return "ack";
        case "view":
          return writeList(kept, false);
        case "list":
          return writeList(kept, true);
        case "acknowledge":
          for (const [rhid, offer] of kept)
            if (question.rhids.includes(rhid)) offer.isTaken = true;
            else offer.isShown = offer.isTaken;
          return "ack";
        case "deauthed":
        case "custom":
          return "ack";
        default:
          return assertNever(question);
      }
    },
  };
}

/**
 * openNDS counts upload and download apart: each may take the whole of a volume that is of both, or
 * what it has by itself. Whole kB, rounded up; 0 is no limit.
 */
export function kilobytesOf(limits: Grant["limits"]): { upload: number; download: number } {
  const { sessionBytes, sessionUploadBytes, sessionDownloadBytes } = limits ?? {};
  const lowest = (own: number | null | undefined) => {
    const bytes = Math.min(
      sessionBytes || Number.POSITIVE_INFINITY,
      own || Number.POSITIVE_INFINITY,
    );
    return Number.isFinite(bytes) ? Math.max(1, Math.ceil(bytes / 1024)) : 0;
  };
  return { upload: lowest(sessionUploadBytes), download: lowest(sessionDownloadBytes) };
}

/** The answer that openNDS holds against its own: sha256(hid ‖ key), hex. */
export function rhidOf(hid: string, fasKey: string): string {
  return createHash("sha256").update(`${hid}${fasKey}`).digest("hex");
}

/**
 * "rhid minutes upload download uploadQuota downloadQuota custom": kbit/s and kB, 0 is no limit of
 * ours. authmon hands the line to a shell, so it holds digits and base64 alone.
 */
export function writeAuthmonLine(rhid: string, limits: Grant["limits"], custom: string): string {
  const { sessionSeconds, uploadKbps, downloadKbps } = limits ?? {};
  const whole = (value: number | null | undefined) => (value ? Math.max(1, Math.ceil(value)) : 0);
  const minutes = whole(sessionSeconds && sessionSeconds / 60);
  const { upload, download } = kilobytesOf(limits);
  const rates = [whole(uploadKbps), whole(downloadKbps)];
  const base64 = Buffer.from(custom).toString("base64");
  return [rhid, minutes, ...rates, upload, download, base64].join(" ");
}

export type AuthmonReading =
  | { kind: "question"; question: AuthmonQuestion }
  | { kind: "invalid"; reason: string };

/** Reads a form as authmon posts it: auth_get, gatewayhash, payload. */
export function readAuthmon(form: Record<string, unknown>): AuthmonReading {
  const payload = Buffer.from(textOf(form.payload), "base64").toString("utf8").trim();
  switch (textOf(form.auth_get)) {
    case "clear":
      return { kind: "question", question: { kind: "clear" } };
    case "list":
      return { kind: "question", question: { kind: "list" } };
    case "view":
      return { kind: "question", question: readView(payload) };
    case "deauthed":
      return { kind: "question", question: { kind: "deauthed", facts: readFacts(payload) } };
    case "custom":
      return { kind: "question", question: { kind: "custom" } };
    default:
      return { kind: "invalid", reason: "auth_get is nothing that authmon asks" };
  }
}

/** "none" asks for the list; "* rhid rhid" acknowledges, and "*" that nobody was let in. */
function readView(payload: string): AuthmonQuestion {
  if (!payload.startsWith("*")) return { kind: "view" };
  // The reference FAS parts them at line ends and authmon by spaces: either is a blank.
  const rhids = payload
    .slice(1)
    .split(/\s+/)
    .filter((each) => /^[0-9a-f]{64}$/.test(each));
  return { kind: "acknowledge", rhids };
}

/** "method=…, clientmac=…, bytes_incoming=…"; openNDS 10 wraps it in base64 once more. */
function readFacts(payload: string): ReadonlyMap<string, string> {
  const text = payload.includes("method=")
    ? payload
    : Buffer.from(payload, "base64").toString("utf8");
  const facts = new Map<string, string>();
  for (const pair of text.split(", ")) {
    const at = pair.indexOf("=");
    const name = pair.slice(0, Math.max(at, 0)).trim();
    if (name !== "" && !facts.has(name)) facts.set(name, pair.slice(at + 1).trim());
  }
  return facts;
}

/**
 * Whether a question is of this gateway, as far as its name tells: sha256 over it. The daemon's own
 * name ends with a blank, which not every release hashes with it.
 */
export function isGatewayHash(nas: OpenndsNas, gatewayHash: unknown): boolean {
  const { gatewayName } = nas;
  if (gatewayName === undefined) return true;
  const told = textOf(gatewayHash).toLowerCase();
  const names = [gatewayName, gatewayName.trim(), `${gatewayName.trim()} `];
  return names.some((name) => isSameText(createHash("sha256").update(name).digest("hex"), told));
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

function assertNever(question: never): never {
  throw new Error(`unknown question of authmon ${JSON.stringify(question)}`);
}
