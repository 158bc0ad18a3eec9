import { createHash } from "node:crypto";
import {
  type CommandSubject,
  DOOR_NOTES_HOURS,
  DOOR_NOTES_KEPT_MAX,
  DOOR_NOTES_TOLD_MAX,
  type DoorNote,
} from "@foyer/contract";
import type { Reader, Transaction } from "./open.ts";

const KEPT_MS = DOOR_NOTES_HOURS * 60 * 60 * 1000;

/** As it is kept: its moment is the transaction's unless said. */
export type NewDoorNote = Omit<DoorNote, "at" | "mac"> & {
  at: Date;
  /** Null: the request named no device; nobody can ask for it, but its access controller was there. */
  mac: string | null;
  /** Of an access controller that the settings do not know: where it asks from, and what it calls itself. */
  sender: string | null;
  /** E.164, of which a hash is kept. Null: nobody named one. */
  phone: string | null;
};

/** Keeps a note, and lets the oldest go where there are too many. */
export function keepDoorNote(tx: Transaction, note: NewDoorNote): void {
  const { at, by, mac, phone, nasId, sender, asked, answer, reason, policyId } = note;
  const { lastInsertRowid } = tx
    .sql(
      `insert into door_notes
         (at, teller, mac, phone_mark, nas_id, sender, asked, answer, reason, policy_id)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      ...[at.getTime(), by, mac, phone === null ? null : markOf(tx, phone)],
      ...[nasId, sender, asked, answer, reason, policyId],
    );
  tx.sql("delete from door_notes where id <= ?").run(Number(lastInsertRowid) - DOOR_NOTES_KEPT_MAX);
}

/** Lets go of what is older than DOOR_NOTES_HOURS. */
export function purgeDoorNotes(tx: Transaction): void {
  tx.sql("delete from door_notes where at < ?").run(tx.now.getTime() - KEPT_MS);
}

/** Since when it is told what was noted: of before, nothing is. */
export const doorNotesSince = (tx: Reader): Date => new Date(tx.now.getTime() - KEPT_MS);

type Row = {
  at: number;
  teller: DoorNote["by"];
  mac: string;
  nas_id: string | null;
  asked: string;
  answer: DoorNote["answer"];
  reason: string | null;
  policy_id: string | null;
};

/**
 * What was noted of a device, the newest, the oldest of them first. Of a number: of every device that it
 * was named on, and of those that its guest comes with.
 */
export function listDoorNotes(tx: Reader, about: CommandSubject): DoorNote[] {
  const macs = "mac" in about ? [about.mac] : listMacsOf(tx, about.phone);
  const rows = tx
    .sql(
      `select at, teller, mac, nas_id, asked, answer, reason, policy_id from door_notes
       where mac in (select value from json_each(?)) and at >= ? order by id desc limit ?`,
    )
    .all(JSON.stringify(macs), doorNotesSince(tx).getTime(), DOOR_NOTES_TOLD_MAX) as Row[];
  return rows.reverse().map(({ at, teller, nas_id, policy_id, ...row }) => ({
    ...{ at: new Date(at).toISOString(), by: teller, nasId: nas_id, policyId: policy_id, ...row },
  }));
}

function listMacsOf(tx: Reader, phone: string): string[] {
  const rows = tx
    .sql(
      `select distinct mac from door_notes where phone_mark = $mark
       union
       select devices.mac from devices join guests on guests.id = devices.guest_id
       where guests.phone = $locked`,
    )
    .all({ mark: markOf(tx, phone), locked: tx.columns.lockSame("guests.phone", phone) });
  return (rows as { mac: string }[]).map(({ mac }) => mac);
}

/** A guest who is forgotten: what was noted of their devices and of their number goes with them. */
export function forgetDoorNotes(
  tx: Transaction,
  { guestId, phone }: { guestId: string; phone: string | null },
): void {
  tx.sql("delete from door_notes where mac in (select mac from devices where guest_id = ?)").run(
    guestId,
  );
  if (phone !== null) tx.sql("delete from door_notes where phone_mark = ?").run(markOf(tx, phone));
}

/** A number has few digits: without the key of the store its hash could be found by trying all. */
function markOf(tx: Reader, phone: string): string {
  const locked = tx.columns.lockSame("door_notes.phone", phone);
  return createHash("sha256").update(locked).digest("base64url").slice(0, 24);
}
