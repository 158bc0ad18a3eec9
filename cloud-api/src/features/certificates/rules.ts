const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Authorities count failures by the hour and by account: RFC 8555 §6.6 leaves the numbers to them. */
const FIRST_WAIT_MS = 10 * MINUTE_MS;
const WAIT_MS_MAX = DAY_MS;
/** A box that asks for one after the other would use up what the authority gives a week. */
const ISSUE_PAUSE_MS = DAY_MS;
/** A job that was lost with its process is put in again by the next call of its box. */
const JOB_LOST_MS = 15 * MINUTE_MS;

/** What a box is called before all the world; see `makeLabel`. */
export const publicName = ({ label }: { label: string }, zone: string): string =>
  `${label}.${zone}`;

/** 60 bits in letters that a name may have: nobody guesses it, and it says of nobody whose it is. */
const LABEL_LETTERS = "abcdefghijklmnopqrstuvwxyz234567";
export const LABEL_BYTES = 12;

export function makeLabel(random: Uint8Array): string {
  return Array.from(random, (octet) => LABEL_LETTERS.charAt(octet % LABEL_LETTERS.length)).join("");
}

/** After so many tries in a row that failed. */
export function chooseNextTry(failures: number, now: Date): Date {
  const wait = Math.min(WAIT_MS_MAX, FIRST_WAIT_MS * 2 ** Math.max(0, failures - 1));
  return new Date(now.getTime() + wait);
}

/** An authority that says more has a wrong clock, or means that it never will. */
const RETRY_AFTER_MS_MAX = 30 * DAY_MS;

/**
 * When whoever was answered may ask again (RFC 9110 §10.2.3: seconds, or a date); null: nobody said, or in
 * words that are neither.
 */
export function readRetryAfter(said: string | null, now: Date): Date | null {
  const words = said?.trim() ?? "";
  // A date begins with the name of its day; Date.parse() makes one of "-5" as well.
  const isDate = /^[a-z]/i.test(words);
  if (!isDate && !/^\d+$/.test(words)) return null;
  const at = isDate ? Date.parse(words) : now.getTime() + Number(words) * 1000;
  if (Number.isNaN(at)) return null;
  return new Date(Math.min(Math.max(at, now.getTime()), now.getTime() + RETRY_AFTER_MS_MAX));
}

/** What a box's name is to lead to: what it says of itself, where staff have it told and it was not removed. */
export function chooseAddress({
  address,
  publishesAddress,
  isRemoved,
}: {
  address: string | null;
  publishesAddress: boolean;
  isRemoved: boolean;
}): string | null {
  return publishesAddress && !isRemoved ? address : null;
}

export type Standing =
  | "not-asked"
  | "queued"
  | "ordered"
  | "failed"
  | "served"
  | "waits"
  | "fallback";

/** A box stops leading guests to a certificate in its last day: branch-store's isCertificateGood. */
const LAST_DAYS_MS = 1.5 * DAY_MS;

/** How it stands with a box's certificate, in one word for staff. */
export function judgeStanding(
  certificate: {
    name: string | null;
    state: "named" | "ordered" | "issued";
    trouble: string | null;
    turnAt: string | null;
    validUntil: string | null;
    servedUntil: string | null;
  },
  now: Date,
): Standing {
  const { name, state, trouble, turnAt, validUntil, servedUntil } = certificate;
  if (name === null || state === "named") return "not-asked";
  if (state === "ordered" && trouble === null) return turnAt === null ? "ordered" : "queued";
  if (state === "ordered") return "failed";
  const isServed = servedUntil !== null && Date.parse(servedUntil) > now.getTime();
  if (isServed) return "served";
  const left = validUntil === null ? 0 : Date.parse(validUntil) - now.getTime();
  return left < LAST_DAYS_MS ? "fallback" : "waits";
}

/**
 * When what a box asked for is tried. Another key in the place of one that is being worked on waits like a
 * try that failed, or its turn where that is later: a box cannot use up what the authority gives.
 */
export function chooseFirstTry(
  { state, nextTryAt }: Pick<Asked, "state" | "nextTryAt">,
  { decision, now }: { decision: "order" | "resume"; now: Date },
): Date {
  if (decision === "resume" || state !== "ordered") return now;
  const waited = new Date(now.getTime() + FIRST_WAIT_MS);
  return nextTryAt !== null && nextTryAt > waited ? nextTryAt : waited;
}

export type Asked = {
  csr: string | null;
  state: "named" | "ordered" | "issued";
  issuedAt: Date | null;
  nextTryAt: Date | null;
};

/**
 * What a box's request leads to: a new order, one that was lost with its process put in again, or nothing
 * but an answer.
 */
export function decideOrder(
  { csr, state, issuedAt, nextTryAt }: Asked,
  asked: string | null,
  now: Date,
): "order" | "resume" | "answer" {
  const isLost = nextTryAt !== null && now.getTime() - nextTryAt.getTime() > JOB_LOST_MS;
  if (state === "ordered" && (asked === null || asked === csr)) return isLost ? "resume" : "answer";
  if (asked === null || asked === csr) return "answer";
  // The key may be another one, and the waiting goes on.
  if (state === "ordered") return "order";
  const isSoon = issuedAt !== null && now.getTime() - issuedAt.getTime() < ISSUE_PAUSE_MS;
  return isSoon ? "answer" : "order";
}
