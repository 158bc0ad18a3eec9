import {
  type EventEnvelope,
  type EventPayload,
  type EventType,
  findPersonalPaths,
  joinPersonal,
  splitPersonal,
} from "@foyer/contract";
import { sql } from "kysely";
import { joinTexts, writePlainArray } from "./columns.ts";
import { findRow, getRow, listRows, run, type TenantTransaction } from "./db.ts";

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

/** SQL only. Gets the events that a feature's handlers have just seen; gives those that they cause. */
export type Settle = (tx: TenantTransaction, events: readonly LogEvent[]) => Promise<NewEvent[]>;

/**
 * The payloads of the cloud's own events by type. Each feature adds those it causes and reads, by
 * `declare module`: the platform knows no feature. What a box sends is never taken for one.
 */
// An interface, since no other type can be added to from elsewhere.
export interface CloudEvents extends Record<never, never> {}

export type EventHandlers = { [T in EventType]?: EventHandler<BoxEvent<T>> } & {
  [T in keyof CloudEvents]?: EventHandler<LogEvent<T, CloudEvents[T]>>;
};

/** Events of some types that stand in a row are handled at once, in place of each by a handler. */
export type Together = { types: readonly (keyof EventHandlers)[]; handle: Settle };

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

/** Events as the log takes them, each once. */
export type WrittenEvents = { readonly events: readonly NewEvent[]; readonly columns: Columns };

/** Writes events down, which costs more than all else that is done to them outside of the database. */
export function writeEvents(events: readonly NewEvent[]): WrittenEvents {
  const given = [...new Map(events.map((event) => [event.id, event])).values()];
  return { events: given, columns: writeColumns(given) };
}

/**
 * Appends events to the tenant's log, each at the next position, and ignores those it holds: the
 * positions they would have had stay empty. Takes the row lock of the tenant's counter, held to the
 * commit: it must be the last act of its transaction. Only transaction code calls it. Gives where each
 * of them stands, by its id.
 */
export async function appendEvents(
  tx: TenantTransaction,
  { events: given, columns }: WrittenEvents,
  { areNew = false }: { areNew?: boolean | undefined } = {},
): Promise<ReadonlyMap<string, number>> {
  const last = await lockLog(tx);
  const inserted = areNew
    ? await insertNewEvents(tx, columns, last)
    : await insertEvents(tx, columns, last);
  const positions =
    inserted === given.length
      ? new Map(given.map(({ id }, index) => [id, last + 1 + index]))
      : await findPositions(tx, given);
  const fresh = given.filter(({ id }) => (positions.get(id) ?? 0) > last);
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

async function findPositions(
  tx: TenantTransaction,
  events: readonly NewEvent[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await listRows(
    tx,
    sql<{ id: string; position: number }>`
      select id, position from events
      where tenant_id = ${tx.tenantId} and id = any(${writePlainArray(events.map(({ id }) => id))}::uuid[])`,
  );
  return new Map(rows.map(({ id, position }) => [id, position]));
}

/** Events as columns. Most come from a few boxes, which are written once each. */
type Columns = Record<
  "ids" | "types" | "versions" | "times" | "seqs" | "payloads" | "places",
  string
> & { branchIds: string; boxIds: string; epochs: string };

function writeColumns(events: readonly NewEvent[]): Columns {
  const origins = new Map<string, { event: NewEvent; place: number }>();
  const places = events.map((event) => {
    const { branchId, origin } = event;
    const name = `${branchId} ${origin?.boxId} ${origin?.epoch}`;
    const known = origins.get(name) ?? { event, place: origins.size + 1 };
    origins.set(name, known);
    return known.place;
  });
  const first = [...origins.values()].map(({ event }) => event);
  return {
    ids: writePlainArray(events.map(({ id }) => id)),
    types: joinTexts(events.map(({ type }) => type)),
    versions: writePlainArray(events.map(({ version }) => version)),
    times: writePlainArray(events.map(({ occurredAt }) => occurredAt.toISOString())),
    seqs: writePlainArray(events.map(({ origin }) => origin?.seq ?? null)),
    payloads: joinTexts(events.map(({ payload }) => toJson(payload))),
    places: writePlainArray(places),
    branchIds: writePlainArray(first.map(({ branchId }) => branchId)),
    boxIds: writePlainArray(first.map(({ origin }) => origin?.boxId ?? null)),
    epochs: writePlainArray(first.map(({ origin }) => origin?.epoch ?? null)),
  };
}

function listIncoming(tx: TenantTransaction, columns: Columns, after: number) {
  return sql`
    select ${tx.tenantId}::uuid, ${after}::bigint + incoming.row, incoming.id, incoming.type,
      incoming.version, incoming.occurred_at, ${tx.now}::timestamptz,
      (${columns.branchIds}::uuid[])[incoming.place], (${columns.boxIds}::uuid[])[incoming.place],
      (${columns.epochs}::uuid[])[incoming.place], incoming.seq, incoming.payload::jsonb
    from unnest(
      ${columns.ids}::uuid[], string_to_array(${columns.types}, chr(30)),
      ${columns.versions}::integer[], ${columns.times}::timestamptz[],
      ${columns.places}::integer[], ${columns.seqs}::bigint[],
      string_to_array(${columns.payloads}, chr(30))
    ) with ordinality as incoming (id, type, version, occurred_at, place, seq, payload, row)`;
}

/** Gives how many of them the log did not hold. */
async function insertEvents(
  tx: TenantTransaction,
  columns: Columns,
  after: number,
): Promise<number> {
  const { count } = await getRow(
    tx,
    sql<{ count: number }>`
      with placed as (
        insert into events (tenant_id, position, id, type, version, occurred_at, received_at,
          branch_id, box_id, epoch, seq, payload)
        ${listIncoming(tx, columns, after)}
        on conflict (tenant_id, id) do nothing
        returning position
      )
      select count(*) as count from placed`,
  );
  return count;
}

/** The same of events that the log does not hold; fails where it does. */
async function insertNewEvents(
  tx: TenantTransaction,
  columns: Columns,
  after: number,
): Promise<number> {
  const { count } = await getRow(
    tx,
    sql<{ count: number }>`
      with placed as (
        insert into events (tenant_id, position, id, type, version, occurred_at, received_at,
          branch_id, box_id, epoch, seq, payload)
        ${listIncoming(tx, columns, after)}
        returning position
      )
      select count(*) as count from placed`,
  );
  return count;
}

async function insertPersonal(tx: TenantTransaction, events: readonly NewEvent[]): Promise<void> {
  const personal = events.filter((event) => Object.keys(event.personal).length > 0);
  if (personal.length === 0) return;
  await run(
    tx,
    sql`with kept as (
          insert into event_personal (tenant_id, event_id, fields)
          select ${tx.tenantId}, incoming.event_id, incoming.fields::jsonb
          from unnest(
            ${writePlainArray(personal.map(({ id }) => id))}::uuid[],
            string_to_array(${joinTexts(personal.map(({ personal: fields }) => toJson(fields)))}, chr(30))
          ) as incoming (event_id, fields)
          on conflict (tenant_id, event_id) do nothing
          returning event_id
        )
        select count(*) from kept`,
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

/** The event at a position of the log; null: there is none, or it is kept no more. */
export async function findEventId(tx: TenantTransaction, position: number): Promise<string | null> {
  const row = await findRow(
    tx,
    sql<{ id: string }>`
      select id from events where tenant_id = ${tx.tenantId} and position = ${position}`,
  );
  return row?.id ?? null;
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
