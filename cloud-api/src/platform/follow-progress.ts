import { findRow, listRows, sql, type TenantTransaction } from "./db.ts";
import { findLogPosition } from "./events.ts";
import type { Follower } from "./handle-events.ts";

/** How far a feature has followed the tenant's log. */
export type FollowProgress = {
  feature: string;
  /** The events up to this position were handled, or set aside. */
  position: number;
  /** Where a replay that goes on will have ended; null while there is none. */
  replayUntil: number | null;
  /** Whether it can forget what it made and read the log again. */
  canReplay: boolean;
};

export type LogProgress = { logPosition: number; features: FollowProgress[] };

type CursorRow = { feature: string; position: number; replayUntil: number };

/** Every feature that follows the log, in the order of the product's table of contents. */
export async function findLogProgress(
  tx: TenantTransaction,
  followers: readonly Follower[],
): Promise<LogProgress> {
  const rows = await listRows(
    tx,
    sql<CursorRow>`
      select feature, position, replay_until as "replayUntil" from cursors
      where tenant_id = ${tx.tenantId}`,
  );
  const byFeature = new Map(rows.map((row) => [row.feature, row]));
  const features = followers.flatMap(({ name, handlers, forget }) => {
    if (!handlers) return [];
    const { position = 0, replayUntil = 0 } = byFeature.get(name) ?? {};
    const end = position < replayUntil ? replayUntil : null;
    return [{ feature: name, position, replayUntil: end, canReplay: forget !== undefined }];
  });
  return { logPosition: await findLogPosition(tx), features };
}

/** Whether one of some features reads the log again: what it holds is not whole. */
export async function isReplaying(
  tx: TenantTransaction,
  features: readonly string[],
): Promise<boolean> {
  const row = await findRow(
    tx,
    sql`select feature from cursors
        where tenant_id = ${tx.tenantId} and feature = any(${features}::text[])
          and position < replay_until limit 1`,
  );
  return row !== null;
}

/** How far one feature has followed the tenant's log. */
export async function findCursor(tx: TenantTransaction, feature: string): Promise<number> {
  const row = await findRow(
    tx,
    sql<{ position: number }>`
      select position from cursors where tenant_id = ${tx.tenantId} and feature = ${feature}`,
  );
  return row?.position ?? 0;
}
