import type { BoxCommand, CommandAnswer } from "@foyer/contract";
import { findRow, getRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";

export type NewBoxCommand = {
  id: string;
  boxId: string;
  kind: string;
  deviceId: string | null;
  expiresAt: Date;
};

/** Gives the command the box's next position, under the lock of the box's row. */
export async function insertBoxCommand(
  tx: TenantTransaction,
  { id, boxId, kind, deviceId, expiresAt }: NewBoxCommand,
): Promise<void> {
  await getRow(
    tx,
    sql`select id from boxes where tenant_id = ${tx.tenantId} and id = ${boxId} for update`,
  );
  const { last } = await getRow(
    tx,
    sql<{ last: number }>`
      select coalesce(max(position), 0) as last from box_commands
      where tenant_id = ${tx.tenantId} and box_id = ${boxId}`,
  );
  const position = Math.max(Number(last) + 1, tx.now.getTime());
  await run(
    tx,
    sql`insert into box_commands (tenant_id, box_id, position, id, kind, device_id, created_at,
          expires_at)
        values (${tx.tenantId}, ${boxId}, ${position}, ${id}, ${kind}, ${deviceId}, ${tx.now},
          ${expiresAt})`,
  );
}

type PulledRow = {
  id: string;
  position: number;
  kind: string;
  deviceId: string | null;
  expiresAt: Date;
};

/** Those after a position that are not too late. */
export async function listPulledCommands(
  tx: TenantTransaction,
  { boxId, after }: { boxId: string; after: number },
): Promise<BoxCommand[]> {
  const rows = await listRows(
    tx,
    sql<PulledRow>`
      select id, position, kind, device_id as "deviceId", expires_at as "expiresAt"
      from box_commands
      where tenant_id = ${tx.tenantId} and box_id = ${boxId} and position > ${after}
        and expires_at > ${tx.now}
      order by position`,
  );
  return rows.map(({ deviceId, expiresAt, ...row }) => ({
    ...row,
    ...(deviceId === null ? {} : { deviceId }),
    expiresAt: expiresAt.toISOString(),
  }));
}

/** The first word of a box on a command is the one that counts. */
export async function insertAnswers(
  tx: TenantTransaction,
  { boxId, answers }: { boxId: string; answers: readonly CommandAnswer[] },
): Promise<void> {
  await run(
    tx,
    sql`insert into command_answers (tenant_id, command_id, box_id, outcome, finished_at, told_at)
        select ${tx.tenantId}, told.id, ${boxId}::uuid, told.outcome, told.at, ${tx.now}
        from unnest(${answers.map(({ commandId }) => commandId)}::uuid[],
          ${answers.map(({ outcome }) => outcome)}::text[],
          ${answers.map(({ finishedAt }) => finishedAt)}::timestamptz[]) as told (id, outcome, at)
        on conflict (tenant_id, command_id, box_id) do nothing`,
  );
}

export type ListedCommandRow = {
  id: string;
  kind: string;
  createdAt: Date;
  expiresAt: Date;
  outcome: string | null;
  finishedAt: Date | null;
  hasLog: boolean;
};

/** The newest commands to a box, and to all boxes of its branch since it was added. */
export function listBoxCommands(
  tx: TenantTransaction,
  { branchId, boxId, limit }: { branchId: string; boxId: string; limit: number },
): Promise<ListedCommandRow[]> {
  const { tenantId } = tx;
  return listRows(
    tx,
    sql<ListedCommandRow>`
      with ordered as (
        (select id, kind, created_at, expires_at from box_commands
          where tenant_id = ${tenantId} and box_id = ${boxId}
          order by position desc limit ${limit})
        union all
        (select commands.id, commands.kind, commands.created_at, commands.expires_at from commands
          join boxes on boxes.tenant_id = commands.tenant_id and boxes.id = ${boxId}
          where commands.tenant_id = ${tenantId} and commands.branch_id = ${branchId}
            and commands.created_at >= boxes.created_at
          order by commands.position desc limit ${limit})
      )
      select ordered.id, ordered.kind, ordered.created_at as "createdAt",
        ordered.expires_at as "expiresAt", answered.outcome, answered.finished_at as "finishedAt",
        exists (select 1 from box_logs where box_logs.tenant_id = ${tenantId}
          and box_logs.command_id = ordered.id) as "hasLog"
      from ordered
      left join command_answers as answered on answered.tenant_id = ${tenantId}
        and answered.command_id = ordered.id and answered.box_id = ${boxId}
      order by ordered.created_at desc, ordered.id desc limit ${limit}`,
  );
}

/** Keeps what a box sent for a command that asked this box for it. False for any other. */
export async function keepLog(
  tx: TenantTransaction,
  log: { boxId: string; commandId: string; packed: Buffer; keptSince: Date },
): Promise<boolean> {
  const { boxId, commandId, packed, keptSince } = log;
  await run(
    tx,
    sql`delete from box_logs where tenant_id = ${tx.tenantId} and received_at < ${keptSince}`,
  );
  const asked = await findRow(
    tx,
    sql`select id from box_commands
        where tenant_id = ${tx.tenantId} and box_id = ${boxId} and id = ${commandId}
          and kind = 'box.send-logs'`,
  );
  if (!asked) return false;
  await run(
    tx,
    sql`insert into box_logs (tenant_id, command_id, box_id, packed, received_at)
        values (${tx.tenantId}, ${commandId}, ${boxId}, ${packed}, ${tx.now})
        on conflict (tenant_id, command_id) do nothing`,
  );
  return true;
}

export function findLog(
  tx: TenantTransaction,
  { boxId, commandId, keptSince }: { boxId: string; commandId: string; keptSince: Date },
): Promise<{ packed: Buffer } | null> {
  return findRow(
    tx,
    sql<{ packed: Buffer }>`
      select packed from box_logs
      where tenant_id = ${tx.tenantId} and command_id = ${commandId} and box_id = ${boxId}
        and received_at >= ${keptSince}`,
  );
}

export async function hasBox(
  tx: TenantTransaction,
  { branchId, boxId }: { branchId: string; boxId: string },
): Promise<boolean> {
  const row = await findRow(
    tx,
    sql`select id from boxes
        where tenant_id = ${tx.tenantId} and id = ${boxId} and branch_id = ${branchId}
          and removed_at is null`,
  );
  return row !== null;
}
