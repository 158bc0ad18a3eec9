import { findRow, getRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import type { TroubleCode } from "./schema.ts";

export type CertificateRow = {
  boxId: string;
  branchId: string;
  label: string;
  state: "named" | "ordered" | "issued";
  csr: string | null;
  orderUrl: string | null;
  failures: number;
  troubleCode: TroubleCode | null;
  troubleDetail: string | null;
  nextTryAt: Date | null;
  chain: string | null;
  validUntil: Date | null;
  issuedAt: Date | null;
  /** When its turn came for an order that has not been finished; null: it has none. */
  turnAt: Date | null;
  servedUntil: Date | null;
  heardAt: Date | null;
  address: string | null;
  publishesAddress: boolean;
  publishedAddress: string | null;
  /** Its box was removed. */
  isRemoved: boolean;
};

const COLUMNS = sql`box_id as "boxId", branch_id as "branchId", label, state, csr,
  order_url as "orderUrl", failures, trouble_code as "troubleCode",
  trouble_detail as "troubleDetail", next_try_at as "nextTryAt", chain,
  valid_until as "validUntil", issued_at as "issuedAt", turn_at as "turnAt", served_until as "servedUntil",
  heard_at as "heardAt", address, publishes_address as "publishesAddress",
  published_address as "publishedAddress"`;
const IS_REMOVED = sql`not exists (select from boxes
  where boxes.tenant_id = box_certificates.tenant_id and boxes.id = box_certificates.box_id
    and boxes.removed_at is null) as "isRemoved"`;

/** The row of a box, made with this label where there is none, locked for the transaction. */
export async function lockCertificate(
  tx: TenantTransaction,
  { boxId, branchId, label }: { boxId: string; branchId: string; label: string },
): Promise<CertificateRow> {
  await run(
    tx,
    sql`insert into box_certificates (tenant_id, box_id, branch_id, label)
        values (${tx.tenantId}, ${boxId}, ${branchId}, ${label})
        on conflict (tenant_id, box_id) do nothing`,
  );
  return getRow(
    tx,
    sql<CertificateRow>`select ${COLUMNS}, ${IS_REMOVED} from box_certificates
      where tenant_id = ${tx.tenantId} and box_id = ${boxId} for update`,
  );
}

export function findCertificate(
  tx: TenantTransaction,
  boxId: string,
): Promise<CertificateRow | null> {
  return findRow(
    tx,
    sql<CertificateRow>`select ${COLUMNS}, ${IS_REMOVED} from box_certificates
      where tenant_id = ${tx.tenantId} and box_id = ${boxId}`,
  );
}

export function listCertificates(
  tx: TenantTransaction,
  boxId: string | null,
): Promise<CertificateRow[]> {
  return listRows(
    tx,
    sql<CertificateRow>`select ${COLUMNS}, ${IS_REMOVED} from box_certificates
      where tenant_id = ${tx.tenantId} and (${boxId}::uuid is null or box_id = ${boxId}::uuid)
      order by box_id`,
  );
}

/** The removed boxes that the zone still leads to. */
export async function listLeftPublished(tx: TenantTransaction): Promise<string[]> {
  const rows = await listRows(
    tx,
    sql<{ boxId: string }>`select certificate.box_id as "boxId"
      from box_certificates certificate
      join boxes on boxes.tenant_id = certificate.tenant_id and boxes.id = certificate.box_id
      where certificate.tenant_id = ${tx.tenantId} and certificate.published_address is not null
        and boxes.removed_at is not null
      order by certificate.box_id`,
  );
  return rows.map(({ boxId }) => boxId);
}

export function noteServed(
  tx: TenantTransaction,
  heard: { boxId: string; servedUntil: Date | null; address: string | null },
): Promise<void> {
  const { boxId, servedUntil, address } = heard;
  return run(
    tx,
    sql`update box_certificates
        set served_until = ${servedUntil}, address = ${address}, heard_at = ${tx.now}
        where tenant_id = ${tx.tenantId} and box_id = ${boxId}`,
  );
}

export function choosePublishing(
  tx: TenantTransaction,
  { boxId, publishesAddress }: { boxId: string; publishesAddress: boolean },
): Promise<void> {
  return run(
    tx,
    sql`update box_certificates set publishes_address = ${publishesAddress}
        where tenant_id = ${tx.tenantId} and box_id = ${boxId}`,
  );
}

export function notePublished(
  tx: TenantTransaction,
  { boxId, address }: { boxId: string; address: string | null },
): Promise<void> {
  return run(
    tx,
    sql`update box_certificates set published_address = ${address}
        where tenant_id = ${tx.tenantId} and box_id = ${boxId}`,
  );
}

/** Another key's order cannot be finished with this one, and begins anew. */
export function noteOrdered(
  tx: TenantTransaction,
  { boxId, csr, nextTryAt }: { boxId: string; csr: string; nextTryAt: Date },
): Promise<void> {
  return run(
    tx,
    sql`update box_certificates
        set state = 'ordered', csr = ${csr}, next_try_at = ${nextTryAt}, order_url = null
        where tenant_id = ${tx.tenantId} and box_id = ${boxId}`,
  );
}

export function noteNextTry(
  tx: TenantTransaction,
  { boxId, nextTryAt }: { boxId: string; nextTryAt: Date },
): Promise<void> {
  return run(
    tx,
    sql`update box_certificates set next_try_at = ${nextTryAt}
        where tenant_id = ${tx.tenantId} and box_id = ${boxId}`,
  );
}

/** Not where the box has asked with another key meanwhile: that is another order. */
export function noteOrderUrl(
  tx: TenantTransaction,
  { boxId, csr, orderUrl }: { boxId: string; csr: string; orderUrl: string | null },
): Promise<void> {
  return run(
    tx,
    sql`update box_certificates set order_url = ${orderUrl}
        where tenant_id = ${tx.tenantId} and box_id = ${boxId} and csr = ${csr}`,
  );
}

/** Not where the box has asked with another key meanwhile. */
export function noteIssued(
  tx: TenantTransaction,
  issued: { boxId: string; csr: string; chain: string; validUntil: Date },
): Promise<void> {
  return run(
    tx,
    sql`update box_certificates
        set state = 'issued', chain = ${issued.chain}, valid_until = ${issued.validUntil},
          issued_at = ${tx.now}, order_url = null, turn_at = null, failures = 0, trouble_code = null,
          trouble_detail = null, next_try_at = null
        where tenant_id = ${tx.tenantId} and box_id = ${issued.boxId} and csr = ${issued.csr}`,
  );
}

export function noteTrouble(
  tx: TenantTransaction,
  trouble: { boxId: string; code: TroubleCode; detail: string; failures: number; nextTryAt: Date },
): Promise<void> {
  return run(
    tx,
    sql`update box_certificates
        set trouble_code = ${trouble.code}, trouble_detail = ${trouble.detail},
          failures = ${trouble.failures}, next_try_at = ${trouble.nextTryAt}
        where tenant_id = ${tx.tenantId} and box_id = ${trouble.boxId}`,
  );
}

export type AccountRow = {
  sealedKey: Buffer;
  accountUrl: string | null;
  /** The authority takes no call of it before; null: it has not said so. */
  limitedUntil: Date | null;
};

/** Two workers that begin at once go by the key of whoever was first. */
export async function keepAccount(
  tx: TenantTransaction,
  { directoryUrl, sealedKey }: { directoryUrl: string; sealedKey: Buffer },
): Promise<AccountRow> {
  await run(
    tx,
    sql`insert into acme_accounts (tenant_id, directory_url, sealed_key)
        values (${tx.tenantId}, ${directoryUrl}, ${sealedKey})
        on conflict (tenant_id, directory_url) do nothing`,
  );
  const account = await findAccount(tx, directoryUrl);
  if (!account) throw new Error("An account that was just kept is not there.");
  return account;
}

export function findAccount(
  tx: TenantTransaction,
  directoryUrl: string,
): Promise<AccountRow | null> {
  return findRow(
    tx,
    sql<AccountRow>`select sealed_key as "sealedKey", account_url as "accountUrl",
        limited_until as "limitedUntil"
      from acme_accounts
      where tenant_id = ${tx.tenantId} and directory_url = ${directoryUrl}`,
  );
}

export function noteAccountUrl(
  tx: TenantTransaction,
  { directoryUrl, accountUrl }: { directoryUrl: string; accountUrl: string },
): Promise<void> {
  return run(
    tx,
    sql`update acme_accounts set account_url = ${accountUrl}
        where tenant_id = ${tx.tenantId} and directory_url = ${directoryUrl}`,
  );
}

/** Of two that were told at once the longer counts. */
export function noteLimit(
  tx: TenantTransaction,
  { directoryUrl, limitedUntil }: { directoryUrl: string; limitedUntil: Date },
): Promise<void> {
  return run(
    tx,
    sql`update acme_accounts set limited_until = greatest(limited_until, ${limitedUntil})
        where tenant_id = ${tx.tenantId} and directory_url = ${directoryUrl}`,
  );
}
