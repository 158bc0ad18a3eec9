import type Database from "better-sqlite3";
import type { Columns, Place } from "./columns.ts";

/** Of one table and step: others may write in between. */
const ROWS_AT_ONCE = 500;

type Lock = { column: string; place: Place; same?: true };

/** What an older release kept in the open, by table. */
const LOCKS: Readonly<Record<string, readonly Lock[]>> = {
  settings: [{ column: "document", place: "settings.document" }],
  guests: [
    { column: "phone", place: "guests.phone", same: true },
    { column: "name", place: "guests.name" },
    { column: "email", place: "guests.email", same: true },
    { column: "verified_email", place: "guests.email", same: true },
    { column: "birthday", place: "guests.birthday" },
  ],
  codes: [
    { column: "phone", place: "codes.contact", same: true },
    { column: "secret", place: "codes.secret" },
  ],
  code_messages: [{ column: "phone", place: "codes.contact", same: true }],
  credentials: [{ column: "password", place: "credentials.password" }],
  member_codes: [{ column: "salt", place: "member_codes.salt" }],
  known_member_codes: [{ column: "salt", place: "member_codes.salt" }],
  pull: [{ column: "guests_key", place: "pull.guests_key" }],
  meta: [{ column: "erasure_key", place: "meta.erasure_key" }],
};

/** Locks what lies in the open, a few hundred rows a transaction. Done twice it changes nothing. */
export function lockRows(db: Database.Database, columns: Columns): void {
  for (const [table, locks] of Object.entries(LOCKS)) lockTable(db, columns, { table, locks });
  lockFields(db, columns);
  lockKnownGuests(db, columns);
  // They live for minutes: whoever stands before a page asks anew.
  db.prepare("delete from guest_questions").run();
}

/** What stands for a number whose guest was forgotten is a hash already, and stays as it is. */
const isMark = (place: Place, value: string) =>
  place === "codes.contact" && /^[0-9a-f]{64}$/.test(value);

function lockTable(
  db: Database.Database,
  columns: Columns,
  { table, locks }: { table: string; locks: readonly Lock[] },
): void {
  const names = locks.map(({ column }) => column);
  const find = db.prepare(
    `select rowid as number, ${names.join(", ")} from ${table} where rowid > ?
     order by rowid limit ${ROWS_AT_ONCE}`,
  );
  const keep = db.prepare(
    `update ${table} set ${names.map((name) => `${name} = ?`).join(", ")} where rowid = ?`,
  );
  inSteps(db, (after: number) => {
    const rows = find.all(after) as ({ number: number } & Record<string, string | null>)[];
    for (const row of rows) {
      const values = locks.map(({ column, place, same }) => {
        const value = row[column] ?? null;
        if (value === null || isMark(place, value) || columns.isLocked(place, value)) return value;
        return same ? columns.lockSame(place, value) : columns.lock(place, value);
      });
      if (values.some((value, index) => value !== row[names[index] ?? ""]))
        keep.run(...values, row.number);
    }
    return rows.length < ROWS_AT_ONCE ? null : (rows.at(-1)?.number ?? null);
  });
}

/** This table has no row numbers. */
function lockFields(db: Database.Database, columns: Columns): void {
  type Row = { guest_id: string; key: string; value: string };
  const find = db.prepare(
    `select guest_id, key, value from guest_fields where (guest_id, key) > (?, ?)
     order by guest_id, key limit ${ROWS_AT_ONCE}`,
  );
  const keep = db.prepare("update guest_fields set value = ? where guest_id = ? and key = ?");
  inSteps(
    db,
    (after: { guest_id: string; key: string }) => {
      const rows = find.all(after.guest_id, after.key) as Row[];
      for (const { guest_id, key, value } of rows)
        if (!columns.isLocked("guest_fields.value", value))
          keep.run(columns.lock("guest_fields.value", value), guest_id, key);
      return rows.length < ROWS_AT_ONCE ? null : (rows.at(-1) ?? null);
    },
    { guest_id: "", key: "" },
  );
}

function lockKnownGuests(db: Database.Database, columns: Columns): void {
  type Row = { id: number; name: string | null; birthday: string | null };
  const find = db.prepare(
    `select id, name, birthday from known_guests where id > ? order by id limit ${ROWS_AT_ONCE}`,
  );
  const keep = db.prepare(
    "update known_guests set person = ?, name = null, birthday = null where id = ?",
  );
  inSteps(db, (after: number) => {
    const rows = find.all(after) as Row[];
    for (const { id, name, birthday } of rows)
      if (name !== null || birthday !== null)
        keep.run(columns.lockOctets("known_guests.person", JSON.stringify([name, birthday])), id);
    return rows.length < ROWS_AT_ONCE ? null : (rows.at(-1)?.id ?? null);
  });
}

/** Goes on from where each step has come to, in a transaction of its own, until one says that it was the last. */
function inSteps<At>(
  db: Database.Database,
  step: (after: At) => At | null,
  first: At = 0 as At,
): void {
  let after: At | null = first;
  while (after !== null) {
    const from: At = after;
    after = db.transaction(() => step(from)).immediate();
  }
}
