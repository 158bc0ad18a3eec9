import { randomBytes } from "node:crypto";
import type { SignInMethod } from "@foyer/contract";
import { handOverNamed, vouchForDevice } from "./devices.ts";
import type { Reader, Transaction } from "./open.ts";

/** How long a ticket waits for the NAS to ask. */
export const TICKET_SECONDS = 120;
/** How long the same NAS and MAC get the same answer: many retry with a new authenticator. */
export const TICKET_REPEAT_SECONDS = 30;
const TICKET_KEPT_SECONDS = 24 * 60 * 60;
/**
 * Who judges a ticket may be behind who stamped it: each process, and each of its threads, tells the
 * machine's count again for some milliseconds (`holdCount`).
 */
const BEHIND_MS_MAX = 50;

/** A one-time right to go online. Portal issues it, radius uses it: their only meeting point. */
export type Ticket = {
  /** Where it lies in the store: it is found quicker by it, and is another's once the ticket is gone. */
  row: number;
  /** Opaque: says nothing of the guest to the NAS. */
  username: string;
  /** In clear, since CHAP needs it; 128 random bits, worth nothing after one use. */
  password: string;
  nasId: string;
  deviceId: string;
  guestId: string;
  mac: string;
  method: SignInMethod;
  policyId: string;
  issuedAt: Date;
  expiresAt: Date;
  usedAt: Date | null;
  /** When the right it stands for ends, such as an access code's; null: with its policy alone. */
  endsAt: Date | null;
  /** The access code it stands for; null: none. */
  accessCodeId: string | null;
};

type TicketRow = {
  rowid: number;
  username: string;
  password: string;
  nas_id: string;
  device_id: string;
  guest_id: string;
  mac: string;
  method: SignInMethod;
  policy_id: string;
  issued_at: number;
  expires_at: number;
  used_at: number | null;
  used_request_key: string | null;
  ends_at: number | null;
  access_code_id: string | null;
};

const toTicket = (row: TicketRow): Ticket => ({
  row: row.rowid,
  username: row.username,
  password: row.password,
  nasId: row.nas_id,
  deviceId: row.device_id,
  guestId: row.guest_id,
  mac: row.mac,
  method: row.method,
  policyId: row.policy_id,
  issuedAt: new Date(row.issued_at),
  expiresAt: new Date(row.expires_at),
  usedAt: row.used_at === null ? null : new Date(row.used_at),
  endsAt: row.ends_at === null ? null : new Date(row.ends_at),
  accessCodeId: row.access_code_id,
});

export type NewTicket = {
  nasId: string;
  deviceId: string;
  guestId: string;
  mac: string;
  method: SignInMethod;
  policyId: string;
  endsAt?: Date | null;
  accessCodeId?: string | null;
};

export function issueTicket(tx: Transaction, ticket: NewTicket): Ticket {
  const issuedAt = tx.now.getTime();
  const row: Omit<TicketRow, "rowid"> = {
    username: randomBytes(12).toString("base64url"),
    password: randomBytes(16).toString("base64url"),
    nas_id: ticket.nasId,
    device_id: ticket.deviceId,
    guest_id: ticket.guestId,
    mac: ticket.mac,
    method: ticket.method,
    policy_id: ticket.policyId,
    issued_at: issuedAt,
    expires_at: issuedAt + TICKET_SECONDS * 1000,
    used_at: null,
    used_request_key: null,
    ends_at: ticket.endsAt?.getTime() ?? null,
    access_code_id: ticket.accessCodeId ?? null,
  };
  tx.sql("delete from tickets where expires_at < ?").run(issuedAt - TICKET_KEPT_SECONDS * 1000);
  const { lastInsertRowid } = tx
    .sql(
      `insert into tickets (username, password, nas_id, device_id, guest_id, mac, method, policy_id,
         issued_at, expires_at, ends_at, access_code_id)
       values (@username, @password, @nas_id, @device_id, @guest_id, @mac, @method, @policy_id,
         @issued_at, @expires_at, @ends_at, @access_code_id)`,
    )
    .run(row);
  return toTicket({ ...row, rowid: Number(lastInsertRowid) });
}

export function findTicket(tx: Reader, username: string): Ticket | null {
  const row = tx.sql("select rowid, * from tickets where username = ?").get(username);
  return row ? toTicket(row as TicketRow) : null;
}

/**
 * The ticket that this device was given last at this NAS, of those that may let it in still: for a NAS
 * that asks about devices, and to which nobody brings a ticket. Null: it has none.
 */
export function findTicketOfDevice(
  tx: Reader,
  { nasId, mac }: { nasId: string; mac: string },
): Ticket | null {
  // One that was used in its last moment is answered alike for a while.
  const since = tx.now.getTime() - TICKET_REPEAT_SECONDS * 1000;
  const row = tx
    .sql(
      `select rowid, * from tickets where expires_at >= ? and nas_id = ? and mac = ?
       order by issued_at desc, rowid desc limit 1`,
    )
    .get(since, nasId, mac);
  return row ? toTicket(row as TicketRow) : null;
}

/** Whether a device has gone online at this NAS since a moment, by a ticket or in a session without one. */
export function wasOnlineSince(
  tx: Reader,
  { nasId, mac, since }: { nasId: string; mac: string; since: Date },
): boolean {
  const from = since.getTime();
  const row = tx
    .sql(
      `select 1 from tickets where expires_at >= ? and nas_id = ? and mac = ? and used_at >= ?
       union all
       select 1 from devices join sessions on sessions.device_id = devices.id
       where mac = ? and nas_id = ? and started_at >= ? limit 1`,
    )
    .get(from, nasId, mac, from, mac, nasId, from);
  return row !== undefined;
}

/** The tickets at this NAS that wait to be used, the oldest first. */
export function listWaitingTickets(tx: Reader, { nasId }: { nasId: string }): Ticket[] {
  return tx
    .sql(
      `select rowid, * from tickets where expires_at >= ? and nas_id = ? and used_at is null
       order by issued_at, rowid`,
    )
    .all(tx.now.getTime(), nasId)
    .map((row) => toTicket(row as TicketRow));
}

/** The row that was written last; 0: there is none. */
export function findLastTicketRow(tx: Reader): number {
  const row = tx.sql("select max(rowid) as last from tickets").get() as { last: number | null };
  return row.last ?? 0;
}

/** In this order a ticket's values are told of; those that are left out are null. */
type ToldTicket = [
  ...[username: string, password: string, nasId: string, deviceId: string, guestId: string],
  ...[mac: string, method: SignInMethod, policyId: string],
  ...[issuedAt: number, expiresAt: number, endsAt: number | null, row: number],
];

/**
 * The tickets above one row, through another, that wait to be used, a line of text for each: SQLite
 * writes it, and threads copy and keep it in a fraction of the time and room that objects take. Empty:
 * there are none. One that stands for an access code is left out: whether that still lets anybody in is
 * looked up.
 */
export function tellWaitingTickets(
  tx: Reader,
  { afterRow, throughRow }: { afterRow: number; throughRow: number },
): string {
  const row = tx
    .sql(
      `select group_concat(json_array(username, password, nas_id, device_id, guest_id, mac,
         method, policy_id, issued_at, expires_at, ends_at, rowid), char(10)) as told
       from tickets where rowid > +? and rowid <= +? and +expires_at >= +?
         and used_at is null and access_code_id is null`,
    )
    .get(afterRow, throughRow, tx.now.getTime()) as { told: string | null };
  return row.told ?? "";
}

/** The name on a line about a ticket: random letters and digits, which JSON writes as they are. */
export const nameToldTicket = (line: string): string => line.slice(2, line.indexOf('"', 2));

/** `username`: its name where that is at hand, since what a Map has looked up once it finds sooner. */
export function readToldTicket(line: string, username = nameToldTicket(line)): Ticket {
  const told = JSON.parse(line) as ToldTicket;
  const [, password, nasId, deviceId, guestId, mac, method, policyId] = told;
  const [issuedAt, expiresAt, endsAt, row] = [told[8], told[9], told[10], told[11]];
  return {
    row,
    username,
    password,
    nasId,
    deviceId,
    guestId,
    mac,
    method,
    policyId,
    issuedAt: new Date(issuedAt),
    expiresAt: new Date(expiresAt),
    usedAt: null,
    endsAt: endsAt === null ? null : new Date(endsAt),
    accessCodeId: null,
  };
}

export type TicketRefusal = "unknown" | "other-nas" | "other-device" | "expired" | "used";
export type TicketUse =
  | { kind: "used" | "repeated"; ticket: Ticket }
  | { kind: "refused"; reason: TicketRefusal };

/** What a NAS asks for with a ticket, and when. */
export type TicketAsk = { nasId: string; mac: string; at: Date };

/**
 * Whether a ticket whose password was shown right lets this device in now. Pure: it is also asked
 * of a ticket whose use is not in the store yet.
 */
export function judgeTicket(ticket: Ticket, { nasId, mac, at }: TicketAsk): TicketUse {
  if (ticket.nasId !== nasId) return { kind: "refused", reason: "other-nas" };
  if (ticket.mac !== mac) return { kind: "refused", reason: "other-device" };
  if (ticket.usedAt) {
    const isRepeat = isWithin(ticket.usedAt, at, TICKET_REPEAT_SECONDS);
    return isRepeat ? { kind: "repeated", ticket } : { kind: "refused", reason: "used" };
  }
  if (!isWithin(ticket.issuedAt, at, TICKET_SECONDS)) return { kind: "refused", reason: "expired" };
  return { kind: "used", ticket };
}

/** A clock that jumped back must not make old tickets young again. */
function isWithin(since: Date, at: Date, seconds: number): boolean {
  const age = at.getTime() - since.getTime();
  return age >= -BEHIND_MS_MAX && age <= seconds * 1000;
}

/** What is kept of a ticket's use; `requestKey` is for tracing. */
export type TicketSpent = Holder & Pick<Ticket, "row" | "username"> & { requestKey: string };

type Holder = Pick<Ticket, "nasId" | "deviceId" | "guestId" | "method">;

/**
 * Keeps that a ticket was used now. The NAS named the MAC over its secret, so the device is its
 * guest's from here on; but not by an access code, which says nothing of who holds it: known again,
 * the device would come back after the code's end. Kept again, it changes nothing.
 */
export function keepTicketUse(tx: Transaction, spent: TicketSpent): void {
  const owner = spendRow(tx, spent) ? spent : spendByName(tx, spent);
  if (!owner) return;
  if (owner.method === "access-code") vouchForDevice(tx, owner);
  else handOverNamed(tx, owner);
}

/** Whether it lay where it was read; else it was used already, is gone, or has moved. */
function spendRow(tx: Transaction, { row, username, requestKey }: TicketSpent): boolean {
  const { changes } = tx
    .sql(
      `update tickets set used_at = ?, used_request_key = ?
       where rowid = ? and username = ? and used_at is null`,
    )
    .run(tx.now.getTime(), requestKey, row, username);
  return changes === 1;
}

/** Whose it is as the store has it; null: it was used already, or is gone. */
function spendByName(tx: Transaction, { username, requestKey }: TicketSpent): Holder | null {
  const row = tx
    .sql(
      `update tickets set used_at = ?, used_request_key = ? where username = ? and used_at is null
       returning nas_id, device_id, guest_id, method`,
    )
    .get(tx.now.getTime(), requestKey, username) as TicketRow | undefined;
  if (!row) return null;
  const { nas_id: nasId, device_id: deviceId, guest_id: guestId, method } = row;
  return { nasId, deviceId, guestId, method };
}

/** Spends a ticket, where it can be spent. The caller has checked the password. */
export function useTicket(
  tx: Transaction,
  use: { username: string; nasId: string; mac: string; requestKey: string },
): TicketUse {
  const ticket = findTicket(tx, use.username);
  if (!ticket) return { kind: "refused", reason: "unknown" };
  const judged = judgeTicket(ticket, { ...use, at: tx.now });
  if (judged.kind === "used") keepTicketUse(tx, { ...ticket, requestKey: use.requestKey });
  return judged;
}
