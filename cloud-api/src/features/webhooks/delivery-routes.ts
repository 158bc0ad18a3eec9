import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import { newId } from "../../platform/clock.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { enqueue } from "../../platform/jobs.ts";
import { tenantOf } from "../../platform/session.ts";
import {
  type Attempt,
  countDeliveries,
  type DeliveryRow,
  findDelivery,
  listAttempts,
  listDeliveries,
  replayFailed,
  replayOne,
} from "./delivery-queries.ts";
import { insertMessages } from "./message-queries.ts";
import { MANAGE } from "./permissions.ts";
import { readPlace, writePlace } from "./places.ts";
import { endRest, findEndpoint, lockEndpoint } from "./queries.ts";
import { RETRY_MILLISECONDS } from "./rules.ts";
import {
  DeliveriesQuery,
  DeliveriesReply,
  DeliveryDetailReply,
  DeliveryParams,
  type DeliveryReply,
  EndpointParams,
  ReplayBody,
  ReplayReply,
  TestReply,
} from "./schema.ts";
import { DELIVER_TASK } from "./tasks.ts";

const tags = ["webhooks"];
const refusals = { "4xx": ErrorReply };
const PATH = "/api/v1/webhooks/:webhookId";

/** What became of an endpoint's messages, and the ways to send some again. */
export function registerDeliveries(routes: Routes, context: Context): void {
  registerList(routes, context);
  registerDetail(routes, context);
  registerReplays(routes, context);
  registerTest(routes, context);
}

function registerList(routes: Routes, { database }: Context): void {
  routes.get(
    `${PATH}/deliveries`,
    {
      config: MANAGE,
      schema: {
        tags,
        summary: "Messages of the last 30 days, and what became of each",
        params: EndpointParams,
        querystring: DeliveriesQuery,
        response: { 200: DeliveriesReply, ...refusals },
      },
    },
    (request) => {
      const { cursor, limit, state = null, type = null } = request.query;
      const after = cursor === undefined ? null : readPlace(cursor);
      if (cursor !== undefined && after === null)
        throw refuse("invalid", "The cursor is not one this API gave.", { field: "/cursor" });
      return database.readTenant(tenantOf(request), async (tx) => {
        const { webhookId: endpointId } = request.params;
        if (!(await findEndpoint(tx, endpointId))) throw unknown();
        const filter = { endpointId, state, type };
        // One more than is asked for says whether there is a next page.
        const rows = await listDeliveries(tx, { ...filter, after, limit: limit + 1 });
        const page = rows.slice(0, limit);
        const last = rows.length > limit ? page.at(-1) : undefined;
        return {
          deliveries: page.map(describe),
          nextCursor: last
            ? writePlace({ at: last.createdAt.toISOString(), id: last.messageId })
            : null,
          total: await countDeliveries(tx, filter),
        };
      });
    },
  );
}

function registerDetail(routes: Routes, { database }: Context): void {
  routes.get(
    `${PATH}/deliveries/:messageId`,
    {
      config: MANAGE,
      schema: {
        tags,
        summary: "One message, with every attempt to send it",
        params: DeliveryParams,
        response: { 200: DeliveryDetailReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const { webhookId: endpointId, messageId } = request.params;
        const delivery = await findDelivery(tx, { endpointId, messageId });
        if (!delivery) throw unknownMessage();
        const { facts, ...row } = delivery;
        const attempts = await listAttempts(tx, { endpointId, messageId });
        return { ...describe(row), facts, tries: attempts.map(describeAttempt) };
      }),
  );
}

function registerReplays(routes: Routes, { database }: Context): void {
  routes.post(
    `${PATH}/deliveries/:messageId/replay`,
    {
      config: MANAGE,
      schema: {
        tags,
        summary: "Send a message again under the same id, for up to 24 hours from now",
        params: DeliveryParams,
        response: { 202: Type.Null(), ...refusals },
      },
    },
    async (request, reply) => {
      const { webhookId: endpointId, messageId } = request.params;
      await database.inTenant(tenantOf(request), async (tx) => {
        await wakeNow(tx, endpointId);
        const again = { endpointId, messageId, deadlineAt: deadlineOf(tx) };
        if (!(await replayOne(tx, again))) throw unknownMessage();
        noteSent(tx, endpointId, { sentAgain: 1 });
      });
      return reply.code(202).send(null);
    },
  );
  routes.post(
    `${PATH}/replays`,
    {
      config: MANAGE,
      schema: {
        tags,
        summary: "Send again what failed for good since a time",
        params: EndpointParams,
        body: ReplayBody,
        response: { 202: ReplayReply, ...refusals },
      },
    },
    async (request, reply) => {
      const { webhookId: endpointId } = request.params;
      const since = new Date(request.body.since);
      const messages = await database.inTenant(tenantOf(request), async (tx) => {
        await wakeNow(tx, endpointId);
        const sentAgain = await replayFailed(tx, { endpointId, since, deadlineAt: deadlineOf(tx) });
        noteSent(tx, endpointId, { sentAgain, since });
        return sentAgain;
      });
      return reply.code(202).send({ messages });
    },
  );
}

function registerTest(routes: Routes, { database }: Context): void {
  routes.post(
    `${PATH}/test`,
    {
      config: MANAGE,
      schema: {
        tags,
        summary: "Send a message of the type webhook.test",
        params: EndpointParams,
        response: { 202: TestReply, ...refusals },
      },
    },
    async (request, reply) => {
      const { webhookId: endpointId } = request.params;
      const messageId = newId();
      await database.inTenant(tenantOf(request), async (tx) => {
        await wakeNow(tx, endpointId);
        const told = { type: "webhook.test", occurredAt: tx.now, customerId: null };
        const message = { id: messageId, ...told, facts: { endpointId } };
        await insertMessages(tx, [{ message, endpointIds: [endpointId] }], deadlineOf(tx));
        noteSent(tx, endpointId, { sent: "test" });
      });
      return reply.code(202).send({ messageId });
    },
  );
}

const noteSent = (tx: TenantTransaction, id: string, after: object): void =>
  noteChange(tx, { kind: "webhooks", id, before: null, after });

const unknown = () => refuse("not-found", "There is no webhook with this id.");
const unknownMessage = () => refuse("not-found", "There is no such message of this webhook.");
const deadlineOf = (tx: TenantTransaction) => new Date(tx.now.getTime() + RETRY_MILLISECONDS);

/** Has an endpoint looked after at once, whatever rest it was given. */
async function wakeNow(tx: TenantTransaction, endpointId: string): Promise<void> {
  const endpoint = await lockEndpoint(tx, endpointId);
  if (!endpoint) throw unknown();
  if (endpoint.state !== "on") throw refuse("conflict", "It is turned off: turn it on first.");
  await endRest(tx, endpointId);
  await enqueue(tx, { task: DELIVER_TASK, payload: { endpointId }, key: endpointId });
}

function describe(row: DeliveryRow): DeliveryReply {
  const { occurredAt, createdAt, dueAt, lastAt, state, type, reason, ...rest } = row;
  return {
    ...rest,
    type: type as DeliveryReply["type"],
    reason: reason as DeliveryReply["reason"],
    state,
    occurredAt: occurredAt.toISOString(),
    createdAt: createdAt.toISOString(),
    nextAt: state === "waiting" ? dueAt.toISOString() : null,
    lastAt: lastAt?.toISOString() ?? null,
  };
}

const describeAttempt = ({ at, reason, ...attempt }: Attempt) => ({
  ...attempt,
  at: at.toISOString(),
  reason: reason as DeliveryReply["reason"],
});
