import { foldName, foldRoom, type RoomStay } from "@foyer/contract";
import type { Reader, Transaction } from "./open.ts";
import { findSettings } from "./settings.ts";

/** Wrong tries are counted over this time, sliding. */
export const ROOM_TRIES_SECONDS = 60 * 60;
export const ROOM_TRIES_PER_DEVICE = 10;
/** A family's phones may share one. */
export const ROOM_TRIES_PER_ADDRESS = 20;
/** Half a country has one of ten surnames: a room is not to be tried through. */
export const ROOM_TRIES_PER_ROOM = 10;
export const ROOM_TRIES_PER_BRANCH = 300;

export type RoomEntry = {
  /** As they were typed. */
  room: string;
  name: string;
  deviceId: string;
  /** Under which name wrong tries are counted: the device's MAC, or what stands in for one. */
  triedBy: string;
  /** Where the browser is; null: not told apart from others. */
  address: string | null;
  /** Whose stay it is; asked only when the device comes in by it for the first time. */
  guestOf: () => string;
};

export type RoomUse =
  | { kind: "granted"; guestId: string; endsAt: Date }
  /** `unknown`: no such room, another name, or not at this time. Which, nobody is told. */
  | { kind: "refused"; reason: "unknown" | "too-many-tries" };

/** Lets a device in by a room and the name it is booked under, until check-out. */
export function useRoom(tx: Transaction, entry: RoomEntry): RoomUse {
  const room = foldRoom(entry.room);
  const stay = findStay(tx, { room, name: entry.name });
  const used = stay && findUse(tx, { room, stay, deviceId: entry.deviceId });
  // Even a right name: who may try on tells right from wrong.
  if (hasTriedTooOften(tx, { ...entry, room }, used !== null))
    return { kind: "refused", reason: "too-many-tries" };
  if (!stay) {
    const { triedBy, address } = entry;
    tx.sql("insert into room_tries (id, room, tried_by, address, at) values (?, ?, ?, ?, ?)").run(
      ...[tx.newId(), room, triedBy, address, tx.now.getTime()],
    );
    return { kind: "refused", reason: "unknown" };
  }
  const guestId = used ?? entry.guestOf();
  tx.sql(
    `insert into room_uses (device_id, room, valid_from, guest_id, used_at) values (?, ?, ?, ?, ?)
     on conflict (device_id, room, valid_from) do update set used_at = excluded.used_at`,
  ).run(entry.deviceId, room, Date.parse(stay.validFrom), guestId, tx.now.getTime());
  return { kind: "granted", guestId, endsAt: new Date(stay.validUntil) };
}

/** The stay that lasts longest, where one name has several. */
function findStay(tx: Reader, { room, name }: { room: string; name: string }): RoomStay | null {
  const folded = foldName(name);
  const now = tx.now.getTime();
  const fitting = (findSettings(tx)?.roomStays ?? []).filter(
    (stay) =>
      foldRoom(stay.room) === room &&
      foldName(stay.name) === folded &&
      Date.parse(stay.validFrom) <= now &&
      now < Date.parse(stay.validUntil),
  );
  const byEnd = fitting.toSorted(
    (one, other) => Date.parse(other.validUntil) - Date.parse(one.validUntil),
  );
  return byEnd[0] ?? null;
}

/** The guest who came in by this stay on this device before. */
function findUse(
  tx: Reader,
  { room, stay, deviceId }: { room: string; stay: RoomStay; deviceId: string },
): string | null {
  const row = tx
    .sql("select guest_id from room_uses where device_id = ? and room = ? and valid_from = ?")
    .get(deviceId, room, Date.parse(stay.validFrom)) as { guest_id: string } | undefined;
  return row?.guest_id ?? null;
}

/** Strangers who guess cannot keep out a device that came in by this very stay. */
function hasTriedTooOften(
  tx: Transaction,
  { room, triedBy, address }: Pick<RoomEntry, "room" | "triedBy" | "address">,
  isKnown: boolean,
): boolean {
  const now = tx.now.getTime();
  tx.sql("delete from room_tries where at <= ?").run(now - ROOM_TRIES_SECONDS * 1000);
  // A clock that was put back forgives nothing, and keeps nobody out for ever.
  tx.sql("update room_tries set at = ? where at > ?").run(now, now);
  const counted = tx
    .sql(
      `select count(*) as branch, count(*) filter (where tried_by = ?) as device,
         count(*) filter (where address = ?) as address, count(*) filter (where room = ?) as room
       from room_tries`,
    )
    .get(triedBy, address, room) as Record<"branch" | "device" | "address" | "room", number>;
  if (counted.device >= ROOM_TRIES_PER_DEVICE || counted.address >= ROOM_TRIES_PER_ADDRESS)
    return true;
  return (
    !isKnown && (counted.room >= ROOM_TRIES_PER_ROOM || counted.branch >= ROOM_TRIES_PER_BRANCH)
  );
}
