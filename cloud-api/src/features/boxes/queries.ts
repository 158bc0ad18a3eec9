import type { BoxReport, NasRefusal, SeqRange } from "@foyer/contract";
import {
  type DirectoryTransaction,
  findRow,
  getRow,
  listRows,
  run,
  sql,
  type TenantTransaction,
} from "../../platform/db.ts";
import { toJson } from "../../platform/events.ts";
import type { Purge } from "../../platform/purge-events.ts";
import type { Watch } from "./schema.ts";

export async function keepReport(
  tx: TenantTransaction,
  { boxId, report }: { boxId: string; report: Omit<BoxReport, "nasRefusals"> },
): Promise<void> {
  await run(
    tx,
    sql`insert into box_reports (tenant_id, box_id, received_at, report)
        values (${tx.tenantId}, ${boxId}, ${tx.now}, ${toJson(report)}::jsonb)
        on conflict (tenant_id, box_id)
          do update set received_at = excluded.received_at, report = excluded.report`,
  );
}

/** An hour is told until it is over, and again after a silence: what was counted of it only grows. */
export function keepRefusals(
  tx: TenantTransaction,
  { boxId, refusals }: { boxId: string; refusals: readonly NasRefusal[] },
): Promise<void> {
  return run(
    tx,
    sql`insert into nas_refusals (tenant_id, box_id, nas_id, at, reason, branch_id, count)
        select ${tx.tenantId}::uuid, boxes.id, told."nasId", told.at, told.reason,
          boxes.branch_id, max(told.count)
        from jsonb_to_recordset(${toJson(refusals)}::jsonb)
          as told ("nasId" uuid, at timestamptz, reason text, count integer)
        join boxes on boxes.tenant_id = ${tx.tenantId} and boxes.id = ${boxId}
        group by boxes.id, told."nasId", told.at, told.reason, boxes.branch_id
        on conflict (tenant_id, box_id, nas_id, at, reason)
          do update set count = excluded.count where nas_refusals.count < excluded.count`,
  );
}

export async function purgeRefusals(
  tx: TenantTransaction,
  { before, limit }: Purge,
): Promise<number> {
  const { tenantId } = tx;
  const gone = await listRows(
    tx,
    sql`delete from nas_refusals
        where tenant_id = ${tenantId} and (box_id, nas_id, at, reason) in (
          select box_id, nas_id, at, reason from nas_refusals
          where tenant_id = ${tenantId} and at < ${before} order by at limit ${limit})
        returning box_id`,
  );
  return gone.length;
}

export type SeenRow = {
  id: string;
  name: string;
  branchId: string;
  branchName: string;
  timeZone: string;
  lastContactAt: Date | null;
  held: number;
  newest: number;
  fault: string | null;
  reportedAt: Date | null;
  report: BoxReport | null;
  silentMinutes: number | null;
  openingHours: Watch["openingHours"] | null;
};

/** Boxes that were not removed, by branch and age; one of them, or all (null). */
export function listSeenRows(tx: TenantTransaction, boxId: string | null): Promise<SeenRow[]> {
  return listRows(
    tx,
    sql<SeenRow>`
      select boxes.id, boxes.name, boxes.branch_id as "branchId", branches.name as "branchName",
        branches.time_zone as "timeZone", boxes.last_contact_at as "lastContactAt",
        boxes.settings_version as held, branches.settings_version as newest,
        boxes.settings_fault as fault, box_reports.received_at as "reportedAt",
        box_reports.report, branch_watches.silent_minutes as "silentMinutes",
        branch_watches.opening_hours as "openingHours"
      from boxes
      join branches on branches.tenant_id = boxes.tenant_id and branches.id = boxes.branch_id
      left join box_reports
        on box_reports.tenant_id = boxes.tenant_id and box_reports.box_id = boxes.id
      left join branch_watches
        on branch_watches.tenant_id = boxes.tenant_id
          and branch_watches.branch_id = boxes.branch_id
      where boxes.tenant_id = ${tx.tenantId} and boxes.removed_at is null
        and (${boxId}::uuid is null or boxes.id = ${boxId}::uuid)
      order by branches.name, branches.id, boxes.created_at, boxes.id`,
  );
}

/** Where the oldest of a branch's boxes that has said so is on the branch's network. */
export async function findBoxAddress(
  tx: TenantTransaction,
  branchId: string,
): Promise<string | null> {
  const row = await findRow(
    tx,
    sql<{ address: string }>`
      select box_reports.report -> 'addresses' ->> 0 as address
      from boxes
      join box_reports
        on box_reports.tenant_id = boxes.tenant_id and box_reports.box_id = boxes.id
      where boxes.tenant_id = ${tx.tenantId} and boxes.branch_id = ${branchId}
        and boxes.removed_at is null and box_reports.report -> 'addresses' ->> 0 is not null
      order by boxes.created_at, boxes.id limit 1`,
  );
  return row?.address ?? null;
}

export async function findWatch(tx: TenantTransaction, branchId: string): Promise<Watch | null> {
  return findRow(
    tx,
    sql<Watch>`
      select silent_minutes as "silentMinutes", opening_hours as "openingHours"
      from branch_watches where tenant_id = ${tx.tenantId} and branch_id = ${branchId}`,
  );
}

/** Holds off other changes of it until the commit: two people may change a part each. */
export async function lockWatch(
  tx: TenantTransaction,
  branchId: string,
  first: Watch,
): Promise<Watch> {
  const { tenantId } = tx;
  await run(
    tx,
    sql`insert into branch_watches (tenant_id, branch_id, silent_minutes, opening_hours)
        values (${tenantId}, ${branchId}, ${first.silentMinutes},
          ${toJson(first.openingHours)}::jsonb)
        on conflict (tenant_id, branch_id) do nothing`,
  );
  return await getRow(
    tx,
    sql<Watch>`
      select silent_minutes as "silentMinutes", opening_hours as "openingHours"
      from branch_watches where tenant_id = ${tenantId} and branch_id = ${branchId} for update`,
  );
}

export function saveWatch(
  tx: TenantTransaction,
  { branchId, watch }: { branchId: string; watch: Watch },
): Promise<void> {
  return run(
    tx,
    sql`insert into branch_watches (tenant_id, branch_id, silent_minutes, opening_hours)
        values (${tx.tenantId}, ${branchId}, ${watch.silentMinutes},
          ${toJson(watch.openingHours)}::jsonb)
        on conflict (tenant_id, branch_id)
          do update set silent_minutes = excluded.silent_minutes,
            opening_hours = excluded.opening_hours`,
  );
}

export type BoxLife = { boxId: string; epoch: string };

/** Ranges that are told twice are the same rows. */
export function keepThinned(
  tx: TenantTransaction,
  thinned: BoxLife & { eventId: string; at: Date; ranges: readonly SeqRange[] },
): Promise<void> {
  const { boxId, epoch, eventId, at, ranges } = thinned;
  return run(
    tx,
    sql`insert into thinned_seqs (tenant_id, box_id, epoch, from_seq, to_seq, event_id, thinned_at)
        select ${tx.tenantId}, ${boxId}, ${epoch}, incoming.from_seq, incoming.to_seq, ${eventId},
          ${at}
        from unnest(${ranges.map(({ from }) => from)}::bigint[],
          ${ranges.map(({ to }) => to)}::bigint[]) as incoming (from_seq, to_seq)
        on conflict (tenant_id, box_id, epoch, from_seq) do nothing
        returning from_seq`,
  );
}

/** What a box gave up on purpose in one life of its store, within a stretch of seqs, rising. */
export function listThinnedRanges(
  tx: TenantTransaction,
  { boxId, epoch, within }: BoxLife & { within: SeqRange },
): Promise<SeqRange[]> {
  return listRows(
    tx,
    sql<SeqRange>`
      select from_seq as "from", to_seq as "to" from thinned_seqs
      where tenant_id = ${tx.tenantId} and box_id = ${boxId} and epoch = ${epoch}
        and to_seq >= ${within.from} and from_seq <= ${within.to}
      order by from_seq`,
  );
}

export function forgetThinned(tx: TenantTransaction): Promise<void> {
  return run(tx, sql`delete from thinned_seqs where tenant_id = ${tx.tenantId}`);
}

export async function listTenantsWithBoxes(tx: DirectoryTransaction): Promise<string[]> {
  const rows = await listRows(
    tx,
    sql<{ tenantId: string }>`
      select tenant_id as "tenantId" from directory.list_tenants_with_boxes() as tenant_id`,
  );
  return rows.map(({ tenantId }) => tenantId);
}
