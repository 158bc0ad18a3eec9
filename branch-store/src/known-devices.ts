import type { DeviceProof, KnownDevice } from "@foyer/contract";
import { type Device, findRecogniseDays, linkDevice, recogniseDevice } from "./devices.ts";
import { findGuest, type Guest } from "./guests.ts";
import { findKeyedHash, findKnownGuestById, type KnownGuestRecord } from "./known-guests.ts";
import { toHashBlob, toIdBlob, toIdText } from "./octets.ts";
import type { Reader, Transaction } from "./open.ts";
import { appendEvent } from "./outbox.ts";
import { findSettings } from "./settings.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** Somebody the cloud told of, and the row they are told in. */
export type Known = { knownId: number; known: KnownGuestRecord };

type KnownDeviceRow = { known_id: number; randomised: number; proved_on: number };

/** Keeps whose devices the cloud says these are; of two guests of one device, the later proof counts. */
export function insertKnownDevices(
  tx: Transaction,
  { knownId, devices }: { knownId: number; devices: readonly KnownDevice[] },
): void {
  for (const { macHash, randomised, provedOn } of devices)
    tx.sql(
      `insert into known_devices (mac_hash, known_id, randomised, proved_on) values (?, ?, ?, ?)
       on conflict (mac_hash) do update set known_id = excluded.known_id,
         randomised = excluded.randomised, proved_on = excluded.proved_on
       where excluded.proved_on >= known_devices.proved_on`,
    ).run(
      ...[
        toHashBlob(macHash),
        knownId,
        randomised ? 1 : 0,
        Math.floor(Date.parse(provedOn) / DAY_MS),
      ],
    );
}

/** Whose device the cloud says this is, while that is believed; null: nobody's. `mac` is AA-BB-CC-DD-EE-FF. */
export function findKnownGuestByMac(tx: Reader, mac: string): Known | null {
  const hash = findKeyedHash(tx, mac);
  const row =
    hash === null
      ? undefined
      : (tx.sql("select * from known_devices where mac_hash = ?").get(toHashBlob(hash)) as
          | KnownDeviceRow
          | undefined);
  if (!row) return null;
  const days = findRecogniseDays(tx, { isByMadeUpMac: row.randomised === 1 });
  if (Math.floor(tx.now.getTime() / DAY_MS) - row.proved_on > days) return null;
  const known = findKnownGuestById(tx, row.known_id);
  return known && { knownId: row.known_id, known };
}

/**
 * A device that is nobody's here yet, and was proved just now, may be a guest's of another branch: they
 * are a guest here from now on. Only who agreed to being known so is; their number stays unknown to
 * this box, and is never taken from what somebody types on the device.
 */
export function adoptKnownGuest(
  tx: Transaction,
  { device, nasId, proof }: { device: Device; nasId: string; proof: DeviceProof },
): Guest | null {
  if (device.guestId !== null) return null;
  const found = findKnownGuestByMac(tx, device.mac);
  if (!found?.known.consents?.includes("profiling")) return null;
  const deviceId = device.id;
  const guestId =
    findGuestIdOfKnown(tx, found) ?? registerKnown(tx, found.known, { deviceId, nasId, proof });
  linkDevice(tx, { deviceId, guestId });
  return recogniseDevice(tx, { deviceId, nasId, proof }) && findGuest(tx, guestId);
}

/** A guest of this box who is that customer already. */
export function findGuestIdOfKnown(tx: Reader, { knownId, known }: Known): string | null {
  const told = tx.sql("select guest_id from known_guest_ids where known_id = ?").all(knownId) as {
    guest_id: Buffer;
  }[];
  const own = told.map(({ guest_id }) => findGuest(tx, toIdText(guest_id))).find(Boolean);
  if (own) return own.id;
  const recognised = tx
    .sql("select id from guests where recognised_customer = ? and erased_at is null")
    .get(toIdBlob(known.customerId)) as { id: string } | undefined;
  return recognised?.id ?? null;
}

/** They are a guest here from now on; the cloud is told as whom they were known, where and how. */
export function registerKnown(
  tx: Transaction,
  { customerId, name, birthday, language }: KnownGuestRecord,
  place: { deviceId: string; nasId: string; proof: DeviceProof },
): string {
  const guestId = tx.newId();
  tx.sql(
    `insert into guests (id, name, birthday, language, registered_at, recognised_customer)
     values (?, ?, ?, ?, ?, ?)`,
  ).run(
    ...[guestId, tx.columns.lock("guests.name", name)],
    tx.columns.lock("guests.birthday", birthday === null ? null : `--${birthday}`),
    ...[language ?? findSettings(tx)?.branch.languages[0] ?? "en", tx.now.getTime()],
    toIdBlob(customerId),
  );
  appendEvent(tx, "guest.recognised", { guestId, customerId, ...place });
  return guestId;
}

/**
 * Whether the guest that a device is known by may be given a number: one who has none, and was not
 * recognised as somebody whose number is another.
 */
export function mayTakeNumber(
  tx: Reader,
  { guest, holder }: { guest: Guest; holder: KnownGuestRecord | null },
): boolean {
  if (guest.phone !== null) return false;
  const customer = findRecognised(tx, guest.id);
  return customer === null || (holder !== null && toIdText(customer) === holder.customerId);
}

/** Whether a guest stands for a customer who proved who they are at another branch. */
export const isRecognised = (tx: Reader, guestId: string): boolean =>
  findRecognised(tx, guestId) !== null;

function findRecognised(tx: Reader, guestId: string): Buffer | null {
  const row = tx.sql("select recognised_customer from guests where id = ?").get(guestId) as
    | { recognised_customer: Buffer | null }
    | undefined;
  return row?.recognised_customer ?? null;
}
