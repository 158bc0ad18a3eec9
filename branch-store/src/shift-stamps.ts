import type { ClockReading } from "./box-time.ts";
import type { Transaction } from "./open.ts";

/** Moments that are not the box's: they came from the cloud, or are moved when they are told. */
const FOREIGN = new Set([
  "box_commands.expires_at",
  "commands.expires_at",
  "known_member_codes.issued_at",
  "outbox.occurred_at",
]);
/** What the purge goes by holds itself against the cloud's time. */
const LEFT_OUT = /^(clock_|purge$|sqlite_)/;

/**
 * Moments that lie ahead of the one they were stamped at: each moves when that one does. Every other
 * column tells what has been.
 */
const ENDS: Readonly<Record<string, string>> = {
  "tickets.expires_at": "issued_at",
  "tickets.ends_at": "issued_at",
  "codes.expires_at": "created_at",
  "code_requests.expires_at": "created_at",
  "access_code_uses.ends_at": "last_used_at",
  "sessions.expected_end_at": "last_activity_at",
};

/** What a NAS tells of may have begun before the box did: rows made since then move whole. */
const MADE_SINCE: Readonly<Record<string, "sessionsBefore" | "visitsBefore">> = {
  sessions: "sessionsBefore",
  visits: "visitsBefore",
};

export type Shift = { reading: ClockReading; byMs: number };

/** Moves all that was stamped by this reading of the clock. The name of a column says that it is a time. */
export function shiftStamps(tx: Transaction, shift: Shift): void {
  for (const [table, columns] of listTimeColumns(tx)) shiftTable(tx, { ...shift, table, columns });
  shiftGrantedEnds(tx, shift);
  // One that began before this boot, by a clock that was ahead, cannot have ended before it began.
  for (const table of ["sessions", "visits"])
    tx.sql(
      `update ${table} set last_activity_at = max(last_activity_at, started_at),
         ended_at = max(ended_at, started_at)
       where last_activity_at < started_at or ended_at < started_at`,
    ).run();
}

function listTimeColumns(tx: Transaction): Map<string, string[]> {
  const rows = tx
    .sql(
      `select tables.name as "table", columns.name as "column"
       from pragma_table_list as tables, pragma_table_info(tables.name) as columns
       where tables.schema = 'main' and tables.type = 'table' and columns.type = 'INTEGER'
         and (columns.name = 'at' or columns.name like '%\\_at' escape '\\')`,
    )
    .all() as { table: string; column: string }[];
  const own = rows.filter(
    ({ table, column }) => !LEFT_OUT.test(table) && !FOREIGN.has(`${table}.${column}`),
  );
  const byTable = Map.groupBy(own, ({ table }) => table);
  return new Map([...byTable].map(([table, those]) => [table, those.map(({ column }) => column)]));
}

type TableShift = Shift & { table: string; columns: string[] };

function shiftTable(tx: Transaction, { table, columns, reading, byMs }: TableShift): void {
  const mark = MADE_SINCE[table];
  const isNew = mark ? `rowid > ${reading[mark]}` : "false";
  const moves = (column: string) => `${ENDS[`${table}.${column}`] ?? column} >= @bootAt`;
  const sets = columns.map(
    (column) =>
      `${column} = case when ${isNew} or ${moves(column)} then ${column} + @byMs else ${column} end`,
  );
  tx.sql(
    `update ${table} set ${sets.join(", ")} where ${isNew} or ${columns.map(moves).join(" or ")}`,
  ).run({ bootAt: reading.bootAt, byMs });
}

/** The end of the right that an open session was granted is written in what it was granted. */
function shiftGrantedEnds(tx: Transaction, { reading, byMs }: Shift): void {
  const rows = tx
    .sql("select id, granted ->> 'endsAt' as ends_at from sessions where ended_at is null")
    .all() as { id: string; ends_at: string | null }[];
  for (const { id, ends_at } of rows) {
    const at = Date.parse(ends_at ?? "");
    if (Number.isNaN(at) || at < reading.bootAt) continue;
    const moved = new Date(at + byMs).toISOString();
    tx.sql("update sessions set granted = json_set(granted, '$.endsAt', ?) where id = ?").run(
      moved,
      id,
    );
  }
}
