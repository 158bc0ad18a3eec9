import { findRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";

export type NoticeKey = { endpointId: string; staffId: string; disabledAt: string };

/** False: somebody else sends it, or it was sent. */
export async function claimNotice(
  tx: TenantTransaction,
  { endpointId, staffId, disabledAt }: NoticeKey,
): Promise<boolean> {
  const row = await findRow(
    tx,
    sql`insert into webhook_notices (tenant_id, endpoint_id, disabled_at, staff_id, state)
        values (${tx.tenantId}, ${endpointId}, ${disabledAt}, ${staffId}, 'sending')
        on conflict (tenant_id, endpoint_id, disabled_at, staff_id) do update set
          state = excluded.state
        where webhook_notices.state = 'waiting' returning staff_id`,
  );
  return row !== null;
}

export async function finishNotice(
  tx: TenantTransaction,
  { endpointId, staffId, disabledAt }: NoticeKey,
  { state, detail }: { state: "waiting" | "sent" | "refused" | "unknown"; detail: string | null },
): Promise<void> {
  await run(
    tx,
    sql`update webhook_notices set state = ${state}, detail = ${detail}
        where tenant_id = ${tx.tenantId} and endpoint_id = ${endpointId}
          and disabled_at = ${disabledAt} and staff_id = ${staffId}`,
  );
}

/** In which language each of the staff reads. */
export async function listLanguages(tx: TenantTransaction): Promise<ReadonlyMap<string, string>> {
  const rows = await listRows(
    tx,
    sql<{ staffId: string; language: string }>`
      select staff_id as "staffId", language from directory.list_own_staff_languages()`,
  );
  return new Map(rows.map(({ staffId, language }) => [staffId, language]));
}
