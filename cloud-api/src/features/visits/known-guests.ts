import { randomBytes } from "node:crypto";
import type { KnownGuest, KnownGuests } from "@foyer/contract";
import type { KnownGuestsQuestion } from "../../feature.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { listForgotten } from "../customers/index.ts";
import { type KnownGuestRow, keepGuestKey, listKnownGuests } from "./known-guests-queries.ts";
import { choosePage, hashForBox } from "./rules.ts";

/** How many guests one answer to a pull may tell of; the rest follow with the next. */
export const KNOWN_GUESTS_MAX = 5000;
const KEY_BYTES = 32;

/** Whom a box should know, changed since the position it holds; null when nobody has. */
export async function findKnownGuests(
  tx: TenantTransaction,
  { branchId, boxId, epoch, since, countsTenantVisits }: KnownGuestsQuestion,
): Promise<KnownGuests | null> {
  await keepGuestKey(tx, { branchId, key: randomBytes(KEY_BYTES).toString("base64") });
  const question = { branchId, boxId, epoch, countsTenantVisits };
  let complete = since === 0;
  let max = KNOWN_GUESTS_MAX;
  let rows = await listKnownGuests(tx, { ...question, since, limit: max + 1 });
  const { position: counted = 0, replayUntil = 0, replaying = false } = rows[0] ?? {};
  if (replaying) return null;
  // A replay changes what stands at old positions: a box told before it is told of everybody anew,
  // all at once, since pages of old positions would look like what it was told before.
  const isBeforeReplay = replayUntil > 0 && since <= replayUntil;
  // A box that is ahead of the log holds what this cloud, restored from a back-up, has lost.
  if (isBeforeReplay || since > counted) {
    complete = true;
    if (isBeforeReplay) max = Number.MAX_SAFE_INTEGER - 1;
    rows = await listKnownGuests(tx, { ...question, since: 0, limit: max + 1 });
  }
  const [first] = rows;
  if (!first) throw new Error("The branch's key was kept and is not there.");
  if (first.replaying) return null;
  const { guests, position } = choosePage(rows.filter(isGuest), { reached: first.position, max });
  const after = complete ? 0 : since;
  const { removed, erasedGuestIds } = await listForgotten(tx, { branchId, after, upTo: position });
  const isNews = guests.length + removed.length + erasedGuestIds.length > 0;
  if (!isNews && (!complete || position === since)) return null;
  const { key, countedSeq } = first;
  return {
    position,
    complete,
    key,
    guests: guests.map((row) => toKnownGuest(row, key)),
    removed: complete ? [] : removed,
    ...(erasedGuestIds.length > 0 ? { erasedGuestIds } : {}),
    countedThrough: epoch === null ? null : { epoch, seq: countedSeq ?? 0 },
  };
}

type Guest = KnownGuestRow & { customerId: string };

function isGuest(row: KnownGuestRow): row is Guest {
  return row.customerId !== null;
}

function toKnownGuest(row: Guest, key: string): KnownGuest {
  const { customerId, guestIds, name, language, visits, tenantVisits } = row;
  const emailHashes = row.emails.map((email) => hashForBox(email, key));
  const { groups, tags, tier, filledFields, lastSeenOn, memberCode } = row;
  const marks = { groups, tags, tier };
  const phoneHash = row.phone === null ? emailHashes[0] : hashForBox(row.phone, key);
  if (phoneHash === undefined) throw new Error(`Customer ${customerId} has proved nothing.`);
  const known = emailHashes.length > 0 ? { emailHashes } : {};
  const person = { customerId, phoneHash, ...known, guestIds, name, language };
  const counted = { visits, tenantVisits, filledFields, lastSeenOn };
  return { ...person, ...counted, ...marks, ...(memberCode ? { memberCode } : {}) };
}
