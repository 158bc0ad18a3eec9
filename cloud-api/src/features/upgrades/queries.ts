import type { ReleaseAnnouncement, UpgradeCall, UpgradeOutcome } from "@foyer/contract";
import {
  type DirectoryTransaction,
  findRow,
  getRow,
  listRows,
  run,
  sql,
  type TenantTransaction,
} from "../../platform/db.ts";
import type { Ring } from "./schema.ts";

export type ReleaseRow = Omit<ReleaseAnnouncement, "bytes" | "signedAt"> & {
  /** PostgreSQL's bigint, as text. */
  bytes: string;
  signedAt: string;
};
export type ListedRelease = ReleaseRow & {
  addedAt: Date;
  stage: Ring | null;
  stagedAt: Date | null;
  haltedReason: string | null;
  parts: number;
  upgraded: number;
  rolledBack: number;
  refused: number;
  lastReason: string | null;
};

/** False: it is there already. */
export async function insertRelease(
  tx: DirectoryTransaction,
  said: ReleaseAnnouncement,
): Promise<boolean> {
  const { sha256, version, architecture, bytes, signedAt, signature } = said;
  const { isNew } = await getRow(
    tx,
    sql<{ isNew: boolean }>`
      select directory.add_release(${sha256}, ${version}, ${architecture}, ${bytes}, ${signedAt},
        ${signature}, ${tx.now}) as "isNew"`,
  );
  return isNew;
}

export function putPart(
  tx: DirectoryTransaction,
  { sha256, part, bytes }: { sha256: string; part: number; bytes: Buffer },
): Promise<void> {
  return run(tx, sql`select directory.put_release_part(${sha256}, ${part}, ${bytes})`);
}

/** Null: it has not come. */
export async function findPart(
  tx: DirectoryTransaction,
  { sha256, part }: { sha256: string; part: number },
): Promise<Buffer | null> {
  const { bytes } = await getRow(
    tx,
    sql<{ bytes: Buffer | null }>`
      select directory.find_release_part(${sha256}, ${part}) as bytes`,
  );
  return bytes;
}

/** The newest first. */
export function listReleases(tx: DirectoryTransaction): Promise<ListedRelease[]> {
  return listRows(
    tx,
    sql<ListedRelease>`
      select sha256, version, architecture, bytes::text, signed_at as "signedAt", signature,
        added_at as "addedAt", stage, staged_at as "stagedAt", halted_reason as "haltedReason",
        parts, upgraded, rolled_back as "rolledBack", refused, last_reason as "lastReason"
      from directory.list_releases()`,
  );
}

export type FailureRow = {
  sha256: string;
  boxId: string;
  tenant: string;
  outcome: "rolled-back" | "refused";
  reason: string | null;
  at: Date;
};

/** The last first. */
export function listFailures(tx: DirectoryTransaction): Promise<FailureRow[]> {
  return listRows(
    tx,
    sql<FailureRow>`
      select sha256, box_id as "boxId", tenant, outcome, reason, at
      from directory.list_release_failures()`,
  );
}

export function findOffer(
  tx: TenantTransaction,
  box: { boxId: string; architecture: string; stages: readonly Ring[] },
): Promise<ReleaseRow | null> {
  return findRow(
    tx,
    sql<ReleaseRow>`
      select sha256, version, architecture, bytes::text, signed_at as "signedAt", signature
      from directory.find_release_offer(${box.boxId}, ${box.architecture},
        ${box.stages}::text[])`,
  );
}

type Asking = { boxId: string; branchId: string };

/** Keeps what a box says when it asks, and whether it is well, and gives its ring. */
export async function noteAsked(
  tx: TenantTransaction,
  { boxId, branchId }: Asking,
  { release, architecture, trouble }: UpgradeCall & { trouble: string | null },
): Promise<Ring> {
  const { ring } = await getRow(
    tx,
    sql<{ ring: Ring }>`
      insert into box_upgrades (tenant_id, box_id, branch_id, release, architecture, asked_at)
      values (${tx.tenantId}, ${boxId}, ${branchId}, ${release}, ${architecture}, ${tx.now})
      on conflict (tenant_id, box_id) do update
        set branch_id = excluded.branch_id, release = excluded.release,
          architecture = excluded.architecture, asked_at = excluded.asked_at
      returning ring`,
  );
  await run(
    tx,
    sql`select directory.note_release_box(${boxId}, ${ring}, ${architecture}, ${release}, ${trouble},
          ${tx.now})`,
  );
  return ring;
}

export async function noteOutcome(
  tx: TenantTransaction,
  boxId: string,
  outcome: UpgradeOutcome,
): Promise<void> {
  const { version, sha256, kind, reason } = outcome;
  await run(
    tx,
    sql`update box_upgrades
        set outcome = ${kind}, outcome_version = ${version}, outcome_reason = ${reason},
          outcome_at = ${tx.now}
        where tenant_id = ${tx.tenantId} and box_id = ${boxId}`,
  );
  await run(
    tx,
    sql`select directory.note_release_outcome(${sha256}, ${boxId}, ${kind}, ${reason}, ${tx.now})`,
  );
}

export async function chooseRing(
  tx: TenantTransaction,
  { boxId, branchId }: Asking,
  ring: Ring,
): Promise<void> {
  await run(
    tx,
    sql`insert into box_upgrades (tenant_id, box_id, branch_id, ring)
        values (${tx.tenantId}, ${boxId}, ${branchId}, ${ring})
        on conflict (tenant_id, box_id) do update set ring = excluded.ring`,
  );
  await run(tx, sql`select directory.choose_release_ring(${boxId}, ${ring})`);
}

export type BoxUpgradeRow = {
  ring: Ring;
  release: string | null;
  architecture: UpgradeCall["architecture"] | null;
  askedAt: Date | null;
  outcome: UpgradeOutcome["kind"] | null;
  version: string | null;
  reason: string | null;
  at: Date | null;
};

export function findBoxUpgrade(
  tx: TenantTransaction,
  boxId: string,
): Promise<BoxUpgradeRow | null> {
  return findRow(
    tx,
    sql<BoxUpgradeRow>`
      select ring, release, architecture, asked_at as "askedAt", outcome, outcome_version as version,
        outcome_reason as reason, outcome_at as at
      from box_upgrades where tenant_id = ${tx.tenantId} and box_id = ${boxId}`,
  );
}
