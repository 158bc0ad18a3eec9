import type { AccessCode } from "@foyer/contract";
import { findRow, getRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";

/** More batches than one screen is read to its end with. */
const BATCHES_LISTED_MAX = 500;

export type BatchRow = {
  id: string;
  branchId: string;
  branchName: string;
  name: string;
  count: number;
  devicesMax: number;
  minutes: number;
  validFrom: Date | null;
  validUntil: Date | null;
  policyId: string | null;
  createdAt: Date;
  archivedAt: Date | null;
  usedCodes: number;
  usedDevices: number;
};

type BatchQuestion = { branchId: string | null; id: string | null };

function selectBatches(tx: TenantTransaction, { branchId, id }: BatchQuestion) {
  return sql<BatchRow>`
    with used as (
      select access_codes.batch_id, count(distinct access_codes.id) as codes, count(*) as devices
      from access_code_uses
      join access_codes on access_codes.tenant_id = access_code_uses.tenant_id
        and access_codes.id = access_code_uses.code_id
      where access_code_uses.tenant_id = ${tx.tenantId}
        and (${id}::uuid is null or access_codes.batch_id = ${id}::uuid)
      group by access_codes.batch_id
    )
    select batches.id, batches.branch_id as "branchId", branches.name as "branchName",
      batches.name, batches.code_count as count, batches.devices_max as "devicesMax",
      batches.minutes, batches.valid_from as "validFrom", batches.valid_until as "validUntil",
      batches.policy_id as "policyId", batches.created_at as "createdAt",
      batches.archived_at as "archivedAt", coalesce(used.codes, 0) as "usedCodes",
      coalesce(used.devices, 0) as "usedDevices"
    from access_code_batches batches
    join branches on branches.tenant_id = batches.tenant_id and branches.id = batches.branch_id
    left join used on used.batch_id = batches.id
    where batches.tenant_id = ${tx.tenantId}
      and (${branchId}::uuid is null or batches.branch_id = ${branchId}::uuid)
      and (${id}::uuid is null or batches.id = ${id}::uuid)
    order by batches.created_at desc, batches.id desc limit ${BATCHES_LISTED_MAX}`;
}

/** The newest first; of one branch, or of all (null). */
export function listBatches(tx: TenantTransaction, branchId: string | null): Promise<BatchRow[]> {
  return listRows(tx, selectBatches(tx, { branchId, id: null }));
}

export function findBatch(tx: TenantTransaction, id: string): Promise<BatchRow | null> {
  return findRow(tx, selectBatches(tx, { branchId: null, id }));
}

export type CodeRow = { id: string; code: string; devices: number };

/** In the order they were made. */
export function listCodes(tx: TenantTransaction, batchId: string): Promise<CodeRow[]> {
  return listRows(
    tx,
    sql<CodeRow>`
      select access_codes.id, access_codes.code, count(access_code_uses.device_id) as devices
      from access_codes
      left join access_code_uses on access_code_uses.tenant_id = access_codes.tenant_id
        and access_code_uses.code_id = access_codes.id
      where access_codes.tenant_id = ${tx.tenantId} and access_codes.batch_id = ${batchId}
      group by access_codes.id, access_codes.code
      order by access_codes.id`,
  );
}

/** When a day begins on the clock of a time zone. `day` is YYYY-MM-DD. */
export async function findStartOfDay(
  tx: TenantTransaction,
  { day, timeZone }: { day: string; timeZone: string },
): Promise<Date> {
  const row = await getRow(
    tx,
    sql<{ at: Date }>`select ${day}::date::timestamp at time zone ${timeZone} as at`,
  );
  return row.at;
}

/** When a day has ended on the clock of a time zone. `day` is YYYY-MM-DD. */
export async function findEndOfDay(
  tx: TenantTransaction,
  { day, timeZone }: { day: string; timeZone: string },
): Promise<Date> {
  const row = await getRow(
    tx,
    sql<{ at: Date }>`select (${day}::date + 1)::timestamp at time zone ${timeZone} as at`,
  );
  return row.at;
}

/** What makes a batch one whose codes boxes take. */
function isInForce(tx: TenantTransaction) {
  return sql`batches.archived_at is null
    and (batches.valid_until is null or batches.valid_until > ${tx.now})`;
}

export async function countCodesInForce(tx: TenantTransaction, branchId: string): Promise<number> {
  const row = await getRow(
    tx,
    sql<{ count: number }>`
      select coalesce(sum(batches.code_count), 0)::int as count from access_code_batches batches
      where batches.tenant_id = ${tx.tenantId} and batches.branch_id = ${branchId}
        and ${isInForce(tx)}`,
  );
  return row.count;
}

type CodeInForce = Omit<AccessCode, "validFrom" | "validUntil"> & {
  branchId: string;
  validFrom: Date | null;
  validUntil: Date | null;
};

/** What the boxes of branches take, as they are told it, by branch; one that has none is not in it. */
export async function listCodesInForce(
  tx: TenantTransaction,
  branchIds: readonly string[],
): Promise<ReadonlyMap<string, AccessCode[]>> {
  const rows = await listRows(
    tx,
    sql<CodeInForce>`
      select batches.branch_id as "branchId", access_codes.id, access_codes.code,
        batches.devices_max as "devicesMax", batches.minutes, batches.valid_from as "validFrom", batches.valid_until as "validUntil",
        batches.policy_id as "policyId"
      from access_code_batches batches
      join access_codes on access_codes.tenant_id = batches.tenant_id
        and access_codes.batch_id = batches.id
      where access_codes.tenant_id = ${tx.tenantId}
        and batches.branch_id = any(${branchIds}::uuid[]) and ${isInForce(tx)}
      order by access_codes.id`,
  );
  const codes = rows.map(({ branchId, validFrom, validUntil, ...code }) => ({
    branchId,
    code: {
      ...code,
      validFrom: validFrom?.toISOString() ?? null,
      validUntil: validUntil?.toISOString() ?? null,
    },
  }));
  const byBranch = Map.groupBy(codes, ({ branchId }) => branchId);
  return new Map([...byBranch].map(([id, own]) => [id, own.map(({ code }) => code)]));
}

export type NewBatch = Omit<
  BatchRow,
  "branchName" | "createdAt" | "archivedAt" | "usedCodes" | "usedDevices"
>;

export function insertBatch(tx: TenantTransaction, batch: NewBatch): Promise<void> {
  return run(
    tx,
    sql`insert into access_code_batches (tenant_id, id, branch_id, name, code_count, devices_max,
          minutes, valid_from, valid_until, policy_id, created_at)
        values (${tx.tenantId}, ${batch.id}, ${batch.branchId}, ${batch.name}, ${batch.count},
          ${batch.devicesMax}, ${batch.minutes}, ${batch.validFrom}, ${batch.validUntil},
          ${batch.policyId}, ${tx.now})`,
  );
}

/** Leaves out those whose code the branch has had before; gives how many were kept. */
export async function insertCodes(
  tx: TenantTransaction,
  codes: { batchId: string; branchId: string; ids: string[]; codes: string[] },
): Promise<number> {
  const rows = await listRows(
    tx,
    sql<{ id: string }>`
      insert into access_codes (tenant_id, id, batch_id, branch_id, code)
      select ${tx.tenantId}::uuid, id, ${codes.batchId}::uuid, ${codes.branchId}::uuid, code
      from unnest(${codes.ids}::uuid[], ${codes.codes}::text[]) as new (id, code)
      on conflict (tenant_id, branch_id, code) do nothing
      returning id`,
  );
  return rows.length;
}

/** False when it is archived already. */
export async function archiveBatchRow(tx: TenantTransaction, id: string): Promise<boolean> {
  const row = await findRow(
    tx,
    sql<{ id: string }>`
      update access_code_batches set archived_at = ${tx.now}
      where tenant_id = ${tx.tenantId} and id = ${id} and archived_at is null
      returning id`,
  );
  return row !== null;
}

/** A use that is told twice is one. */
export function noteUse(
  tx: TenantTransaction,
  use: { codeId: string; deviceId: string; usedAt: Date },
): Promise<void> {
  return run(
    tx,
    sql`insert into access_code_uses (tenant_id, code_id, device_id, used_at)
        values (${tx.tenantId}, ${use.codeId}, ${use.deviceId}, ${use.usedAt})
        on conflict (tenant_id, code_id, device_id) do nothing`,
  );
}

export function forgetUses(tx: TenantTransaction): Promise<void> {
  return run(tx, sql`delete from access_code_uses where tenant_id = ${tx.tenantId}`);
}
