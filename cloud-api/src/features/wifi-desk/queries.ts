import type { DeviceRule, DoorNote } from "@foyer/contract";
import { findRow, getRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { RULE_KEPT_DAYS, TRACE_KEPT_HOURS } from "./rules.ts";

const HOUR_MS = 60 * 60 * 1000;

export type RuleRow = {
  id: string;
  mac: string;
  kind: DeviceRule["kind"];
  policyId: string | null;
  reason: string;
  until: Date | null;
  createdAt: Date;
  createdBy: string;
  endedAt: Date | null;
};

/** What makes a rule count just now. */
function isInForce(tx: TenantTransaction) {
  return sql`rules.ended_at is null and (rules.until is null or rules.until > ${tx.now})`;
}

/** Those in force, and those that were lately: the newest first. */
export function listRules(tx: TenantTransaction, branchId: string): Promise<RuleRow[]> {
  return listRows(
    tx,
    sql<RuleRow>`
      select id, mac, kind, policy_id as "policyId", reason, until, created_at as "createdAt",
        created_by as "createdBy", ended_at as "endedAt"
      from device_rules
      where tenant_id = ${tx.tenantId} and branch_id = ${branchId}
      order by created_at desc, id desc limit ${RULES_LISTED_MAX}`,
  );
}
const RULES_LISTED_MAX = 5000;

/** What a branch's boxes are told. */
export async function listRulesInForce(
  tx: TenantTransaction,
  branchIds: readonly string[],
): Promise<ReadonlyMap<string, DeviceRule[]>> {
  type Row = Omit<DeviceRule, "until"> & { branchId: string; until: Date | null };
  const rows = await listRows(
    tx,
    sql<Row>`
      select branch_id as "branchId", id, mac, kind, policy_id as "policyId", until
      from device_rules as rules
      where rules.tenant_id = ${tx.tenantId} and rules.branch_id = any(${branchIds}::uuid[])
        and ${isInForce(tx)}
      order by rules.id`,
  );
  const byBranch = Map.groupBy(rows, ({ branchId }) => branchId);
  const told = ({ branchId: _, until, ...rule }: Row): DeviceRule => ({
    ...{ ...rule, until: until?.toISOString() ?? null },
  });
  return new Map([...byBranch].map(([id, own]) => [id, own.map(told)]));
}

export async function countRulesInForce(tx: TenantTransaction, branchId: string): Promise<number> {
  const { count } = await getRow(
    tx,
    sql<{ count: number }>`
      select count(*)::integer as count from device_rules as rules
      where rules.tenant_id = ${tx.tenantId} and rules.branch_id = ${branchId} and ${isInForce(tx)}`,
  );
  return count;
}

export type NewRule = Omit<RuleRow, "createdAt" | "endedAt"> & { branchId: string };

/** More than one box has ever met by one address. */
const DEVICES_OF_MAC_MAX = 50;

/** Takes the place of what was said of this device before. */
export async function insertRule(tx: TenantTransaction, rule: NewRule): Promise<void> {
  const { id, branchId, mac, kind, policyId, reason, until, createdBy } = rule;
  await run(
    tx,
    sql`update device_rules set ended_at = ${tx.now}
        where tenant_id = ${tx.tenantId} and branch_id = ${branchId} and mac = ${mac}
          and ended_at is null`,
  );
  await run(
    tx,
    sql`insert into device_rules (tenant_id, id, branch_id, mac, device_ids, kind, policy_id,
          reason, until, created_at, created_by)
        select ${tx.tenantId}, ${id}, ${branchId}, ${mac}, coalesce(array_agg(known.id), '{}'),
          ${kind}, ${policyId}::uuid, ${reason}, ${until}::timestamptz, ${tx.now}, ${createdBy}::uuid
        from (select id from devices where tenant_id = ${tx.tenantId} and mac = ${mac}
          order by last_seen_at desc limit ${DEVICES_OF_MAC_MAX}) as known`,
  );
}

/** Null: it was taken away already, or there is none. */
export function endRule(
  tx: TenantTransaction,
  { branchId, ruleId }: { branchId: string; ruleId: string },
): Promise<Pick<RuleRow, "kind" | "until"> | null> {
  return findRow(
    tx,
    sql<Pick<RuleRow, "kind" | "until">>`
      update device_rules set ended_at = ${tx.now}
      where tenant_id = ${tx.tenantId} and branch_id = ${branchId} and id = ${ruleId}
        and ended_at is null
      returning kind, until`,
  );
}

/**
 * A rule may be older than what is known of its device: it is noted which devices of ours have its address
 * by now, so that it goes with whoever is forgotten.
 */
export function noteDevicesOfRules(tx: TenantTransaction): Promise<void> {
  return run(
    tx,
    sql`update device_rules as rules set device_ids = rules.device_ids || fresh.ids
        from (
          select kept.id, array_agg(devices.id) as ids
          from device_rules as kept
          join devices on devices.tenant_id = kept.tenant_id and devices.mac = kept.mac
          where kept.tenant_id = ${tx.tenantId} and devices.id <> all(kept.device_ids)
          group by kept.id) as fresh
        where rules.tenant_id = ${tx.tenantId} and rules.id = fresh.id`,
  );
}

/** The same of devices that boxes have just told of. Gives whether a rule learned of any. */
export async function noteSeenDevices(
  tx: TenantTransaction,
  seen: readonly { deviceId: string; mac: string }[],
): Promise<boolean> {
  const rows = await listRows(
    tx,
    sql`update device_rules as rules set device_ids = rules.device_ids || fresh.ids
        from (
          select kept.id, array_agg(distinct told.device_id) as ids
          from unnest(${seen.map(({ deviceId }) => deviceId)}::uuid[],
            ${seen.map(({ mac }) => mac)}::text[]) as told (device_id, mac)
          join device_rules as kept on kept.tenant_id = ${tx.tenantId} and kept.mac = told.mac
          where told.device_id <> all(kept.device_ids)
          group by kept.id) as fresh
        where rules.tenant_id = ${tx.tenantId} and rules.id = fresh.id
        returning rules.id`,
  );
  return rows.length > 0;
}

/** Rules that have not counted for RULE_KEPT_DAYS go, with the MAC in them, and those of who was forgotten. */
export function deleteOldRules(
  tx: TenantTransaction,
  limit: number,
): Promise<{ branchId: string; wasInForce: boolean }[]> {
  const before = new Date(tx.now.getTime() - RULE_KEPT_DAYS * 24 * HOUR_MS);
  return listRows(
    tx,
    sql<{ branchId: string; wasInForce: boolean }>`
        delete from device_rules as rules
        where tenant_id = ${tx.tenantId} and id in (
          select id from device_rules
          where tenant_id = ${tx.tenantId} and (coalesce(ended_at, until) < ${before}
            or exists (select from erased_devices where erased_devices.tenant_id = ${tx.tenantId}
              and erased_devices.device_id = any(device_rules.device_ids)))
          order by id limit ${limit})
        returning branch_id as "branchId", (${isInForce(tx)}) as "wasInForce"`,
  );
}

export type KeptTrace = { boxId: string; notes: DoorNote[]; since: Date };

export function keepTrace(
  tx: TenantTransaction,
  trace: KeptTrace & { commandId: string; branchId: string },
): Promise<void> {
  const { commandId, boxId, branchId, notes, since } = trace;
  return run(
    tx,
    sql`insert into door_traces (tenant_id, command_id, box_id, branch_id, notes, since,
          received_at)
        values (${tx.tenantId}, ${commandId}, ${boxId}, ${branchId},
          ${JSON.stringify(notes)}::jsonb, ${since}, ${tx.now})
        on conflict (tenant_id, command_id, box_id) do nothing`,
  );
}

export function listTraces(
  tx: TenantTransaction,
  { branchId, commandId }: { branchId: string; commandId: string },
): Promise<KeptTrace[]> {
  return listRows(
    tx,
    sql<KeptTrace>`
      select box_id as "boxId", notes, since from door_traces
      where tenant_id = ${tx.tenantId} and branch_id = ${branchId} and command_id = ${commandId}
        and received_at >= ${tracesKeptSince(tx)}
      order by box_id`,
  );
}

export async function purgeTraces(tx: TenantTransaction, limit: number): Promise<number> {
  const { tenantId } = tx;
  const gone = await listRows(
    tx,
    sql`delete from door_traces
        where tenant_id = ${tenantId} and (command_id, box_id) in (
          select command_id, box_id from door_traces
          where tenant_id = ${tenantId} and received_at < ${tracesKeptSince(tx)}
          order by received_at limit ${limit})
        returning box_id`,
  );
  return gone.length;
}

export const tracesKeptSince = (tx: TenantTransaction): Date =>
  new Date(tx.now.getTime() - TRACE_KEPT_HOURS * HOUR_MS);
