import { newId } from "../../platform/clock.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import type { EventHandlers, LogEvent, NewEvent } from "../../platform/events.ts";
import { enqueue } from "../../platform/jobs.ts";
import { type Fact, READ_TYPES, readFact, readTouched } from "./fact-rules.ts";
import {
  dropMessagesOf,
  insertMessages,
  listErased,
  listLiving,
  listOwners,
  listSegmentNames,
  type Message,
} from "./message-queries.ts";
import { holdEndpoints } from "./queries.ts";
import { ALWAYS_SENT, type ChosenType, RETRY_MILLISECONDS } from "./rules.ts";
import { DELIVER_TASK } from "./tasks.ts";

/** Nothing is kept of single events: what they tell is put on its way for all of a batch at once. */
export const webhookHandlers: EventHandlers = Object.fromEntries(
  READ_TYPES.map((type) => [type, async () => []]),
);

type Draft = Omit<Message, "id"> & { position: number };

/** What some events of the log tell, on its way to whoever wants to be told. */
export async function settleWebhooks(
  tx: TenantTransaction,
  events: readonly LogEvent[],
): Promise<NewEvent[]> {
  if (tx.replaying) return [];
  const endpoints = await holdEndpoints(tx);
  if (endpoints.length === 0) return [];
  const [from, to] = [events[0]?.position ?? 0, events.at(-1)?.position ?? 0];
  const erased = await listErased(tx, { from, to });
  if (erased.length > 0) await dropMessagesOf(tx, { customerIds: erased, kept: [...ALWAYS_SENT] });
  const listening = endpoints.filter(({ isOn, fromPosition }) => isOn && fromPosition < to);
  if (listening.length === 0) return [];
  const drafts = [
    ...(await draftCustomers(tx, events)),
    ...(await draftFacts(tx, events)),
    ...erased.map((customerId) => draftErased(events, customerId)),
  ];
  const addressed = drafts.flatMap(({ position, ...message }) => {
    const wanting = listening.filter(
      ({ types, fromPosition }) => fromPosition < position && types.includes(message.type),
    );
    const endpointIds = wanting.map(({ id }) => id);
    return endpointIds.length === 0 ? [] : [{ message: { ...message, id: newId() }, endpointIds }];
  });
  if (addressed.length === 0) return [];
  await insertMessages(tx, addressed, new Date(tx.now.getTime() + RETRY_MILLISECONDS));
  for (const endpointId of new Set(addressed.flatMap((each) => each.endpointIds)))
    await enqueue(tx, { task: DELIVER_TASK, payload: { endpointId }, key: endpointId });
  return [];
}

const draft = (type: ChosenType, event: LogEvent, rest: Pick<Draft, "customerId" | "facts">) => ({
  ...{ type, occurredAt: event.occurredAt, position: event.position },
  ...rest,
});

/** Whoever became a customer by these events, and whoever's record they may have changed: once each. */
async function draftCustomers(
  tx: TenantTransaction,
  events: readonly LogEvent[],
): Promise<Draft[]> {
  const touched = events.flatMap((event) => readTouched(event).map((each) => ({ ...each, event })));
  if (touched.length === 0) return [];
  const guestIds = touched.flatMap(({ kind, id }) => (kind === "guest" ? [id] : []));
  const owners = await listOwners(tx, { guestIds, visitIds: [] });
  const made = new Map<string, LogEvent>();
  const changed = new Map<string, LogEvent>();
  for (const { kind, id, event } of touched)
    if (kind === "maybe-new") made.set(id, event);
    else {
      const customerId = kind === "customer" ? id : owners.get(`guest ${id}`);
      if (customerId) changed.set(customerId, event);
    }
  const living = new Set(await listLiving(tx, [...new Set([...made.keys(), ...changed.keys()])]));
  const facts = {};
  return [
    ...[...made].flatMap(([customerId, event]) =>
      living.has(customerId) ? [draft("customer.created", event, { customerId, facts })] : [],
    ),
    ...[...changed].flatMap(([customerId, event]) =>
      living.has(customerId) && !made.has(customerId)
        ? [draft("customer.updated", event, { customerId, facts })]
        : [],
    ),
  ];
}

/** What happened, with whose it is as it is known now. */
async function draftFacts(tx: TenantTransaction, events: readonly LogEvent[]): Promise<Draft[]> {
  const read = events.flatMap((event) => {
    const fact = readFact(event);
    return fact ? [{ fact, event }] : [];
  });
  if (read.length === 0) return [];
  const idsOf = (kind: Fact["whose"]["kind"]) =>
    read.flatMap(({ fact: { whose } }) => (whose.kind === kind && whose.id ? [whose.id] : []));
  const owners = await listOwners(tx, { guestIds: idsOf("guest"), visitIds: idsOf("visit") });
  const segmentIds = read.flatMap(({ fact: { segmentId } }) => (segmentId ? [segmentId] : []));
  const names = await listSegmentNames(tx, segmentIds);
  return read.flatMap(({ fact: { type, whose, facts, segmentId }, event }) => {
    // Whoever is told of a segment wants its name: one that was removed since has none.
    if (segmentId && !names.has(segmentId)) return [];
    const customerId =
      whose.kind === "customer" ? whose.id : (owners.get(`${whose.kind} ${whose.id}`) ?? null);
    const named = segmentId ? { segmentId, segmentName: names.get(segmentId) } : {};
    return [draft(type, event, { customerId, facts: { ...facts, ...named, customerId } })];
  });
}

function draftErased(events: readonly LogEvent[], customerId: string): Draft {
  const last = events[events.length - 1];
  if (!last) throw new Error("Nobody is forgotten by no event.");
  return draft("customer.erased", last, { customerId, facts: { customerId } });
}
