import { noteChange } from "./audit.ts";
import { newId } from "./clock.ts";
import { type CursorOptions, reasonOf } from "./cursors.ts";
import { findRow, listRows, run, sql, type TenantEntry, type TenantTransaction } from "./db.ts";
import { findLogPosition, listEvents, type NewEvent } from "./events.ts";
import { type Follower, handleRow, listTypes, settleAll } from "./handle-events.ts";

declare module "./events.ts" {
  interface CloudEvents {
    "event.retried": { feature: string; eventId: string };
    "replay.begun": { feature: string };
  }
}

/** An event that a feature failed on for good, until somebody lets it try again. */
export type SetAsideEvent = {
  feature: string;
  eventId: string;
  type: string;
  position: number;
  attempts: number;
  reason: string;
  failedAt: Date;
};

/** What each feature of the tenant has set aside, the oldest first. */
export function listSetAside(tx: TenantTransaction): Promise<SetAsideEvent[]> {
  return listRows(
    tx,
    sql<SetAsideEvent>`
      select failure.feature, failure.event_id as "eventId", events.type, failure.position,
        failure.attempts, failure.reason, failure.failed_at as "failedAt"
      from event_failures as failure
      join events on events.tenant_id = failure.tenant_id and events.position = failure.position
      where failure.tenant_id = ${tx.tenantId} and failure.set_aside
      order by failure.position, failure.feature`,
  );
}

export type RetryOptions = { tenant: TenantEntry; feature: string; eventId: string };

/**
 * Runs the handler on an event that was set aside. Throws what it throws; then it stays aside.
 * Whoever was told all up to the cursor hears of it too: the change stands past it, and the log moves.
 */
export function retrySetAside(
  { database, followers }: CursorOptions,
  { tenant, feature, eventId }: RetryOptions,
): Promise<"handled" | "not-found"> {
  const follower = getFollower(followers, feature);
  return database.changeTenant<"handled" | "not-found">(tenant, async (tx) => {
    const { tenantId } = tx;
    // The cursor first, as a replay does: it stands still until this is done.
    const cursor = await lockPlace(tx, feature);
    const failure = await findRow(
      tx,
      sql<{ position: number; attempts: number }>`
        select position, attempts from event_failures
        where tenant_id = ${tenantId} and feature = ${feature} and event_id = ${eventId}
          and set_aside for update`,
    );
    const types = listTypes(follower);
    const place = { after: (failure?.position ?? 0) - 1, upTo: failure?.position ?? -1 };
    const [event] = await listEvents(tx, { ...place, types, limit: 1 });
    if (!failure || !event) return { result: "not-found", events: [] };
    // What a replay failed on was handled before it, with all that it causes.
    const replaying = event.position <= cursor.replayUntil;
    const position = Math.max(event.position, cursor.position + 1);
    const again = { ...event, position };
    const retrying = { ...tx, replaying };
    const caused = await handleRow(retrying, follower, [again]);
    caused.push(...(await settleAll(retrying, follower, [again])));
    await run(
      tx,
      sql`delete from event_failures
          where tenant_id = ${tenantId} and feature = ${feature} and event_id = ${eventId}`,
    );
    const { attempts } = failure;
    const before = { feature, type: event.type, attempts };
    noteChange(tx, { kind: "set-aside", id: eventId, before, after: null });
    const retried = repairEvent(tx, "event.retried", { feature, eventId });
    return { result: "handled", events: [...(replaying ? [] : caused), retried] };
  });
}

/** An event that failed when it was tried again stays aside, with the reason of this time. */
export function noteFailedRetry(
  { database }: Pick<CursorOptions, "database">,
  { tenant, feature, eventId }: RetryOptions,
  error: unknown,
): Promise<void> {
  return database.inTenant(tenant, async (tx) => {
    const failed = await findRow(
      tx,
      sql<{ attempts: number }>`
        update event_failures set attempts = attempts + 1, reason = ${reasonOf(error)},
          failed_at = ${tx.now}
        where tenant_id = ${tx.tenantId} and feature = ${feature} and event_id = ${eventId}
          and set_aside
        returning attempts`,
    );
    if (!failed) return;
    const versions = {
      before: { feature, attempts: failed.attempts - 1 },
      after: { attempts: failed.attempts },
    };
    noteChange(tx, { kind: "set-aside", id: eventId, ...versions });
  });
}

export type ReplayOptions = { tenant: TenantEntry; feature: string };

/**
 * Empties what a feature made of the tenant's log and lets it follow the log again from its start.
 * Until it is where it was, its handlers cause no events and put in no jobs.
 */
export function replayFeature(
  { database, followers }: CursorOptions,
  { tenant, feature }: ReplayOptions,
): Promise<{ events: number }> {
  const follower = getFollower(followers, feature);
  const { forget } = follower;
  if (!forget) throw new Error(`The feature ${feature} cannot be replayed: it has no forget().`);
  return database.changeTenant(tenant, async (tx) => {
    const { tenantId } = tx;
    const { position, replayUntil } = await lockPlace(tx, feature);
    await forget(tx);
    // A replay that begins before another has ended goes as far as that one had to.
    await run(
      tx,
      sql`update cursors set position = 0, replay_until = ${Math.max(position, replayUntil)}
          where tenant_id = ${tenantId} and feature = ${feature}`,
    );
    await run(
      tx,
      sql`delete from event_failures where tenant_id = ${tenantId} and feature = ${feature}`,
    );
    await run(tx, sql`select directory.mark_log_done(-1)`);
    // The log goes on past the replay's end, so that a position past it means: told since then.
    const begun = repairEvent(tx, "replay.begun", { feature });
    const events = await findLogPosition(tx);
    noteChange(tx, { kind: "replays", id: feature, before: null, after: { feature, events } });
    return { result: { events }, events: [begun] };
  });
}

type Place = { position: number; replayUntil: number };

/** Where the feature's cursor stands, held there to the end of the transaction. */
async function lockPlace(tx: TenantTransaction, feature: string): Promise<Place> {
  const cursor = await findRow(
    tx,
    sql<Place>`
      select position, replay_until as "replayUntil" from cursors
      where tenant_id = ${tx.tenantId} and feature = ${feature} for update`,
  );
  return cursor ?? { position: 0, replayUntil: 0 };
}

/** What was mended in the tenant's log: it wakes who waits for a change. */
function repairEvent(
  tx: TenantTransaction,
  type: "event.retried" | "replay.begun",
  payload: NewEvent["payload"],
): NewEvent {
  const cloudOwn = { version: 1, branchId: null, origin: null, personal: {} };
  return { id: newId(), type, occurredAt: tx.now, payload, ...cloudOwn };
}

function getFollower(followers: readonly Follower[], feature: string): Follower {
  const follower = followers.find((each) => each.name === feature && each.handlers);
  if (follower) return follower;
  throw new Error(`There is no feature ${feature} that follows the log.`);
}
