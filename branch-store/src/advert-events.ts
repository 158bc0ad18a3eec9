import { randomBytes } from "node:crypto";
import { ADVERT_EVENT, type AdvertTags } from "@foyer/contract";
import { type Consent, findConsent } from "./consents.ts";
import { listOpenSessionsOfDevice } from "./find-sessions.ts";
import type { Reader, Transaction } from "./open.ts";
import { appendEvent } from "./outbox.ts";
import { findOpenVisit } from "./visits.ts";

/** See AdvertEventId of the contract. */
const ID_BYTES = 16;

export type AdvertShown =
  | { kind: "shown"; advertEventId: string }
  /** Nothing of them is told to anybody. */
  | { kind: "not-agreed" }
  /** No session of theirs has begun here: the internet may not be open to them yet. */
  | { kind: "not-online" };

/**
 * Tells the cloud that a guest is shown the company's tags, once for each visit: asked again, it has the
 * same id, and nothing is told twice.
 */
export function showAdvertTags(
  tx: Transaction,
  { guestId, deviceId, tags }: { guestId: string; deviceId: string; tags: AdvertTags },
): AdvertShown {
  const word = findAdsConsent(tx, guestId);
  if (!word) return { kind: "not-agreed" };
  const visit = findOpenVisit(tx, { deviceId, guestId, at: tx.now });
  const sessions = listOpenSessionsOfDevice(tx, deviceId);
  if (visit?.guestId !== guestId || !sessions.some((session) => session.visitId === visit.id))
    return { kind: "not-online" };
  const known = findIdOf(tx, visit.id);
  if (known !== null) return { kind: "shown", advertEventId: known };
  const advertEventId = randomBytes(ID_BYTES).toString("base64url");
  tx.sql("update visits set advert_event_id = ? where id = ?").run(advertEventId, visit.id);
  const { textVersion, textSha256 } = word;
  const about = { visitId: visit.id, guestId, textVersion, textSha256 };
  appendEvent(tx, "advert-tag.shown", { advertEventId, name: ADVERT_EVENT, ...about, ...tags });
  return { kind: "shown", advertEventId };
}

/** The guest's yes to adverts that stands now; null: they said no, took it back, or said nothing. */
export function findAdsConsent(tx: Reader, guestId: string): Consent | null {
  const word = findConsent(tx, { guestId, purpose: "ads" });
  return word?.given ? word : null;
}

/** Whether a visit that goes on is told by this id, and its guest still agrees to that. */
export function isAdvertEvent(tx: Reader, advertEventId: string): boolean {
  const visit = tx
    .sql(
      `select guest_id as "guestId" from visits
       where advert_event_id = +? and guest_id is not null and ended_at is null`,
    )
    .get(advertEventId) as { guestId: string } | undefined;
  return visit !== undefined && findAdsConsent(tx, visit.guestId) !== null;
}

function findIdOf(tx: Reader, visitId: string): string | null {
  const row = tx
    .sql(`select advert_event_id as "advertEventId" from visits where id = ?`)
    .get(visitId) as { advertEventId: string | null };
  return row.advertEventId;
}
