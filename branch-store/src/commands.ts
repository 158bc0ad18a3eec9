import type { Command } from "@foyer/contract";
import type { Reader, Transaction } from "./open.ts";

/** What the cloud asked for and nobody has carried out yet. */
export type DueCommand = {
  id: string;
  kind: "guest.disconnect";
  deviceId: string;
  expiresAt: Date;
};

type CommandRow = { id: string; kind: "guest.disconnect"; device_id: string; expires_at: number };

/** Keeps commands as they come; one that is here already changes nothing. */
export function saveCommands(tx: Transaction, commands: readonly Command[]): void {
  for (const { id, position, kind, deviceId, expiresAt } of commands)
    tx.sql(
      `insert into commands (id, position, kind, device_id, expires_at) values (?, ?, ?, ?, ?)
       on conflict do nothing`,
    ).run(id, position, kind, deviceId, Date.parse(expiresAt));
  const last = Math.max(0, ...commands.map((command) => command.position));
  tx.sql("update pull set commands_position = max(commands_position, ?)").run(last);
}

/** In their order. One that came too late is among them: finish it with the outcome `expired`. */
export function listDueCommands(tx: Reader): DueCommand[] {
  const rows = tx
    .sql("select * from commands where outcome is null order by position")
    .all() as CommandRow[];
  return rows.map(({ id, kind, device_id, expires_at }) => ({
    id,
    kind,
    deviceId: device_id,
    expiresAt: new Date(expires_at),
  }));
}

/** `outcome` in a word or two, such as `acknowledged`, `refused 503`, `timed-out` or `expired`. */
export function finishCommand(
  tx: Transaction,
  { id, outcome }: { id: string; outcome: string },
): void {
  tx.sql("update commands set outcome = ?, finished_at = ? where id = ? and outcome is null").run(
    outcome,
    tx.now.getTime(),
    id,
  );
}
