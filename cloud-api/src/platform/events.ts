import {
  type EventEnvelope,
  type EventPayload,
  type EventType,
  findPersonalPaths,
  joinPersonal,
  splitPersonal,
} from "@foyer/contract";
import { sql } from "kysely";
import { findRow, listRows, run, type TenantTransaction } from "./db.ts";

/** Which box said it, and as which event of its life. Null when the cloud itself did. */
export type EventOrigin = { boxId: string; epoch: string; seq: number };

/** An event on its way into the tenant's log. Its position is given there. */
export type NewEvent = {
  id: string;
  type: string;
  version: number;
  occurredAt: Date;
  branchId: string | null;
  origin: EventOrigin | null;
  /** What the log keeps for good: ids, numbers, kinds; nothing about a person. */
  payload: Record<string, unknown>;
  /** Dotted path → value, kept in a row of its own that can be erased. */
  personal: Record<string, unknown>;
};

/** An event as a handler meets it: `payload` is whole again, except for what was erased since. */
export type LogEvent<Type extends string = string, Payload = Record<string, unknown>> = {
  position: number;
  id: string;
  type: Type;
  version: number;
  occurredAt: Date;
  receivedAt: Date;
  branchId: string | null;
  origin: EventOrigin | null;
  payload: Payload;
};

/** An event of a box, of a type and version this program knows. */
export type BoxEvent<T extends EventType> = LogEvent<T, EventPayload<T>> & {
  branchId: string;
  origin: EventOrigin;
};

/**
 * SQL only, idempotent by event id, comparing `occurredAt`: events come twice, late and out of
 * order. Gives the events it causes.
 */
export type EventHandler<Event> = (tx: TenantTransaction, event: Event) => Promise<NewEvent[]>;

/**
 * The payloads of the cloud's own events by type. Each feature adds those it causes and reads, by
 * `declare module`: the platform knows no feature. What a box sends is never taken for one.
 */
// An interface, since no other type can be added to from elsewhere.
export interface CloudEvents extends Record<never, never> {}

export type EventHandlers = { [T in EventType]?: EventHandler<BoxEvent<T>> } & {
  [T in keyof CloudEvents]?: EventHandler<LogEvent<T, CloudEvents[T]>>;
};

/** Splits what a box sent into what the log keeps for good and what can be erased. */
export function toNewEvent(envelope: EventEnvelope): NewEvent {
  const { id, type, version, branchId, boxId, epoch, seq } = envelope;
  const paths = findPersonalPaths(type, version);
  // Nobody can say what is personal in an event of a newer release: all of it may be.
  const split = paths
    ? splitPersonal(envelope.payload, paths)
    : { impersonal: {}, personal: envelope.payload };
  return {
    id,
    type,
    version,
    occurredAt: new Date(envelope.occurredAt),
    branchId,
    origin: { boxId, epoch, seq },
    payload: split.impersonal,
    personal: split.personal,
  };
}

/**
 * Appends events to the tenant's log, each at the next position, and ignores those it holds: the
 * positions they would have had stay empty. Takes the row lock of the tenant's counter, held to the
 * commit: it must be the last act of its transaction. Only transaction code calls it. Gives where each
 * of them stands, by its id.
 */
export async function appendEvents(
  tx: TenantTransaction,
  events: readonly NewEvent[],
): Promise<ReadonlyMap<string, number>> {
  const last = await lockLog(tx);
  const byId = new Map(events.map((event) => [event.id, event]));
  const given = [...byId.values()];
  const positions = await insertEvents(tx, given, last);
  const known = given.filter(({ id }) => !positions.has(id));
  const fresh = given.filter(({ id }) => positions.has(id));
  if (known.length > 0) await findPositions(tx, known, positions);
  if (fresh.length === 0) return positions;
  await insertPersonal(tx, fresh);
  const position = last + given.length;
  await run(tx, sql`update tenant_log set position = ${position} where tenant_id = ${tx.tenantId}`);
  await run(tx, sql`select directory.mark_log_moved(${position})`);
  return positions;
}

async function lockLog(tx: TenantTransaction): Promise<number> {
  const read = () =>
    findRow(
      tx,
      sql<{ position: number }>`
        select position from tenant_log where tenant_id = ${tx.tenantId} for update`,
    );
  const row = await read();
  if (row) return row.position;
  await run(
    tx,
    sql`insert into tenant_log (tenant_id, position) values (${tx.tenantId}, 0)
        on conflict (tenant_id) do nothing`,
  );
  return (await read())?.position ?? 0;
}

/** Adds where events stand that the log holds already. */
async function findPositions(
  tx: TenantTransaction,
  events: readonly NewEvent[],
  positions: Map<string, number>,
): Promise<void> {
  const known = await listRows(
    tx,
    sql<Placed>`
      select id, position from events
      where tenant_id = ${tx.tenantId} and id = any(${events.map(({ id }) => id)}::uuid[])`,
  );
  for (const { id, position } of known) positions.set(id, position);
}

type Placed = { id: string; position: number };

/** Gives where those stand that the log did not hold. */
async function insertEvents(
  tx: TenantTransaction,
  events: readonly NewEvent[],
  after: number,
): Promise<Map<string, number>> {
  const column = <T>(pick: (event: NewEvent, index: number) => T) => events.map(pick);
  const placed = await listRows(
    tx,
    sql<Placed>`insert into events (tenant_id, position, id, type, version, occurred_at, received_at,
          branch_id, box_id, epoch, seq, payload)
        select ${tx.tenantId}, incoming.position, incoming.id, incoming.type, incoming.version,
          incoming.occurred_at, ${tx.now}, incoming.branch_id, incoming.box_id, incoming.epoch,
          incoming.seq, incoming.payload
        from unnest(
          ${column((_, index) => after + 1 + index)}::bigint[],
          ${column((event) => event.id)}::uuid[],
          ${column((event) => event.type)}::text[],
          ${column((event) => event.version)}::integer[],
          ${column((event) => event.occurredAt.toISOString())}::timestamptz[],
          ${column((event) => event.branchId)}::uuid[],
          ${column((event) => event.origin?.boxId ?? null)}::uuid[],
          ${column((event) => event.origin?.epoch ?? null)}::uuid[],
          ${column((event) => event.origin?.seq ?? null)}::bigint[],
          ${column((event) => toJson(event.payload))}::jsonb[]
        ) as incoming (position, id, type, version, occurred_at, branch_id, box_id, epoch, seq, payload)
        on conflict (tenant_id, id) do nothing
        returning id, position`,
  );
  return new Map(placed.map(({ id, position }) => [id, position]));
}

async function insertPersonal(tx: TenantTransaction, events: readonly NewEvent[]): Promise<void> {
  const personal = events.filter((event) => Object.keys(event.personal).length > 0);
  if (personal.length === 0) return;
  await run(
    tx,
    sql`insert into event_personal (tenant_id, event_id, fields)
        select ${tx.tenantId}, incoming.event_id, incoming.fields
        from unnest(
          ${personal.map((event) => event.id)}::uuid[],
          ${personal.map((event) => toJson(event.personal))}::jsonb[]
        ) as incoming (event_id, fields)
        on conflict (tenant_id, event_id) do nothing
        returning event_id`,
  );
}

/** Erases personal fields of an event, by their dotted paths: who read it has no more use for them. */
export async function eraseFields(
  tx: TenantTransaction,
  { eventId, paths }: { eventId: string; paths: readonly string[] },
): Promise<void> {
  await run(
    tx,
    sql`update event_personal set fields = fields - ${paths}::text[]
        where tenant_id = ${tx.tenantId} and event_id = ${eventId}`,
  );
}

/** jsonb holds neither NUL nor half a surrogate pair; a broken text becomes U+FFFD there. */
export function toJson(value: unknown): string {
  const text = JSON.stringify(value);
  if (!/\\u(0000|d[89a-f])/i.test(text)) return text;
  return JSON.stringify(repairTexts(value));
}

function repairTexts(value: unknown): unknown {
  if (typeof value === "string") return value.toWellFormed().replaceAll("\0", "\ufffd");
  if (Array.isArray(value)) return value.map(repairTexts);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.map(([key, each]) => [repairTexts(key) as string, repairTexts(each)]),
  );
}

type EventRow = {
  position: number;
  id: string;
  type: string;
  version: number;
  occurredAt: Date;
  receivedAt: Date;
  branchId: string | null;
  boxId: string | null;
  epoch: string | null;
  seq: number | null;
  payload: Record<string, unknown>;
  fields: Record<string, unknown> | null;
};

export type ListEventsOptions = {
  after: number;
  upTo: number;
  types: readonly string[];
  limit: number;
};

/** Events of the given types with `after` < position ≤ `upTo`, in order, at most `limit`. */
export async function listEvents(
  tx: TenantTransaction,
  { after, upTo, types, limit }: ListEventsOptions,
): Promise<LogEvent[]> {
  const rows = await listRows(
    tx,
    sql<EventRow>`
      select events.position, events.id, events.type, events.version,
        events.occurred_at as "occurredAt", events.received_at as "receivedAt",
        events.branch_id as "branchId", events.box_id as "boxId", events.epoch, events.seq,
        events.payload, personal.fields
      from events
      left join event_personal as personal
        on personal.tenant_id = events.tenant_id and personal.event_id = events.id
      where events.tenant_id = ${tx.tenantId} and events.position > ${after}
        and events.position <= ${upTo} and events.type = any(${types}::text[])
      order by events.position limit ${limit}`,
  );
  return rows.map(toLogEvent);
}

function toLogEvent({ boxId, epoch, seq, fields, ...row }: EventRow): LogEvent {
  const origin = boxId && epoch && seq ? { boxId, epoch, seq } : null;
  return { ...row, origin, payload: fields ? joinPersonal(row.payload, fields) : row.payload };
}

/** The position of the tenant's newest event; 0 before the first. */
export async function findLogPosition(tx: TenantTransaction): Promise<number> {
  const row = await findRow(
    tx,
    sql<{ position: number }>`
      select position from tenant_log where tenant_id = ${tx.tenantId}`,
  );
  return row?.position ?? 0;
}
