import type { RawBuilder } from "kysely";
import { findRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";

export type TagRuleRow = {
  tagId: string;
  tagName: string;
  segmentId: string;
  segmentName: string;
  /** Whether the tag goes with the segment. */
  removes: boolean;
  /** How many have it by the rule, and would lose it with the segment. */
  customers: number;
};

export function listTagRules(tx: TenantTransaction): Promise<TagRuleRow[]> {
  const { tenantId } = tx;
  return listRows(
    tx,
    sql<TagRuleRow>`
      select rules.tag_id as "tagId", tags.name as "tagName", rules.segment_id as "segmentId",
        segments.name as "segmentName", rules.removes,
        (select count(*) from customer_marks as held
          where held.tenant_id = ${tenantId} and held.mark_id = rules.tag_id and held.by_rule
        )::integer as customers
      from tag_rules as rules
      join marks as tags on tags.tenant_id = ${tenantId} and tags.id = rules.tag_id
      join segments on segments.tenant_id = ${tenantId} and segments.id = rules.segment_id
      where rules.tenant_id = ${tenantId} order by tags.name, tags.id`,
  );
}

type Rule = { tagId: string; segmentId: string; removes: boolean };

/** The rules by which somebody in a segment has tags. */
export function listRulesOf(tx: TenantTransaction, segmentId: string): Promise<Rule[]> {
  return listRows(tx, rulesOf(tx, segmentId));
}

/** The same, to go by them: nobody changes them before the transaction ends. */
export function holdRulesOf(tx: TenantTransaction, segmentId: string): Promise<Rule[]> {
  return listRows(tx, sql<Rule>`${rulesOf(tx, segmentId)} for share`);
}

const rulesOf = ({ tenantId }: TenantTransaction, segmentId: string) => sql<Rule>`
  select tag_id as "tagId", segment_id as "segmentId", removes from tag_rules
  where tenant_id = ${tenantId} and segment_id = ${segmentId} order by tag_id`;

/** Which of some segments give tags. */
export async function listGiving(
  tx: TenantTransaction,
  segmentIds: readonly string[],
): Promise<Set<string>> {
  const rows = await listRows(
    tx,
    sql<{ id: string }>`
      select distinct segment_id as id from tag_rules
      where tenant_id = ${tx.tenantId} and segment_id = any(${segmentIds}::uuid[])`,
  );
  return new Set(rows.map(({ id }) => id));
}

export function findRule(tx: TenantTransaction, tagId: string): Promise<Rule | null> {
  return findRow(tx, ruleOf(tx, tagId));
}

/** The same, to go by it: nobody changes it before the transaction ends. */
export function holdRule(tx: TenantTransaction, tagId: string): Promise<Rule | null> {
  return findRow(tx, sql<Rule>`${ruleOf(tx, tagId)} for share`);
}

/** The same, to change it: whoever gives or takes by it has finished, or reads what it becomes. */
export function lockRule(tx: TenantTransaction, tagId: string): Promise<Rule | null> {
  return findRow(tx, sql<Rule>`${ruleOf(tx, tagId)} for update`);
}

const ruleOf = ({ tenantId }: TenantTransaction, tagId: string) => sql<Rule>`
  select tag_id as "tagId", segment_id as "segmentId", removes from tag_rules
  where tenant_id = ${tenantId} and tag_id = ${tagId}`;

export function writeRule(tx: TenantTransaction, rule: Rule): Promise<void> {
  return run(
    tx,
    sql`insert into tag_rules (tenant_id, tag_id, segment_id, removes, changed_at)
        values (${tx.tenantId}, ${rule.tagId}, ${rule.segmentId}, ${rule.removes}, ${tx.now})
        on conflict (tenant_id, tag_id) do update set segment_id = excluded.segment_id,
          removes = excluded.removes, changed_at = excluded.changed_at`,
  );
}

/** False where there is none. */
export async function deleteRule(tx: TenantTransaction, tagId: string): Promise<boolean> {
  const row = await findRow(
    tx,
    sql`delete from tag_rules where tenant_id = ${tx.tenantId} and tag_id = ${tagId}
        returning tag_id`,
  );
  return row !== null;
}

type Comparing = { markId: string; members: RawBuilder<{ id: string }>; limit: number };

/** Some of those who are in the segment and lack the tag. */
export async function listLacking(
  tx: TenantTransaction,
  { markId, members, limit }: Comparing,
): Promise<string[]> {
  const rows = await listRows(
    tx,
    sql<{ id: string }>`
      select members.id from (${members}) as members
      where not exists (
        select from customer_marks as held
        where held.tenant_id = ${tx.tenantId} and held.customer_id = members.id
          and held.mark_id = ${markId})
      order by members.id limit ${limit}`,
  );
  return rows.map(({ id }) => id);
}

/** Some of those who have the tag by the rule and are not in the segment. */
export async function listStrange(
  tx: TenantTransaction,
  { markId, members, limit }: Comparing,
): Promise<string[]> {
  const rows = await listRows(
    tx,
    sql<{ id: string }>`
      select held.customer_id as id from customer_marks as held
      where held.tenant_id = ${tx.tenantId} and held.mark_id = ${markId} and held.by_rule
        and not exists (select from (${members}) as members where members.id = held.customer_id)
      order by held.customer_id limit ${limit}`,
  );
  return rows.map(({ id }) => id);
}
