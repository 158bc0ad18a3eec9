import type { BoxCommand, CommandAnswer } from "@foyer/contract";
import { findDevice } from "./devices.ts";
import type { Reader, Transaction } from "./open.ts";

/** What the cloud asked this box to do, and it has not done yet. */
export type DueBoxCommand = {
  id: string;
  kind: string;
  deviceId: string | null;
  isExpired: boolean;
};

type DueRow = { id: string; kind: string; device_id: string | null; expires_at: number };

/** Commands that were told of are kept so long, so that one that comes twice is done once. */
const KEPT_DAYS = 30;

/** Keeps commands as they come; one that is here already changes nothing. */
export function saveBoxCommands(tx: Transaction, commands: readonly BoxCommand[]): void {
  for (const { id, kind, deviceId, expiresAt } of commands)
    tx.sql(
      `insert into box_commands (id, kind, device_id, received_at, expires_at) values (?, ?, ?, ?, ?)
       on conflict do nothing`,
    ).run(id, kind, deviceId ?? null, tx.now.getTime(), Date.parse(expiresAt));
  const last = Math.max(0, ...commands.map(({ position }) => position));
  tx.sql("update pull set box_commands_position = max(box_commands_position, ?)").run(last);
  tx.sql("delete from box_commands where told_at < ?").run(
    tx.now.getTime() - KEPT_DAYS * 24 * 60 * 60 * 1000,
  );
}

/** In the order they came. */
export function listDueBoxCommands(tx: Reader): DueBoxCommand[] {
  const rows = tx
    .sql(
      "select * from box_commands where told_at is null and outcome is null order by received_at, rowid",
    )
    .all() as DueRow[];
  const now = tx.now.getTime();
  return rows.map(({ id, kind, device_id, expires_at }) => ({
    ...{ id, kind, deviceId: device_id, isExpired: expires_at <= now },
  }));
}

export function finishBoxCommand(
  tx: Transaction,
  { id, outcome }: { id: string; outcome: string },
): void {
  tx.sql(
    "update box_commands set outcome = ?, finished_at = ? where id = ? and outcome is null",
  ).run(outcome, tx.now.getTime(), id);
}

type OutcomeRow = { id: string; outcome: string; finished_at: number };

/** Outcomes that the cloud has not heard of: of its commands to this box, and of those to send a guest off. */
export function listUntoldAnswers(tx: Reader, limit: number): CommandAnswer[] {
  const rows = tx
    .sql(
      `select * from (
         select id, outcome, finished_at from box_commands
         where told_at is null and outcome is not null
         union all
         select id, outcome, finished_at from commands
         where outcome is not null and told_at is null)
       order by finished_at, id limit +?`,
    )
    .all(limit) as OutcomeRow[];
  return rows.map(({ id, outcome, finished_at }) => ({
    ...{ commandId: id, outcome, finishedAt: new Date(finished_at).toISOString() },
  }));
}

export function noteAnswersTold(tx: Transaction, commandIds: readonly string[]): void {
  for (const id of commandIds)
    for (const table of ["box_commands", "commands"])
      tx.sql(`update ${table} set told_at = ? where id = ?`).run(tx.now.getTime(), id);
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
  tx.sql("update pull set guests_position = 0, guests_page = null").run();
}
