import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { findUrlFault } from "../../platform/addresses.ts";
import { noteChange } from "../../platform/audit.ts";
import { newId } from "../../platform/clock.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { findLogPosition } from "../../platform/events.ts";
import { tenantIdOf, tenantOf } from "../../platform/session.ts";
import { wakeWhenDue } from "./deliver.ts";
import { countByEndpoint, failWaiting } from "./delivery-queries.ts";
import { registerDeliveries } from "./delivery-routes.ts";
import { ENDPOINTS_MAX, OLD_SECRETS_MAX } from "./limits.ts";
import { MANAGE } from "./permissions.ts";
import {
  changeSecret,
  countEndpoints,
  deleteEndpoint,
  type EndpointRow,
  findEndpoint,
  insertEndpoint,
  listEndpoints,
  lockEndpoint,
  type Sealed,
  updateEndpoint,
} from "./queries.ts";
import { CHOSEN_TYPES, type ChosenType, KEPT_DAYS, OLD_SECRET_MILLISECONDS } from "./rules.ts";
import {
  EndpointBody,
  EndpointParams,
  EndpointReply,
  EndpointsReply,
  NewEndpointBody,
  NewEndpointReply,
  NewSecretReply,
} from "./schema.ts";
import { retireSecret, sealSecret } from "./secrets.ts";
import { makeSecret } from "./sign.ts";

export const TAG = {
  name: "webhooks",
  description: "What happens, told to programs of the company's own as Standard Webhooks",
};
const tags = [TAG.name];
const refusals = { "4xx": ErrorReply };
const PATH = "/api/v1/webhooks";
const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;

export function webhookRoutes(routes: Routes, context: Context): void {
  registerReading(routes, context);
  registerMaking(routes, context);
  registerChanging(routes, context);
  registerSecrets(routes, context);
  registerDeliveries(routes, context);
}

function registerReading(routes: Routes, { database }: Context): void {
  routes.get(
    PATH,
    {
      config: MANAGE,
      schema: {
        tags,
        summary: "Where messages are sent, and how it goes",
        response: { 200: EndpointsReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => ({
        webhooks: await describe(tx, await listEndpoints(tx)),
        types: [...CHOSEN_TYPES],
      })),
  );
  routes.get(
    `${PATH}/:webhookId`,
    {
      config: MANAGE,
      schema: {
        tags,
        summary: "One endpoint",
        params: EndpointParams,
        response: { 200: EndpointReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const endpoint = await findEndpoint(tx, request.params.webhookId);
        const [described] = endpoint ? await describe(tx, [endpoint]) : [];
        if (described) return described;
        throw unknown();
      }),
  );
}

function registerMaking(routes: Routes, context: Context): void {
  const { database, sealing, privateGateways } = context;
  routes.post(
    PATH,
    {
      config: MANAGE,
      schema: {
        tags,
        summary: "Have an address told of what happens from now on; its secret is shown this once",
        body: NewEndpointBody,
        response: { 201: NewEndpointReply, ...refusals },
      },
    },
    async (request, reply) => {
      const { url, description, types } = readSettings(request.body, privateGateways);
      const id = newId();
      const secret = makeSecret();
      const place = { tenantId: tenantIdOf(request), endpointId: id };
      await database.inTenant(tenantOf(request), async (tx) => {
        if ((await countEndpoints(tx)) >= ENDPOINTS_MAX)
          throw refuse("conflict", `There are ${ENDPOINTS_MAX} already: remove one first.`);
        const position = await findLogPosition(tx);
        const sealed = sealSecret(sealing, place, secret);
        await insertEndpoint(tx, { id, url, description, types, secret: sealed, position });
        const after = { host: hostOf(url), description, types };
        noteChange(tx, { kind: "webhooks", id, before: null, after });
      });
      return reply.code(201).send({ id, secret });
    },
  );
}

function registerChanging(routes: Routes, { database, privateGateways }: Context): void {
  routes.put(
    `${PATH}/:webhookId`,
    {
      config: MANAGE,
      schema: {
        tags,
        summary: "Change where it is and what it is told of, or turn it on or off",
        params: EndpointParams,
        body: EndpointBody,
        response: { 204: Type.Null(), ...refusals },
      },
    },
    async (request, reply) => {
      const { webhookId: id } = request.params;
      const { isOn } = request.body;
      const settings = readSettings(request.body, privateGateways);
      await database.inTenant(tenantOf(request), async (tx) => {
        const before = await getLocked(tx, id);
        const isAnew = before.state !== "on" || before.url !== settings.url;
        await updateEndpoint(tx, { id, ...settings, isOn, isAnew });
        if (isOn) await wakeWhenDue(tx, id);
        else await failWaiting(tx, id);
        const after = { ...describeForAudit(settings), isOn };
        const old = { ...describeForAudit(before), isOn: before.state === "on" };
        noteChange(tx, { kind: "webhooks", id, before: old, after });
      });
      return reply.code(204).send(null);
    },
  );
  routes.delete(
    `${PATH}/:webhookId`,
    {
      config: MANAGE,
      schema: {
        tags,
        summary: "Remove it, with what became of its messages",
        params: EndpointParams,
        response: { 204: Type.Null(), ...refusals },
      },
    },
    async (request, reply) => {
      const { webhookId: id } = request.params;
      await database.inTenant(tenantOf(request), async (tx) => {
        const before = describeForAudit(await getLocked(tx, id));
        await deleteEndpoint(tx, id);
        noteChange(tx, { kind: "webhooks", id, before, after: null });
      });
      return reply.code(204).send(null);
    },
  );
}

function registerSecrets(routes: Routes, { database, sealing }: Context): void {
  routes.post(
    `${PATH}/:webhookId/secret`,
    {
      config: MANAGE,
      schema: {
        tags,
        summary: "Give it a new secret, shown this once; the one before signs as well for 24 hours",
        params: EndpointParams,
        response: { 200: NewSecretReply, ...refusals },
      },
    },
    async (request) => {
      const { webhookId: id } = request.params;
      const place = { tenantId: tenantIdOf(request), endpointId: id };
      const secret = makeSecret();
      return database.inTenant(tenantOf(request), async (tx) => {
        const endpoint = await getLocked(tx, id);
        const until = new Date(tx.now.getTime() + OLD_SECRET_MILLISECONDS);
        const held = { ...place, sealed: endpoint, now: tx.now, until };
        const { oldSecrets, count } = retireSecret(sealing, held);
        if (count > OLD_SECRETS_MAX)
          throw refuse("conflict", "It was changed too often within 24 hours: wait for a day.");
        await changeSecret(tx, {
          ...{ id, until, oldSecrets, secret: sealSecret(sealing, place, secret) },
        });
        // What they are is never told, but that it is another.
        const versions = { before: { secret: "old" }, after: { secret: "new" } };
        noteChange(tx, { kind: "webhooks", id, ...versions });
        return { secret, oldSecretUntil: until.toISOString() };
      });
    },
  );
}

const unknown = () => refuse("not-found", "There is no webhook with this id.");

export async function getLocked(tx: TenantTransaction, id: string): Promise<EndpointRow & Sealed> {
  const endpoint = await lockEndpoint(tx, id);
  if (endpoint) return endpoint;
  throw unknown();
}

function readSettings(body: NewEndpointBody, isPrivateAllowed: boolean): NewEndpointBody {
  const url = body.url.trim();
  const fault = findUrlFault(url, isPrivateAllowed);
  if (fault) throw refuse("invalid", `The address ${fault}.`, { field: "/url" });
  // It stands in the subject of a mail.
  const description = body.description.replace(/\p{Cc}+/gu, " ").trim();
  return { url, description, types: body.types };
}

/** Of the address its host alone: the rest may hold a secret, and the audit log is read by others. */
const describeForAudit = ({
  url,
  description,
  types,
}: Omit<NewEndpointBody, "types"> & { types: readonly string[] }) => ({
  host: hostOf(url),
  description,
  types,
});
const hostOf = (url: string) => URL.parse(url)?.host ?? "";

/** What happened while it was off was told to nobody: said as long as anything is kept of then. */
function findGap({ gapFrom, gapUntil }: EndpointRow, now: Date): EndpointReply["gap"] {
  if (gapFrom === null || gapUntil === null) return null;
  const isOver = now.getTime() - gapUntil.getTime() > KEPT_DAYS * DAY_MILLISECONDS;
  return isOver ? null : { from: gapFrom.toISOString(), until: gapUntil.toISOString() };
}

async function describe(
  tx: TenantTransaction,
  rows: readonly EndpointRow[],
): Promise<EndpointReply[]> {
  const counts = await countByEndpoint(tx, new Date(tx.now.getTime() - DAY_MILLISECONDS));
  const timeOf = (at: Date | null) => at?.toISOString() ?? null;
  return rows.map((row) => {
    const { id, url, description, state, disabledReason, oldSecretUntil } = row;
    const isOldGood = oldSecretUntil !== null && oldSecretUntil > tx.now;
    return {
      ...{ id, url, description, state, disabledReason },
      types: row.types.filter((type): type is ChosenType =>
        CHOSEN_TYPES.some((each) => each === type),
      ),
      disabledAt: timeOf(row.disabledAt),
      offAt: timeOf(row.offAt),
      gap: findGap(row, tx.now),
      createdAt: row.createdAt.toISOString(),
      failingSince: timeOf(row.failingSince),
      lastDeliveredAt: timeOf(row.lastDeliveredAt),
      oldSecretUntil: isOldGood ? timeOf(oldSecretUntil) : null,
      waiting: counts.get(id)?.waiting ?? 0,
      failedToday: counts.get(id)?.failed ?? 0,
    };
  });
}
