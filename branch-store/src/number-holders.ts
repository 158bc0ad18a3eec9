import { findDevice } from "./devices.ts";
import { findGuestByPhone } from "./guests.ts";
import { findKnownGuestByPhone } from "./known-guests.ts";
import type { Reader, Transaction } from "./open.ts";

/**
 * When the holder of a number was last heard of, here or by the cloud, as seen from a device that is
 * not known to be theirs. Null: nobody has it, or the device is theirs. `phone` is E.164.
 */
export function findHolderLastHeard(
  tx: Reader,
  { phone, deviceId, proved }: { phone: string; deviceId: string; proved: boolean },
): Date | null {
  const guest = findGuestByPhone(tx, phone);
  if (guest && proved && findDevice(tx, deviceId)?.guestId === guest.id) return null;
  const heard = [findKnownGuestByPhone(tx, phone)?.lastSeenAt ?? null];
  if (guest) heard.push(findLastHeard(tx, guest.id), guest.registeredAt);
  const times = heard.flatMap((each) => each?.getTime() ?? []);
  return times.length === 0 ? null : new Date(Math.max(...times));
}

function findLastHeard(tx: Reader, guestId: string): Date | null {
  const row = tx
    .sql(
      `select max(at) as at from (
         select phone_verified_at as at from guests where id = $guestId
         union all select proved_at from devices where guest_id = $guestId
         union all select last_activity_at from visits where guest_id = $guestId)`,
    )
    .get({ guestId }) as { at: number | null };
  return row.at === null ? null : new Date(row.at);
}

/** The number is somebody else's from now on: whoever had it stays a guest, without a number. */
export function releaseNumber(tx: Transaction, phone: string): void {
  const locked = tx.columns.lockSame("guests.phone", phone);
  tx.sql("delete from member_codes where guest_id in (select id from guests where phone = ?)").run(
    locked,
  );
  tx.sql("update guests set phone = null, phone_verified_at = null where phone = ?").run(locked);
}
