import { createHash } from "node:crypto";
import { listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { spokenChannels } from "./channel-queries.ts";
import { findStricter, type LastWord, type Stricter } from "./stricter-rules.ts";

/**
 * Whoever took a consent back on either record has taken it back on the one they became, until they give
 * it anew: a copy of the act that says so, as of the merge. Done again, it says the same.
 */
export async function takeStricter(
  tx: TenantTransaction,
  { mergeId, mergedAt }: { mergeId: string; mergedAt: Date },
): Promise<void> {
  const { tenantId } = tx;
  await dropStricter(tx, mergeId);
  const words = await listLastWords(tx, { mergeId, mergedAt });
  for (const act of findStricter(words)) {
    const eventId = nameAct(mergeId, act);
    await run(
      tx,
      sql`insert into customer_consents (tenant_id, event_id, consent_id, guest_id, purpose, channel,
            given, at, text_version, text_sha256, language, method, branch_id, device_id, ip, merge_id)
          select tenant_id, ${eventId}::uuid, consent_id, guest_id, purpose, ${act.channel}::text, false,
            ${mergedAt}::timestamptz, text_version, text_sha256, language, 'merge', branch_id,
            device_id, null, ${mergeId}::uuid
          from customer_consents where tenant_id = ${tenantId} and event_id = ${act.eventId}
          on conflict (tenant_id, event_id) do nothing returning event_id`,
    );
  }
}

export async function dropStricter(tx: TenantTransaction, mergeId: string): Promise<void> {
  await run(
    tx,
    sql`delete from customer_consents where tenant_id = ${tx.tenantId} and merge_id = ${mergeId}`,
  );
}

/** The last word of each side on each purpose and channel, up to the merge. */
function listLastWords(
  tx: TenantTransaction,
  { mergeId, mergedAt }: { mergeId: string; mergedAt: Date },
): Promise<LastWord[]> {
  const { tenantId } = tx;
  return listRows(
    tx,
    sql<LastWord>`
      select distinct on (parts.kind, acts.purpose, spoken.channel) acts.purpose, spoken.channel,
        acts.given, acts.event_id as "eventId", parts.kind = 'kept-guest' as "isKept",
        acts.channel is null and spoken.channel is not null as "isForAll"
      from customer_merge_parts as parts
      join customer_consents as acts on acts.tenant_id = ${tenantId}
        and acts.guest_id = parts.part::uuid and acts.at <= ${mergedAt}
        and acts.merge_id is distinct from ${mergeId}::uuid
      cross join lateral ${spokenChannels} as spoken (channel)
      where parts.tenant_id = ${tenantId} and parts.merge_id = ${mergeId}
        and parts.kind in ('kept-guest', 'gone-guest')
      order by parts.kind, acts.purpose, spoken.channel, acts.at desc, acts.event_id desc`,
  );
}

/** Merges that stand and that a guest was a part of: told of late, their word may change what they said. */
export function listMergesOfGuest(
  tx: TenantTransaction,
  guestId: string,
): Promise<{ mergeId: string; mergedAt: Date }[]> {
  const { tenantId } = tx;
  return listRows(
    tx,
    sql<{ mergeId: string; mergedAt: Date }>`
      select merges.id as "mergeId", merges.merged_at as "mergedAt"
      from customer_merge_parts as parts
      join customer_merges as merges on merges.tenant_id = ${tenantId}
        and merges.id = parts.merge_id and merges.state in ('merged', 'parting')
      where parts.tenant_id = ${tenantId} and parts.part = ${guestId}::text
        and parts.kind in ('kept-guest', 'gone-guest')
      order by merges.merged_at, merges.id`,
  );
}

/** The merges that stand into a record, in their order. */
export function listStandingMerges(
  tx: TenantTransaction,
  keptId: string,
): Promise<{ mergeId: string; mergedAt: Date }[]> {
  return listRows(
    tx,
    sql<{ mergeId: string; mergedAt: Date }>`
      select id as "mergeId", merged_at as "mergedAt" from customer_merges
      where tenant_id = ${tx.tenantId} and kept_id = ${keptId}
        and state in ('merged', 'parting') order by merged_at, id`,
  );
}

/** The id of an act that a merge writes: the same each time the log is read. */
function nameAct(mergeId: string, { purpose, channel }: Stricter): string {
  const about = channel === null ? purpose : `${purpose} ${channel}`;
  const hex = createHash("sha256").update(`${mergeId} ${about}`).digest("hex");
  // A name-based id of a hash of one's own: version 8 of RFC 9562 §5.8.
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`];
  return [...parts, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join("-");
}
