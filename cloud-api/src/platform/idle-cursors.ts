import { listRows, run, sql, type TenantTransaction } from "./db.ts";
import { findLogPosition } from "./events.ts";
import { type Follower, listImported, listTypes } from "./handle-events.ts";

/**
 * Most features have nothing to do with most events, and taking a step costs each of them half a dozen
 * statements. Which of them are idle is asked once for all, as long as the look is worth less than that.
 */
const LOOK_EVENTS_MAX = 5000;

type Place = { feature: string; position: number };

/** Who has events to handle up to some end of the log, and who would only be moved there. */
export type Plan = {
  end: number;
  busy: readonly Follower[];
  /** With where each of them stands. */
  idle: readonly { follower: Follower; position: number }[];
};

export async function planStep(
  tx: TenantTransaction,
  followers: readonly Follower[],
): Promise<Plan> {
  const end = await findLogPosition(tx);
  const places = await listPlaces(tx, followers);
  const slowest = Math.min(end, ...places.values().map(({ position }) => position));
  // A feature that has no cursor yet begins by taking a step.
  if (places.size < followers.length || end - slowest > LOOK_EVENTS_MAX)
    return { end, busy: followers, idle: [] };
  const newest = await listNewest(tx, { after: slowest, upTo: end });
  const busy: Follower[] = [];
  const idle: Plan["idle"][number][] = [];
  for (const follower of followers) {
    const { position = 0, replaying = true } = places.get(follower.name) ?? {};
    const has = listTypes(follower).some((type) => (newest.get(type) ?? 0) > position);
    if (has || replaying) busy.push(follower);
    else idle.push({ follower, position });
  }
  return { end, busy, idle };
}

/**
 * Moves those who were idle as far as the plan looked, though none past those it imports. Gives the
 * position that all have followed the log to.
 */
export async function finishStep(
  tx: TenantTransaction,
  followers: readonly Follower[],
  { end, idle }: Pick<Plan, "end" | "idle">,
): Promise<number> {
  const places = await listPlaces(tx, followers);
  const positions = new Map([...places].map(([name, { position }]) => [name, position]));
  const moves: (Place & { from: number })[] = [];
  for (const { follower, position: from } of idle) {
    // A replay, or another worker, has moved it meanwhile: it is looked at again by the next step.
    if (positions.get(follower.name) !== from) continue;
    const imported = listImported(follower, followers);
    const position = Math.min(end, ...imported.map((name) => positions.get(name) ?? 0));
    if (position <= from) continue;
    positions.set(follower.name, position);
    moves.push({ feature: follower.name, position, from });
  }
  const moved = new Set(moves.length > 0 ? await moveCursors(tx, moves) : []);
  for (const { feature, from } of moves) if (!moved.has(feature)) positions.set(feature, from);
  return Math.min(...followers.map(({ name }) => positions.get(name) ?? 0));
}

async function listPlaces(
  tx: TenantTransaction,
  followers: readonly Follower[],
): Promise<Map<string, { position: number; replaying: boolean }>> {
  const rows = await listRows(
    tx,
    sql<Place & { replaying: boolean }>`
      select feature, position, position < replay_until as replaying from cursors
      where tenant_id = ${tx.tenantId} and feature = any(${followers.map(({ name }) => name)}::text[])`,
  );
  return new Map(rows.map(({ feature, ...place }) => [feature, place]));
}

/** Where the newest event of each type stands. */
async function listNewest(
  tx: TenantTransaction,
  { after, upTo }: { after: number; upTo: number },
): Promise<Map<string, number>> {
  if (upTo <= after) return new Map();
  const rows = await listRows(
    tx,
    sql<{ type: string; position: number }>`
      select type, max(position) as position from events
      where tenant_id = ${tx.tenantId} and position > ${after} and position <= ${upTo}
      group by type`,
  );
  return new Map(rows.map(({ type, position }) => [type, position]));
}

/** Gives whose cursors stood where they were thought to, and nobody else held. */
async function moveCursors(
  tx: TenantTransaction,
  moves: readonly (Place & { from: number })[],
): Promise<string[]> {
  const rows = await listRows(
    tx,
    sql<{ feature: string }>`
      with free as (
        select feature, position from cursors
        where tenant_id = ${tx.tenantId}
          and feature = any(${moves.map(({ feature }) => feature)}::text[])
        for update skip locked
      )
      update cursors set position = moves.position
      from free
      join unnest(${moves.map(({ feature }) => feature)}::text[],
        ${moves.map(({ from }) => from)}::bigint[],
        ${moves.map(({ position }) => position)}::bigint[]) as moves (feature, had, position)
        on moves.feature = free.feature and moves.had = free.position
      where cursors.tenant_id = ${tx.tenantId} and cursors.feature = free.feature
      returning cursors.feature`,
  );
  return rows.map(({ feature }) => feature);
}

/** Notes how far all have come, for whoever waits for it and whoever looks for work. */
export function markDone(tx: TenantTransaction, position: number): Promise<void> {
  return run(tx, sql`select directory.mark_log_done(${position})`);
}
