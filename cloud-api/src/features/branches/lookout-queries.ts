import { listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { type BranchHead, CONTACT_SECONDS } from "./queries.ts";

/** The names of those of some keys that boxes have. */
export async function listKeysHeld(
  tx: TenantTransaction,
  keyIds: readonly Buffer[],
): Promise<string[]> {
  const rows = await listRows(
    tx,
    sql<{ keyId: Buffer }>`
      select wanted.key_id as "keyId" from unnest(${keyIds}::bytea[]) as wanted (key_id),
        lateral directory.find_box(wanted.key_id)`,
  );
  return rows.map(({ keyId }) => keyId.toString("base64url"));
}

/** How far branches are. */
export function listBranchHeads(
  tx: TenantTransaction,
  ids: readonly string[],
): Promise<BranchHead[]> {
  return listRows(
    tx,
    sql<BranchHead>`
      select id, settings_version as "settingsVersion", command_position > 0 as "hasOldCommands"
      from branches where tenant_id = ${tx.tenantId} and id = any(${ids}::uuid[])`,
  );
}

/**
 * Notes that boxes called, and which settings each holds. One whose row somebody holds is passed over: its
 * next call is noted, and boxes that wait together do not wait for one of them.
 */
export function noteContacts(
  tx: TenantTransaction,
  boxes: readonly { boxId: string; settingsVersion: number }[],
): Promise<void> {
  const before = new Date(tx.now.getTime() - CONTACT_SECONDS * 1000);
  return run(
    tx,
    sql`update boxes set last_contact_at = ${tx.now}, settings_version = noted.in_force
        from (
          select boxes.id, told.in_force from boxes
          join unnest(${boxes.map(({ boxId }) => boxId)}::uuid[],
              ${boxes.map(({ settingsVersion }) => settingsVersion)}::integer[])
            as calling (id, held) on calling.id = boxes.id
          -- What a box has refused it asks for no more: it names that version, and another is in force.
          cross join lateral (select case when boxes.settings_fault is null then calling.held
            else least(boxes.settings_version, calling.held) end as in_force) as told
          where boxes.tenant_id = ${tx.tenantId}
            and (boxes.last_contact_at is null or boxes.last_contact_at < ${before}
              or boxes.settings_version <> told.in_force)
          for update of boxes skip locked
        ) as noted
        where boxes.tenant_id = ${tx.tenantId} and boxes.id = noted.id`,
  );
}

/** Those of some boxes that have a command to hear, which is not too late. */
export async function listCommanded(
  tx: TenantTransaction,
  boxes: readonly { boxId: string; after: number }[],
): Promise<string[]> {
  const rows = await listRows(
    tx,
    sql<{ boxId: string }>`
      select asked.box_id as "boxId"
      from unnest(${boxes.map(({ boxId }) => boxId)}::uuid[],
          ${boxes.map(({ after }) => after)}::bigint[]) as asked (box_id, after)
      where exists (select from box_commands
        where tenant_id = ${tx.tenantId} and box_id = asked.box_id and position > asked.after
          and expires_at > ${tx.now})`,
  );
  return rows.map(({ boxId }) => boxId);
}
