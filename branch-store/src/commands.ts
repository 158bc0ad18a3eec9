import {
  type BoxCommand,
  type Command,
  type CommandAnswer,
  type CommandSubject,
  SEND_OFF,
} from "@foyer/contract";
import { findDevice } from "./devices.ts";
import type { Reader, Transaction } from "./open.ts";

/** To take a device off the Wi-Fi: whoever speaks to its NAS carries it out. */
export type DueDisconnect = { id: string; deviceId: string; expiresAt: Date };

/** Any other: what the cloud asked of this box itself, and it has not done yet. */
export type DueBoxCommand = {
  id: string;
  kind: string;
  deviceId: string | null;
  /** Null: about nobody. */
  about: CommandSubject | null;
  isExpired: boolean;
};

type DueRow = {
  id: string;
  kind: string;
  device_id: string | null;
  about: string | null;
  expires_at: number;
};
type Kept = Pick<BoxCommand, "id" | "kind" | "deviceId" | "about" | "expiresAt">;

/** Commands that were told of are kept so long, so that one that comes twice is done once. */
const KEPT_DAYS = 30;

/** Keeps commands as they come; one that is here already changes nothing. */
export function saveCommands(tx: Transaction, commands: readonly BoxCommand[]): void {
  for (const command of commands) keepCommand(tx, command);
  tx.sql("update pull set box_commands_position = max(box_commands_position, ?)").run(
    findLastPosition(commands),
  );
  tx.sql("delete from box_commands where told_at < ?").run(
    tx.now.getTime() - KEPT_DAYS * 24 * 60 * 60 * 1000,
  );
}

/** The same of a cloud of the release before, which counts those to send a guest off by the branch. */
export function saveBranchCommands(tx: Transaction, commands: readonly Command[]): void {
  for (const command of commands) keepCommand(tx, command);
  tx.sql("update pull set commands_position = max(commands_position, ?)").run(
    findLastPosition(commands),
  );
}

const findLastPosition = (commands: readonly { position: number }[]): number =>
  Math.max(0, ...commands.map(({ position }) => position));

/** Asks the processes of this box to take a device off the Wi-Fi. */
export function orderDisconnect(
  tx: Transaction,
  { deviceId, seconds }: { deviceId: string; seconds: number },
): void {
  const expiresAt = new Date(tx.now.getTime() + seconds * 1000).toISOString();
  keepCommand(tx, { id: tx.newId(), kind: SEND_OFF, deviceId, expiresAt });
}

function keepCommand(tx: Transaction, { id, kind, deviceId, about, expiresAt }: Kept): void {
  const locked = about ? tx.columns.lock("box_commands.about", JSON.stringify(about)) : null;
  tx.sql(
    `insert into box_commands (id, kind, device_id, about, received_at, expires_at)
     values (?, ?, ?, ?, ?, ?) on conflict do nothing`,
  ).run(id, kind, deviceId ?? null, locked, tx.now.getTime(), Date.parse(expiresAt));
}

/** In the order they came. */
export function listDueBoxCommands(tx: Reader): DueBoxCommand[] {
  const now = tx.now.getTime();
  return listDue(tx).flatMap(({ id, kind, device_id, about, expires_at }) =>
    kind === SEND_OFF
      ? []
      : {
          ...{ id, kind, deviceId: device_id, isExpired: expires_at <= now },
          about: about === null ? null : readSubject(tx, about),
        },
  );
}

/** In the order they came. One that came too late is among them: finish it with the outcome `expired`. */
export function listDueDisconnects(tx: Reader): DueDisconnect[] {
  return listDue(tx).flatMap(({ id, kind, device_id: deviceId, expires_at }) =>
    kind !== SEND_OFF || deviceId === null ? [] : { id, deviceId, expiresAt: new Date(expires_at) },
  );
}

const readSubject = (tx: Reader, locked: string): CommandSubject =>
  JSON.parse(tx.columns.unlock("box_commands.about", locked));

function listDue(tx: Reader): DueRow[] {
  const rows = tx.sql(
    `select id, kind, device_id, about, expires_at from box_commands
     where told_at is null and outcome is null order by received_at, rowid`,
  );
  return rows.all() as DueRow[];
}

/** `outcome` in a word or two, such as `acknowledged`, `refused 503`, `timed-out` or `expired`. */
export function finishCommand(
  tx: Transaction,
  { id, outcome }: { id: string; outcome: string },
): void {
  tx.sql(
    `update box_commands set outcome = ?, finished_at = ?, about = null
     where id = ? and outcome is null`,
  ).run(outcome, tx.now.getTime(), id);
}

type OutcomeRow = { id: string; outcome: string; finished_at: number };

/** Outcomes that the cloud has not heard of. */
export function listUntoldAnswers(tx: Reader, limit: number): CommandAnswer[] {
  const rows = tx
    .sql(
      `select id, outcome, finished_at from box_commands
       where told_at is null and outcome is not null order by finished_at, id limit +?`,
    )
    .all(limit) as OutcomeRow[];
  return rows.map(({ id, outcome, finished_at }) => ({
    ...{ commandId: id, outcome, finishedAt: new Date(finished_at).toISOString() },
  }));
}

export function noteAnswersTold(tx: Transaction, commandIds: readonly string[]): void {
  for (const id of commandIds)
    tx.sql("update box_commands set told_at = ? where id = ?").run(tx.now.getTime(), id);
}

/**
 * Forgets the wrong codes and rooms that were tried, by one device or by all. What a device tried that
 * was not proved is its address's, and is forgotten with all alone.
 */
export function forgetWrongTries(tx: Transaction, deviceId: string | null): void {
  const mac = deviceId === null ? null : findDevice(tx, deviceId)?.mac;
  if (mac === undefined) return;
  for (const table of ["access_code_tries", "room_tries"])
    tx.sql(`delete from ${table} where ? is null or tried_by = ?`).run(mac, mac);
}

/** Settings and known guests are asked for as by a box that holds none; what it holds serves until then. */
export function askForEverything(tx: Transaction): void {
  tx.sql("update pull set guests_position = 0, guests_mark = null, guests_page = null").run();
}
