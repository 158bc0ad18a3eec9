import type { BoxCommand, CommandAnswer, CommandSubject } from "@foyer/contract";
import { findRow, getRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { LOG_KEPT_DAYS } from "./rules.ts";

export type NewBoxCommand = {
  id: string;
  boxId: string;
  kind: string;
  deviceId: string | null;
  /** Null: of nobody. */
  about: CommandSubject | null;
  expiresAt: Date;
};

/** Gives the command the box's next position, under the lock of the box's row. */
export async function insertBoxCommand(
  tx: TenantTransaction,
  { id, boxId, kind, deviceId, about, expiresAt }: NewBoxCommand,
): Promise<void> {
  const { above } = await getRow(
    tx,
    sql<{ above: number }>`
      select commands_above as above from boxes
      where tenant_id = ${tx.tenantId} and id = ${boxId} for update`,
  );
  const { last } = await getRow(
    tx,
    sql<{ last: number }>`
      select coalesce(max(position), 0) as last from box_commands
      where tenant_id = ${tx.tenantId} and box_id = ${boxId}`,
  );
  const position = Math.max(last + 1, above + 1, tx.now.getTime());
  await run(
    tx,
    sql`insert into box_commands (tenant_id, box_id, position, id, kind, device_id, about,
          created_at, expires_at)
        values (${tx.tenantId}, ${boxId}, ${position}, ${id}, ${kind}, ${deviceId},
          ${about === null ? null : JSON.stringify(about)}::jsonb, ${tx.now}, ${expiresAt})`,
  );
}

/** The same command to each box that the branch has now. */
export async function insertBranchCommand(
  tx: TenantTransaction,
  { branchId, ...command }: Omit<NewBoxCommand, "boxId"> & { branchId: string },
): Promise<void> {
  // In one order, or two orders at once could wait for each other.
  const boxes = await listRows(
    tx,
    sql<{ id: string }>`
      select id from boxes
      where tenant_id = ${tx.tenantId} and branch_id = ${branchId} and removed_at is null
      order by id`,
  );
  for (const { id: boxId } of boxes) await insertBoxCommand(tx, { ...command, boxId });
}

/**
 * Brings what a process of the release before has ordered of a whole branch into the list of each of
 * its boxes, whichever was here then. For a branch whose row says that there is something.
 */
export async function takeOverBranchCommands(
  tx: TenantTransaction,
  branchId: string,
): Promise<void> {
  const { tenantId } = tx;
  const branch = await findRow(
    tx,
    sql`update branches set command_position = 0
        where tenant_id = ${tenantId} and id = ${branchId} and command_position > 0 returning id`,
  );
  // Another pull was here first.
  if (!branch) return;
  await listRows(
    tx,
    sql`select id from boxes where tenant_id = ${tenantId} and branch_id = ${branchId}
        order by id for update`,
  );
  await run(
    tx,
    sql`insert into box_commands (tenant_id, box_id, position, id, kind, device_id, created_at,
          expires_at)
        select ${tenantId}, boxes.id, greatest(${tx.now.getTime()}::bigint, boxes.commands_above,
            coalesce((select max(held.position) from box_commands as held
            where held.tenant_id = ${tenantId} and held.box_id = boxes.id), 0))
          + row_number() over (partition by boxes.id order by commands.position),
          commands.id, commands.kind, commands.device_id, commands.created_at, commands.expires_at
        from commands
        join boxes on boxes.tenant_id = ${tenantId} and boxes.branch_id = ${branchId}
          and boxes.created_at <= commands.created_at
        where commands.tenant_id = ${tenantId} and commands.branch_id = ${branchId}
        on conflict (tenant_id, box_id, position) do nothing`,
  );
  await run(
    tx,
    sql`delete from commands where tenant_id = ${tenantId} and branch_id = ${branchId}`,
  );
}

const POSITION_MAX = 2 ** 50;

/**
 * Where boxes hold a higher position than any command of theirs has, the next ones are above that, and so are
 * those that nobody answered yet. Gives these boxes. One whose row somebody holds says so again.
 */
export async function raiseCommands(
  tx: TenantTransaction,
  boxes: readonly { boxId: string; after: number }[],
): Promise<string[]> {
  const { tenantId } = tx;
  if (boxes.length === 0) return [];
  const raised = await listRows(
    tx,
    sql<{ id: string }>`
      update boxes set commands_above = ahead.after
      from (
        select boxes.id, asked.after from boxes
        join unnest(${boxes.map(({ boxId }) => boxId)}::uuid[],
            ${boxes.map(({ after }) => after)}::bigint[]) as asked (id, after)
          on asked.id = boxes.id and asked.after > boxes.commands_above
            and asked.after <= ${POSITION_MAX}::bigint
        where boxes.tenant_id = ${tenantId} and not exists (
          select from box_commands as held where held.tenant_id = ${tenantId}
            and held.box_id = boxes.id and held.position >= asked.after)
        for no key update of boxes skip locked
      ) as ahead
      where boxes.tenant_id = ${tenantId} and boxes.id = ahead.id returning boxes.id`,
  );
  const boxIds = raised.map(({ id }) => id);
  if (boxIds.length > 0) await tellAgain(tx, boxIds);
  return boxIds;
}

/** What waits for boxes, above all that they hold; what is being answered right now is known to its box. */
function tellAgain(tx: TenantTransaction, boxIds: readonly string[]): Promise<void> {
  const { tenantId } = tx;
  return run(
    tx,
    sql`update box_commands set position = boxes.commands_above + waiting.place
        from boxes, (
          select open.id, open.box_id,
            row_number() over (partition by open.box_id order by open.position) as place
          from (
            select id, box_id, position from box_commands
            where tenant_id = ${tenantId} and box_id = any(${boxIds}::uuid[])
              and expires_at > ${tx.now} and not exists (
                select from command_answers as answers where answers.tenant_id = ${tenantId}
                  and answers.box_id = box_commands.box_id
                  and answers.command_id = box_commands.id)
            for update skip locked
          ) as open
        ) as waiting
        where box_commands.tenant_id = ${tenantId} and box_commands.box_id = waiting.box_id
          and box_commands.id = waiting.id
          and boxes.tenant_id = ${tenantId} and boxes.id = waiting.box_id`,
  );
}

type PulledRow = {
  id: string;
  position: number;
  kind: string;
  deviceId: string | null;
  about: CommandSubject | null;
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
      select id, position, kind, device_id as "deviceId", about, expires_at as "expiresAt"
      from box_commands
      where tenant_id = ${tx.tenantId} and box_id = ${boxId} and position > ${after}
        and expires_at > ${tx.now}
      order by position`,
  );
  return rows.map(({ deviceId, about, expiresAt, ...row }) => ({
    ...row,
    ...(deviceId === null ? {} : { deviceId }),
    ...(about === null ? {} : { about }),
    expiresAt: expiresAt.toISOString(),
  }));
}

/** The first word of a box on a command is the one that counts; on one that it never got, none does. */
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
        join box_commands as given on given.tenant_id = ${tx.tenantId}
          and given.box_id = ${boxId} and given.id = told.id
        on conflict (tenant_id, command_id, box_id) do nothing`,
  );
  const commandIds = answers.map(({ commandId }) => commandId);
  await run(
    tx,
    sql`update box_commands set about = null
        where tenant_id = ${tx.tenantId} and box_id = ${boxId} and about is not null
          and id = any(${commandIds}::uuid[])`,
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

/** The newest commands to a box. */
export function listBoxCommands(
  tx: TenantTransaction,
  { boxId, limit }: { boxId: string; limit: number },
): Promise<ListedCommandRow[]> {
  const { tenantId } = tx;
  return listRows(
    tx,
    sql<ListedCommandRow>`
      select ordered.id, ordered.kind, ordered.created_at as "createdAt",
        ordered.expires_at as "expiresAt", answered.outcome, answered.finished_at as "finishedAt",
        exists (select 1 from box_logs where box_logs.tenant_id = ${tenantId}
          and box_logs.command_id = ordered.id) as "hasLog"
      from box_commands as ordered
      left join command_answers as answered on answered.tenant_id = ${tenantId}
        and answered.command_id = ordered.id and answered.box_id = ${boxId}
      where ordered.tenant_id = ${tenantId} and ordered.box_id = ${boxId}
      order by ordered.created_at desc, ordered.id desc limit ${limit}`,
  );
}

/** Whether this box was asked by this command, of this kind. */
export async function wasAsked(
  tx: TenantTransaction,
  { boxId, commandId, kind }: { boxId: string; commandId: string; kind: string },
): Promise<boolean> {
  const row = await findRow(
    tx,
    sql`select id from box_commands
        where tenant_id = ${tx.tenantId} and box_id = ${boxId} and id = ${commandId}
          and kind = ${kind}`,
  );
  return row !== null;
}

/** Keeps what a box sent for a command that asked this box for it. False for any other. */
export async function keepLog(
  tx: TenantTransaction,
  log: { boxId: string; commandId: string; packed: Buffer },
): Promise<boolean> {
  const { boxId, commandId, packed } = log;
  if (!(await wasAsked(tx, { boxId, commandId, kind: "box.send-logs" }))) return false;
  await run(
    tx,
    sql`insert into box_logs (tenant_id, command_id, box_id, packed, received_at)
        values (${tx.tenantId}, ${commandId}, ${boxId}, ${packed}, ${tx.now})
        on conflict (tenant_id, command_id) do nothing`,
  );
  return true;
}

/**
 * Removes what boxes sent of their logs before LOG_KEPT_DAYS, and gives how many there were; and whom
 * commands were about that no box heard of in time.
 */
export async function purgeLogs(tx: TenantTransaction, limit: number): Promise<number> {
  const { tenantId } = tx;
  await run(
    tx,
    sql`update box_commands set about = null
        where tenant_id = ${tenantId} and about is not null and expires_at < ${tx.now}`,
  );
  const gone = await listRows(
    tx,
    sql`delete from box_logs
        where tenant_id = ${tenantId} and command_id in (
          select command_id from box_logs
          where tenant_id = ${tenantId} and received_at < ${logsKeptSince(tx)}
          order by received_at limit ${limit})
        returning command_id`,
  );
  return gone.length;
}

const DAY_MS = 24 * 60 * 60 * 1000;

export const logsKeptSince = (tx: TenantTransaction): Date =>
  new Date(tx.now.getTime() - LOG_KEPT_DAYS * DAY_MS);

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

export type BranchOrder = {
  commandId: string;
  boxId: string;
  boxName: string;
  deviceId: string | null;
  orderedAt: Date;
  expiresAt: Date;
  /** Null: the box has not said. */
  outcome: string | null;
};

/** What the boxes of a branch were asked of a kind since a moment, the newest first. */
export function listBranchOrders(
  tx: TenantTransaction,
  { branchId, kind, since }: { branchId: string; kind: string; since: Date },
): Promise<BranchOrder[]> {
  const { tenantId } = tx;
  return listRows(
    tx,
    sql<BranchOrder>`
      select ordered.id as "commandId", boxes.id as "boxId", boxes.name as "boxName",
        ordered.device_id as "deviceId", ordered.created_at as "orderedAt",
        ordered.expires_at as "expiresAt", answered.outcome
      from boxes
      join box_commands as ordered on ordered.tenant_id = ${tenantId}
        and ordered.box_id = boxes.id and ordered.kind = ${kind} and ordered.created_at >= ${since}
      left join command_answers as answered on answered.tenant_id = ${tenantId}
        and answered.command_id = ordered.id and answered.box_id = boxes.id
      where boxes.tenant_id = ${tenantId} and boxes.branch_id = ${branchId}
        and boxes.removed_at is null
      order by ordered.created_at desc, boxes.id limit ${ORDERS_LISTED_MAX}`,
  );
}
const ORDERS_LISTED_MAX = 500;
