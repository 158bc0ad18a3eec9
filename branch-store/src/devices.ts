import type { DeviceForm, DeviceProof, DeviceSystem, Language } from "@foyer/contract";
import { forgetOldClaims } from "./claims.ts";
import { revokeCredentials } from "./credentials.ts";
import type { DeviceDescription } from "./device-descriptions.ts";
import { findGuest, type Guest, isGuestHere } from "./guests.ts";
import type { Reader, Transaction } from "./open.ts";
import { appendEvent } from "./outbox.ts";
import { findSettings } from "./settings.ts";
import { attachOpenVisit } from "./visits.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const VISIT_GAP_MINUTES_DEFAULT = 60;
const RECOGNISE_DAYS_DEFAULT = 90;
const RECOGNISE_RANDOMISED_DAYS_DEFAULT = 14;

export type Device = {
  id: string;
  /** AA-BB-CC-DD-EE-FF. */
  mac: string;
  /** The phone made this address up (locally administered bit). */
  randomised: boolean;
  guestId: string | null;
  /** When it was last proved to be its guest's. */
  provedAt: Date | null;
  /** When it last met a page that greets. */
  pageShownAt: Date | null;
  /** When its guest was last known by it. */
  recognisedAt: Date | null;
  firstSeenAt: Date;
  lastSeenAt: Date;
  /** What its browser said it is; null: nothing yet. */
  description: DeviceDescription | null;
  describedAt: Date | null;
  /** The one that whoever had it chose on a page last; null: none. */
  language: Language | null;
  /** Nobody vouches for it: a page's guest claimed its MAC, and that is all. */
  isClaim: boolean;
  /** Whether the cloud was told of it, as it is of all but claims beyond number. */
  isTold: boolean;
};

type DeviceRow = {
  id: string;
  mac: string;
  randomised: number;
  guest_id: string | null;
  proved_at: number | null;
  page_shown_at: number | null;
  recognised_at: number | null;
  first_seen_at: number;
  last_seen_at: number;
  system: DeviceSystem | null;
  form: DeviceForm | null;
  described_at: number | null;
  language: Language | null;
  is_claim: number;
  is_told: number;
};

const toDate = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));

/** One of which something hangs is kept for good, and is a claim still as long as the cloud knows nothing of it. */
const isClaim = ({ is_claim, is_told }: DeviceRow): boolean => is_claim === 1 || is_told === 0;

const toDevice = (row: unknown): Device | null => {
  if (!row) return null;
  const device = row as DeviceRow;
  return {
    id: device.id,
    mac: device.mac,
    randomised: device.randomised === 1,
    guestId: device.guest_id,
    provedAt: toDate(device.proved_at),
    pageShownAt: toDate(device.page_shown_at),
    recognisedAt: toDate(device.recognised_at),
    firstSeenAt: new Date(device.first_seen_at),
    lastSeenAt: new Date(device.last_seen_at),
    description: device.system && { system: device.system, form: device.form },
    describedAt: toDate(device.described_at),
    language: device.language,
    isClaim: isClaim(device),
    isTold: device.is_told === 1,
  };
};

export function findDevice(tx: Reader, deviceId: string): Device | null {
  return toDevice(tx.sql("select * from devices where id = ?").get(deviceId));
}

/** `mac` is AA-BB-CC-DD-EE-FF. */
export function findDeviceByMac(tx: Reader, mac: string): Device | null {
  return toDevice(tx.sql("select * from devices where mac = ?").get(mac));
}

/** What tells whose a device is: of a record no more is asked. */
export type DeviceOwner = {
  deviceId: string;
  guestId: string | null;
  /** Milliseconds. */
  provedAt: number | null;
  randomised: boolean;
  isClaim: boolean;
};

/** `mac` is AA-BB-CC-DD-EE-FF. */
export function findOwner(tx: Reader, mac: string): DeviceOwner | null {
  const row = tx
    .sql("select id, guest_id, proved_at, randomised, is_claim, is_told from devices where mac = ?")
    .get(mac) as DeviceRow | undefined;
  if (!row) return null;
  const { id: deviceId, guest_id: guestId, proved_at: provedAt, randomised } = row;
  return { deviceId, guestId, provedAt, randomised: randomised === 1, isClaim: isClaim(row) };
}

export const ownerOf = ({ id, guestId, provedAt, ...device }: Device): DeviceOwner => ({
  ...{ deviceId: id, guestId, provedAt: provedAt?.getTime() ?? null },
  ...{ randomised: device.randomised, isClaim: device.isClaim },
});

/** Devices that are somebody's, by their MAC; `after` is the last one of the page before. */
export function listKnownDevices(
  tx: Reader,
  { after, limit }: { after: string | null; limit: number },
): { id: string; mac: string }[] {
  return tx
    .sql(
      `select id, mac from devices where guest_id is not null and mac > coalesce(+?, '')
       order by mac limit +?`,
    )
    .all(after, limit) as { id: string; mac: string }[];
}

/** IEEE 802-2014 §8.2.2: the second lowest bit of the first octet marks a made-up address. */
export function isRandomisedMac(mac: string): boolean {
  return (Number.parseInt(mac.slice(0, 2), 16) & 2) !== 0;
}

/** What sees a device. Who vouches for it leaves `claim` out. */
export type Sight = {
  mac: string;
  nasId: string;
  by: "portal" | "radius";
  /** All that is known is that a page's guest claims the MAC. "untold": the cloud need not hear of it. */
  claim?: "told" | "untold" | null;
};

/** Notes that a device is on the network; tells of it once a visit, not at each packet. */
export function seeDevice(tx: Transaction, { mac, nasId, by, claim = null }: Sight): Device {
  const before = findDeviceByMac(tx, mac);
  const now = tx.now.getTime();
  if (!before) return makeDevice(tx, { mac, nasId, by, claim });
  const { id: deviceId, randomised, isTold } = before;
  tx.sql("update devices set last_seen_at = ? where id = ?").run(now, deviceId);
  // Of a claim that was made quietly the cloud hears once somebody vouches for it.
  if (claim === null && before.isClaim)
    tx.sql("update devices set is_claim = 0, is_told = 1 where id = ?").run(deviceId);
  const isNews = !isTold || now - before.lastSeenAt.getTime() > visitGapMs(tx);
  if (isNews && (isTold || claim === null))
    appendEvent(tx, "device.seen", { deviceId, mac, randomised, nasId, by });
  if (!isTold && claim === null && before.description)
    appendEvent(tx, "device.described", { deviceId, ...before.description });
  return getDevice(tx, deviceId);
}

/** A NAS has named the device over its secret: it is no mere claim any more, if it was one. */
export function vouchForDevice(
  tx: Transaction,
  { deviceId, nasId }: { deviceId: string; nasId: string },
): void {
  const row = tx
    .sql("select mac from devices where id = ? and (is_claim = 1 or is_told = 0)")
    .get(deviceId) as { mac: string } | undefined;
  if (row) seeDevice(tx, { mac: row.mac, nasId, by: "radius" });
}

function makeDevice(tx: Transaction, { mac, nasId, by, claim = null }: Sight): Device {
  const [deviceId, now] = [tx.newId(), tx.now.getTime()];
  const randomised = isRandomisedMac(mac);
  const isTold = claim !== "untold";
  const { lastInsertRowid } = tx
    .sql(
      `insert into devices (id, mac, randomised, first_seen_at, last_seen_at, is_claim, is_told)
       values (?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(...[deviceId, mac, randomised ? 1 : 0, now, now], claim === null ? 0 : 1, isTold ? 1 : 0);
  if (isTold) appendEvent(tx, "device.seen", { deviceId, mac, randomised, nasId, by });
  if (claim !== null) forgetOldClaims(tx, lastInsertRowid);
  return getDevice(tx, deviceId);
}

/** From now on this device is this guest's, until another guest signs in on it. */
export function linkDevice(tx: Transaction, link: { deviceId: string; guestId: string }): void {
  if (proveOwner(tx, link)?.has_open) attachOpenVisit(tx, link);
}

/**
 * The same where somebody has signed in as themselves: what the device was given to come in by
 * itself as somebody else is revoked, so that whoever holds it now is not taken for them.
 */
export function handOverDevice(tx: Transaction, link: { deviceId: string; guestId: string }): void {
  if (!proveAgain(tx, link)) handOverAnew(tx, link);
}

/** The same where a NAS has named the device over its secret, which is to vouch for it. */
export function handOverNamed(
  tx: Transaction,
  named: { deviceId: string; guestId: string; nasId: string },
): void {
  if (proveAgain(tx, named)) return;
  vouchForDevice(tx, named);
  handOverAnew(tx, named);
}

function handOverAnew(tx: Transaction, link: { deviceId: string; guestId: string }): void {
  const { deviceId, guestId } = link;
  const owned = proveOwner(tx, link);
  if (owned?.has_open) attachOpenVisit(tx, link);
  if (owned?.has_credential ?? true)
    revokeCredentials(tx, { deviceId, exceptGuestId: guestId, by: "other-guest" });
}

/**
 * Whether the device is its guest's already, somebody vouches for it, and it has nothing that may have to
 * follow, as most: then that it was proved now is all there is to write, in half the time of `proveOwner`,
 * since what a statement returns goes through a table of its own, and the index of guests stays as it is.
 */
function proveAgain(
  tx: Transaction,
  { deviceId, guestId }: { deviceId: string; guestId: string },
): boolean {
  const { changes } = tx
    .sql(
      `update devices set proved_at = ? where id = ? and guest_id = ?
         and is_claim = 0 and is_told = 1
         and not exists (select 1 from erased_guests where guest_id = devices.guest_id)
         and not exists (select 1 from visits where device_id = devices.id and ended_at is null)
         and not exists (select 1 from sessions where device_id = devices.id and ended_at is null)
         and not exists (select 1 from credentials
           where device_id = devices.id and revoked_at is null)`,
    )
    .run(tx.now.getTime(), deviceId, guestId);
  return changes === 1;
}

/**
 * Says whose a device is, and whether it has anything that may have to follow: in one statement, since
 * most have nothing. Null: somebody who asked to be forgotten while they were signing in stays forgotten.
 */
function proveOwner(
  tx: Transaction,
  { deviceId, guestId }: { deviceId: string; guestId: string },
): { has_open: number; has_credential: number } | null {
  const row = tx
    .sql(
      `update devices set guest_id = $guestId, proved_at = $now
       where id = $deviceId and not exists (select 1 from erased_guests where guest_id = $guestId)
       returning
         exists (select 1 from visits where device_id = $deviceId and ended_at is null)
           or exists (select 1 from sessions where device_id = $deviceId and ended_at is null)
           as has_open,
         exists (select 1 from credentials where device_id = $deviceId and revoked_at is null)
           as has_credential`,
    )
    .get({ deviceId, guestId, now: tx.now.getTime() });
  return (row as { has_open: number; has_credential: number } | undefined) ?? null;
}

/**
 * Whose device this is, while that is still believed: see recogniseDays in the settings. A phone may
 * give a made-up MAC away, so that is believed for fewer days; a token's days are the same whatever
 * the MAC.
 */
export function findKnownGuestOfDevice(
  tx: Reader,
  deviceId: string,
  by: "mac" | "token" = "mac",
): Guest | null {
  const device = findDevice(tx, deviceId);
  const guestId = device && findBelievedGuestId(tx, ownerOf(device), by);
  return guestId === null ? null : findGuest(tx, guestId);
}

/** The same of their id alone. */
export function findOwnerIdOfDevice(tx: Reader, deviceId: string): string | null {
  const device = findDevice(tx, deviceId);
  return device && findBelievedGuestId(tx, ownerOf(device));
}

/** The same by what is known of the device already; its guest is in the store. */
export function findBelievedGuestId(
  tx: Reader,
  owner: DeviceOwner,
  by: "mac" | "token" = "mac",
): string | null {
  const { guestId, provedAt } = owner;
  if (guestId === null || provedAt === null) return null;
  const days = findRecogniseDays(tx, { isByMadeUpMac: by === "mac" && owner.randomised });
  return tx.now.getTime() - provedAt > days * DAY_MS ? null : guestId;
}

/** How many days a proof is believed at this branch. */
export function findRecogniseDays(
  tx: Reader,
  { isByMadeUpMac }: { isByMadeUpMac: boolean },
): number {
  const signIn = findSettings(tx)?.signIn;
  return isByMadeUpMac
    ? (signIn?.recogniseRandomisedDays ?? RECOGNISE_RANDOMISED_DAYS_DEFAULT)
    : (signIn?.recogniseDays ?? RECOGNISE_DAYS_DEFAULT);
}

/**
 * Notes that a guest's device was proved to be here again; tells of it once a visit.
 * Null when the device is nobody's, or not believed any more.
 */
export function recogniseDevice(
  tx: Transaction,
  { deviceId, nasId, proof }: { deviceId: string; nasId: string; proof: DeviceProof },
): Pick<Guest, "id"> | null {
  const by = proof === "device-token" ? "token" : "mac";
  const device = findDevice(tx, deviceId);
  const guestId = device && findBelievedGuestId(tx, ownerOf(device), by);
  // Who they are is not asked at each log-in: nothing of them is opened.
  if (!guestId || !isGuestHere(tx, guestId)) return null;
  const before = device.recognisedAt?.getTime() ?? null;
  const now = tx.now.getTime();
  tx.sql("update devices set proved_at = ?, recognised_at = ? where id = ?").run(
    now,
    now,
    deviceId,
  );
  if (before === null || now - before > visitGapMs(tx))
    appendEvent(tx, "device.recognised", { deviceId, guestId, nasId, proof });
  return { id: guestId };
}

/** Notes that the device met a page, so that no other is due too soon. See also keepShownPage. */
export function markPageShown(tx: Transaction, deviceId: string): void {
  tx.sql("update devices set page_shown_at = ? where id = ?").run(tx.now.getTime(), deviceId);
}

/** Notes which language was chosen on a page of this device. */
export function noteLanguageOfDevice(
  tx: Transaction,
  { deviceId, language }: { deviceId: string; language: Language },
): void {
  tx.sql("update devices set language = ? where id = ?").run(language, deviceId);
}

/** The silence after which a new visit begins, in milliseconds. */
export function visitGapMs(tx: Reader): number {
  const minutes = findSettings(tx)?.branch.visitGapMinutes ?? VISIT_GAP_MINUTES_DEFAULT;
  return minutes * 60_000;
}

function getDevice(tx: Reader, deviceId: string): Device {
  const device = findDevice(tx, deviceId);
  if (!device) throw new Error(`device ${deviceId} is not in the store`);
  return device;
}
