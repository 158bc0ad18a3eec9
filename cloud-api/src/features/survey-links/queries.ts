import { findRow, getRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";

export type LinkRow = {
  id: string;
  surveyId: string;
  branchId: string;
  saleTypeId: string | null;
  customerId: string | null;
  customerName: string | null;
  madeAt: Date;
  madeBy: string;
  endsAt: Date;
  answeredAt: Date | null;
  withdrawnAt: Date | null;
};

/** So long after its end nobody asks after a link any more. */
const KEPT_DAYS = 90;
const DAY_MS = 86_400_000;

const select = (tx: TenantTransaction) => sql`
  select links.id, links.survey_id as "surveyId", links.branch_id as "branchId",
    links.sale_type_id as "saleTypeId",
    links.customer_id as "customerId", customers.name as "customerName", links.made_at as "madeAt",
    links.made_by as "madeBy", links.ends_at as "endsAt", links.answered_at as "answeredAt",
    links.withdrawn_at as "withdrawnAt"
  from survey_links as links
  left join customers on customers.tenant_id = ${tx.tenantId} and customers.id = links.customer_id`;

export type NewLink = Pick<
  LinkRow,
  "id" | "surveyId" | "branchId" | "saleTypeId" | "customerId" | "endsAt"
> & {
  tokenHash: Buffer;
  madeBy: string;
};

/** Those that ended long ago go. */
export async function insertLink(tx: TenantTransaction, link: NewLink): Promise<void> {
  const longAgo = new Date(tx.now.getTime() - KEPT_DAYS * DAY_MS);
  await run(
    tx,
    sql`delete from survey_links where tenant_id = ${tx.tenantId} and ends_at < ${longAgo}`,
  );
  await run(
    tx,
    sql`insert into survey_links (tenant_id, id, token_hash, survey_id, branch_id, sale_type_id, customer_id,
          made_at, made_by, ends_at)
        values (${tx.tenantId}, ${link.id}, ${link.tokenHash}, ${link.surveyId}, ${link.branchId},
          ${link.saleTypeId}, ${link.customerId}, ${tx.now}, ${link.madeBy}, ${link.endsAt})`,
  );
}

export function findLinkByToken(tx: TenantTransaction, tokenHash: Buffer): Promise<LinkRow | null> {
  return findRow(
    tx,
    sql<LinkRow>`${select(tx)}
      where links.tenant_id = ${tx.tenantId} and links.token_hash = ${tokenHash}`,
  );
}

/** Held to the commit: of two answers by one link, one is kept. */
export function lockLink(tx: TenantTransaction, id: string): Promise<LinkRow | null> {
  return findRow(
    tx,
    sql<LinkRow>`${select(tx)}
      where links.tenant_id = ${tx.tenantId} and links.id = ${id} for update of links`,
  );
}

export function noteAnswered(tx: TenantTransaction, id: string): Promise<void> {
  return run(
    tx,
    sql`update survey_links set answered_at = ${tx.now}
        where tenant_id = ${tx.tenantId} and id = ${id}`,
  );
}

export function noteWithdrawn(tx: TenantTransaction, id: string): Promise<void> {
  return run(
    tx,
    sql`update survey_links set withdrawn_at = ${tx.now}
        where tenant_id = ${tx.tenantId} and id = ${id}`,
  );
}

export type LinkPlace = { at: string; id: string };
type Listing = { surveyId: string | null; limit: number; after: LinkPlace | null };

/** The newest first. */
export function listLinks(
  tx: TenantTransaction,
  { surveyId, limit, after }: Listing,
): Promise<LinkRow[]> {
  const onwards =
    after && sql`and (links.made_at, links.id) < (${after.at}::timestamptz, ${after.id}::uuid)`;
  return listRows(
    tx,
    sql<LinkRow>`${select(tx)}
      where links.tenant_id = ${tx.tenantId}
        and (${surveyId}::text is null or links.survey_id = ${surveyId}::text) ${onwards ?? sql``}
      order by links.made_at desc, links.id desc limit ${limit}`,
  );
}

export async function countLinks(tx: TenantTransaction, surveyId: string | null): Promise<number> {
  const row = await getRow(
    tx,
    sql<{ count: number }>`select count(*)::int as count from survey_links
      where tenant_id = ${tx.tenantId}
        and (${surveyId}::text is null or survey_id = ${surveyId}::text)`,
  );
  return row.count;
}
