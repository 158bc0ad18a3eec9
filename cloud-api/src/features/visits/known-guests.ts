import { randomBytes } from "node:crypto";
import type { GuestAnswers, GuestQuestion, KnownGuest, KnownGuests } from "@foyer/contract";
import type { GuestLook, GuestsFound, KnownGuestsQuestion } from "../../feature.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { findEventId } from "../../platform/events.ts";
import { listForgotten } from "../customers/index.ts";
import { holdForBrand } from "./brand-customers-queries.ts";
import type { KnownGuestPlace } from "./known-guest-column-queries.ts";
import {
  findGuestPlace,
  type GuestNews,
  type KnownGuestRow,
  keepGuestKey,
  listGuestNews,
  listGuestsAskedFor,
  listGuestsByLastSeen,
  listKnownGuests,
} from "./known-guests-queries.ts";
import { choosePage, type Fill, hashForBox, readFill, START_OF_FILL, writeFill } from "./rules.ts";

/** How many guests one answer to a pull may tell of; the rest follow with the next. */
export const KNOWN_GUESTS_MAX = 5000;
/** The same of a fill: a box takes each page in one transaction, for which its guests wait. */
export const FILL_PAGE_MAX = 2000;
const KEY_BYTES = 32;
const NO_KEY = "The branch's key was kept and is not there.";
/** A box that is told of nobody goes on from a position that is at most so old. */
export const POSITIONS_BEHIND_MAX = 1000;
const DAY_MS = 24 * 60 * 60 * 1000;

/** Whom a box should know, changed since the position it holds; `known` null: nobody has. */
export async function findKnownGuests(
  tx: TenantTransaction,
  question: KnownGuestsQuestion,
): Promise<GuestsFound> {
  const { since, guestsPage, lookedTo, boxId } = question;
  const look = (await lookForGuests(tx, [question])).get(boxId);
  if (look?.news === "none") return { known: null, lookedTo: look.lookedTo };
  if (look?.news === "behind") return { known: await bringAlong(tx, question, look), lookedTo };
  const place = await openPlace(tx, question);
  const known =
    since === 0 && guestsPage !== null
      ? await findFillPage(tx, question, place)
      : await findDelta(tx, question, place);
  return { known, lookedTo };
}

/** Which of some boxes may have something to be told of guests, all asked for at once. */
export async function lookForGuests(
  tx: TenantTransaction,
  questions: readonly KnownGuestsQuestion[],
): Promise<ReadonlyMap<string, GuestLook>> {
  const looks = new Map<string, GuestLook>();
  const asked = new Map<string, KnownGuestsQuestion>();
  for (const question of questions) {
    const { boxId, since, lookedTo } = question;
    // It holds nobody: whoever there is, is news to it.
    if (since === 0) looks.set(boxId, { news: "maybe", lookedTo });
    else asked.set(boxId, question);
  }
  if (asked.size === 0) return looks;
  const boxes = [...asked.values()].map((each) => ({
    ...each,
    ...{ since: Math.max(each.since, each.lookedTo), held: each.since },
  }));
  for (const news of await listGuestNews(tx, boxes)) {
    const { since = 0, lookedTo = 0 } = asked.get(news.boxId) ?? {};
    looks.set(news.boxId, judgeNews(news, { since, lookedTo }));
  }
  return looks;
}

function judgeNews(
  news: GuestNews,
  { since, lookedTo }: Pick<KnownGuestsQuestion, "since" | "lookedTo">,
): GuestLook {
  if (news.replaying) return { news: "none", lookedTo };
  if (mayHaveNews(news, since)) return { news: "maybe", lookedTo };
  const { position } = news;
  return { news: isFarBehind({ position, since }) ? "behind" : "none", lookedTo: position };
}

/** Nobody has changed up to here: that is all the box is told, and much cheaper than to look for whom. */
async function bringAlong(
  tx: TenantTransaction,
  { branchId, boxId, epoch }: KnownGuestsQuestion,
  { lookedTo: position }: GuestLook,
): Promise<KnownGuests | null> {
  const place = await findGuestPlace(tx, { branchId, boxId, epoch, position });
  if (!place) return null;
  const { key, countedSeq } = place;
  return {
    ...{ position, complete: false, key, guests: [], removed: [] },
    ...(await markOf(tx, position)),
    countedThrough: epoch === null ? null : { epoch, seq: countedSeq ?? 0 },
  };
}

async function markOf(tx: TenantTransaction, position: number): Promise<{ mark?: string }> {
  const mark = await findEventId(tx, position);
  return mark === null ? {} : { mark };
}

async function isOfOtherLog(
  tx: TenantTransaction,
  { mark, since }: Pick<KnownGuestsQuestion, "mark" | "since">,
): Promise<boolean> {
  const standing = mark === null ? null : await findEventId(tx, since);
  return standing !== null && standing !== mark;
}

/** Whoever changed since; all of them, where that is less or what the box holds is not to be added to. */
async function findDelta(
  tx: TenantTransaction,
  question: KnownGuestsQuestion,
  place: KnownGuestPlace,
): Promise<KnownGuests | null> {
  const { branchId, since, guestsPage } = question;
  const asked = { ...place, countsTenantVisits: question.countsTenantVisits };
  let complete = since === 0;
  let max = KNOWN_GUESTS_MAX;
  let rows = await listKnownGuests(tx, { ...asked, since, limit: max + 1 });
  const { position: counted = 0, replaying = false } = rows[0] ?? {};
  if (replaying) return null;
  // All at once, since pages of old positions would look like what it was told before.
  const isAnew = rows[0] !== undefined && isToldAnew(rows[0], since);
  const isTooMuch = isOneChange(rows, max);
  const isOfOther = await isOfOtherLog(tx, question);
  // A box that is ahead of the log, or was told by another, holds what this cloud, restored from a back-up, has lost.
  if (isAnew || isTooMuch || since > counted || isOfOther) {
    if (guestsPage !== null) return await findFillPage(tx, question, place);
    complete = true;
    if (isAnew || isTooMuch) max = Number.MAX_SAFE_INTEGER - 1;
    rows = await listKnownGuests(tx, { ...asked, since: 0, limit: max + 1 });
  }
  const [first] = rows;
  if (!first) throw new Error(NO_KEY);
  if (first.replaying) return null;
  const { guests, position } = choosePage(rows.filter(isGuest), { reached: first.position, max });
  const after = complete ? 0 : since;
  const { removed, erasedGuestIds } = await listForgotten(tx, { branchId, after, upTo: position });
  const gone = new Set([
    ...removed,
    ...guests.filter(isNobodys).map(({ customerId }) => customerId),
  ]);
  const isNews = guests.length + gone.size + erasedGuestIds.length > 0;
  // A box of another log is told even of nobody: it is to forget whom it knows, and to hold this log's mark.
  const isMove = complete ? isOfOther || position !== since : isFarBehind({ position, since });
  if (!isNews && !isMove) return null;
  return {
    ...{ position, complete, key: first.key, guests: describeGuests(guests, first.key) },
    ...(await markOf(tx, position)),
    removed: complete ? [] : [...gone],
    ...countedPosition(first.position, position),
    ...(erasedGuestIds.length > 0 ? { erasedGuestIds } : {}),
    countedThrough: countedThrough(question, first),
  };
}

/**
 * A box of a quiet brand is brought along with nothing to tell: what the whole company changed meanwhile
 * is looked through for it from where it stands.
 */
const isFarBehind = ({ position, since }: { position: number; since: number }): boolean =>
  position - since > POSITIONS_BEHIND_MAX;

/**
 * A replay changes what stands at old positions, and a branch that went over to another brand has other
 * guests: a box that was told before it is told of everybody anew.
 */
const isToldAnew = (
  { replayUntil, toldSince }: Pick<GuestNews, "replayUntil" | "toldSince">,
  since: number,
): boolean => (replayUntil > 0 && since <= replayUntil) || since < toldSince;

/**
 * Whether one event has changed more guests than one answer may tell of, such as all who had a tag that was
 * removed: a box goes on from a position, and no answer could end within that one.
 */
function isOneChange(rows: readonly KnownGuestRow[], max: number): boolean {
  const [first, next] = [rows[0], rows[max]];
  return next !== undefined && first?.changedPosition === next.changedPosition;
}

/** False only where nobody is to be told of, and none of what a box holds is to be told anew. */
const mayHaveNews = (news: GuestNews, since: number): boolean =>
  news.hasMoved || isToldAnew(news, since) || since > news.position || news.isOfOtherLog;

/**
 * The next page of all guests that the box may hold, those seen last first. It stands at the position of
 * the first page, so that whoever changes meanwhile is told again by the first delta.
 */
async function findFillPage(
  tx: TenantTransaction,
  question: KnownGuestsQuestion,
  place: KnownGuestPlace,
): Promise<KnownGuests | null> {
  const { branchId, guestsPage, guestsMax, since } = question;
  let fill = readFill(guestsPage) ?? START_OF_FILL;
  const list = ({ after, told }: Fill) => {
    const limit = Math.max(0, Math.min(FILL_PAGE_MAX, guestsMax - told));
    return listGuestsByLastSeen(tx, { ...place, after, limit });
  };
  let rows = await list(fill);
  const [standing] = rows;
  if (!standing) throw new Error(NO_KEY);
  if (standing.replaying) return null;
  const begun = fill.position;
  // What the pages before held is not whole any more, or was of a log that this cloud has lost.
  const isLost = (since: number) =>
    isToldAnew(standing, since) ||
    since > standing.position ||
    isOfOtherLog(tx, { mark: fill.mark, since });
  if (begun !== null && (await isLost(begun))) {
    fill = START_OF_FILL;
    rows = await list(fill);
  }
  const [first] = rows;
  if (!first) throw new Error(NO_KEY);
  const guests = rows.filter(isGuest);
  const position = fill.position ?? first.position;
  const mark = await findEventId(tx, position);
  const isFirst = fill.position === null;
  const last = guests.at(-1);
  const told = fill.told + guests.length;
  const isLast = !last || guests.length < FILL_PAGE_MAX || told >= guestsMax;
  const next = isLast
    ? null
    : writeFill({
        ...{ position, mark, told },
        after: { seenAt: last.seenAt, customerId: last.customerId },
      });
  const forgotten = isFirst
    ? await listForgotten(tx, { branchId, after: 0, upTo: position })
    : null;
  const erasedGuestIds = forgotten?.erasedGuestIds ?? [];
  const isNews = guests.length + erasedGuestIds.length > 0;
  const isMove = !isFirst || position !== since || (await isOfOtherLog(tx, question));
  if (!isNews && !isMove) return null;
  return {
    ...{ position, complete: true, key: first.key, fill: { first: isFirst, next } },
    ...(mark && { mark }),
    ...{ guests: describeGuests(guests, first.key), removed: [] },
    ...countedPosition(first.position, position),
    ...(erasedGuestIds.length > 0 ? { erasedGuestIds } : {}),
    countedThrough: countedThrough(question, first),
  };
}

/** Those of the guests a box has asked for whom the tenant knows. */
export async function answerGuestQuestions(
  tx: TenantTransaction,
  question: KnownGuestsQuestion,
  questions: readonly GuestQuestion[],
): Promise<GuestAnswers> {
  const place = await openPlace(tx, question);
  const phones = questions.flatMap((each) => ("phone" in each ? [each.phone] : []));
  const emails = questions.flatMap((each) => ("email" in each ? [each.email] : []));
  const macs = questions.flatMap((each) => ("mac" in each ? [each.mac] : []));
  const rows = await listGuestsAskedFor(tx, { ...place, phones, emails, macs });
  const [first] = rows;
  if (!first) throw new Error(NO_KEY);
  const guests = first.replaying ? [] : rows.filter(isGuest).filter((guest) => !isNobodys(guest));
  const customerIds = guests.map(({ customerId }) => customerId);
  await holdForBrand(tx, { branchId: question.branchId, customerIds });
  const { key, replaying, replayUntil } = first;
  // A replay stands behind every box, which would take the answer for overtaken and ask at once again.
  const position = replaying ? Math.max(first.position, replayUntil) : first.position;
  return { key, position, guests: describeGuests(guests, key) };
}

async function openPlace(
  tx: TenantTransaction,
  { branchId, boxId, epoch, recogniseDays }: KnownGuestsQuestion,
): Promise<KnownGuestPlace> {
  await keepGuestKey(tx, { branchId, key: randomBytes(KEY_BYTES).toString("base64") });
  const before = (days: number) => new Date(tx.now.getTime() - days * DAY_MS);
  const { given, randomised } = recogniseDays;
  const provedSince = { given: before(given), randomised: before(randomised) };
  return { branchId, boxId, epoch, provedSince };
}

function countedThrough(
  { epoch }: KnownGuestsQuestion,
  { countedSeq }: KnownGuestRow,
): KnownGuests["countedThrough"] {
  return epoch === null ? null : { epoch, seq: countedSeq ?? 0 };
}

function isGuest<Row extends KnownGuestRow>(row: Row): row is Row & { customerId: string } {
  return row.customerId !== null;
}

type Guest = KnownGuestRow & { customerId: string };

/**
 * Whoever has neither a number nor an address cannot be found by one; whoever asked that their record is
 * not used is nobody's to know, nor is whom the branch's brand knows no more.
 */
const isNobodys = ({ phone, emails, restricted, isKnownHere }: Guest): boolean =>
  restricted || !isKnownHere || (phone === null && emails.length === 0);

function describeGuests(rows: readonly Guest[], key: string): KnownGuest[] {
  return rows.filter((row) => !isNobodys(row)).map((row) => toKnownGuest(row, key));
}

/** What the numbers stand at, where that is not where the box goes on from. */
function countedPosition(counted: number, position: number): Pick<KnownGuests, "countedPosition"> {
  return counted === position ? {} : { countedPosition: counted };
}

function toKnownGuest(row: Guest, key: string): KnownGuest {
  const { customerId, guestIds, name, language, birthday, consents } = row;
  const emailHashes = row.emails.map((email) => hashForBox(email, key));
  const phoneHash = row.phone === null ? emailHashes[0] : hashForBox(row.phone, key);
  if (phoneHash === undefined) throw new Error(`Customer ${customerId} has proved nothing.`);
  const phoneHashes = row.phones.map((phone) => hashForBox(phone, key));
  const known = {
    ...(phoneHashes.length > 0 ? { phoneHashes } : {}),
    ...(emailHashes.length > 0 ? { emailHashes } : {}),
  };
  const person = { customerId, phoneHash, ...known, guestIds, name, language, birthday, consents };
  const { visits, tenantVisits, filledFields, lastSeenOn, memberCode } = row;
  const counted = { visits, tenantVisits, filledFields, lastSeenOn };
  const { groups, tags, tier } = row;
  // To know somebody by their phone is to keep a profile: only of who agreed to that.
  const mayBeKnown = consents.includes("profiling");
  const devices = (mayBeKnown ? row.devices : []).map(({ mac, ...proof }) => ({
    ...{ macHash: hashForBox(mac, key), ...proof },
  }));
  const tokens = (mayBeKnown ? row.tokens : []).map(({ hash, provedOn }) => ({
    ...{ tokenHash: hashForBox(hash, key), provedOn },
  }));
  const code = memberCode ? { memberCode } : {};
  const takenBack = row.takenBack.map(({ purpose, channel, at }) => ({
    ...{ purpose, at, ...(channel ? { channel } : {}) },
  }));
  return { ...person, ...counted, groups, tags, tier, devices, tokens, takenBack, ...code };
}
