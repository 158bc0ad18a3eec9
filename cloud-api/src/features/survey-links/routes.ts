import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import { newId } from "../../platform/clock.ts";
import { findSight, type Sight, showWhose } from "../../platform/customer-sight.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { enterBeside, hashToken, staffOf, tenantIdOf, tenantOf } from "../../platform/session.ts";
import { nameActors } from "../access/index.ts";
import { getBranch } from "../branches/index.ts";
import { describeCustomer, readCursor, writeCursor } from "../customers/index.ts";
import { listAskingBranches, listSaleTypes, listSaleTypesOf } from "../surveys/index.ts";
import { LINK_PATH, makeKey } from "./door.ts";
import {
  countLinks,
  insertLink,
  type LinkRow,
  listLinks,
  lockLink,
  noteWithdrawn,
} from "./queries.ts";
import { stateOf } from "./rules.ts";
import {
  ChoicesReply,
  LinkBody,
  LinkParams,
  type LinkReply,
  LinksQuery,
  LinksReply,
  MadeLinkReply,
} from "./schema.ts";

export const TAG = {
  name: "survey-links",
  description: "Links to a survey, each good for one answer",
};
const tags = [TAG.name];
const refusals = { "4xx": ErrorReply };
const MAKE = { access: { permission: "survey-links.make" } };
const DAY_MS = 86_400_000;

export function registerLinks(routes: Routes, context: Context): void {
  const { database } = context;
  registerChoices(routes, context);
  registerMaking(routes, context);
  routes.get(
    "/api/v1/survey-links",
    {
      config: MAKE,
      schema: {
        tags,
        summary: "Links that were made, and what became of them",
        querystring: LinksQuery,
        response: { 200: LinksReply, ...refusals },
      },
    },
    async (request) => {
      const sees = await findSight(request, context);
      return database.readTenant(tenantOf(request), async (tx) => {
        const { surveyId = null, limit, cursor } = request.query;
        const after = cursor === undefined ? null : readCursor(cursor);
        if (cursor !== undefined && !after)
          throw refuse("invalid", "The cursor is not one that this list gave.", {
            field: "/cursor",
          });
        const rows = await listLinks(tx, { surveyId, limit: limit + 1, after });
        const last = rows.length > limit ? rows[limit - 1] : undefined;
        return {
          links: await describe(tx, rows.slice(0, limit), sees),
          nextCursor: last ? writeCursor({ at: last.madeAt.toISOString(), id: last.id }) : null,
          total: await countLinks(tx, surveyId),
        };
      });
    },
  );
  routes.delete(
    "/api/v1/survey-links/:id",
    {
      config: MAKE,
      schema: {
        tags,
        summary: "End a link that nobody has answered",
        params: LinkParams,
        response: { 204: Type.Null(), ...refusals },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      await database.changeTenant(tenantOf(request), async (tx) => {
        const link = await lockLink(tx, id);
        if (!link) throw refuse("not-found", "There is no such link.");
        if (stateOf(link, tx.now) === "answered")
          throw refuse("conflict", "It was answered: there is nothing to end.");
        await noteWithdrawn(tx, id);
        noteChange(tx, { kind: TAG.name, id, before: { open: true }, after: { open: false } });
        return { result: null, events: [] };
      });
      return reply.code(204).send(null);
    },
  );
}

function registerChoices(routes: Routes, { database }: Context): void {
  routes.get(
    "/api/v1/survey-link-choices",
    {
      config: MAKE,
      schema: {
        tags,
        summary: "Which surveys a link can lead to, by branch",
        response: { 200: ChoicesReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const known = await listSaleTypes(tx);
        const branches = await listAskingBranches(tx);
        return {
          branches: branches.map(({ branch: { id, name }, surveys }) => ({
            ...{ id, name },
            surveys: surveys.map((survey) => ({
              ...{ id: survey.id, title: survey.title },
              saleTypes: listSaleTypesOf(survey, known),
            })),
          })),
        };
      }),
  );
}

function registerMaking(routes: Routes, context: Context): void {
  const { database, origin } = context;
  routes.post(
    "/api/v1/survey-links",
    {
      config: MAKE,
      schema: {
        tags,
        summary: "Make a link by which a survey is answered once",
        body: LinkBody,
        response: { 201: MadeLinkReply, ...refusals },
      },
    },
    async (request, reply) => {
      const { surveyId, branchId, saleTypeId = null, days } = request.body;
      const customerId = request.body.customerId?.toLowerCase() ?? null;
      if (customerId !== null) await checkCustomer(request, context, customerId);
      const key = makeKey();
      const id = newId();
      const endsAt = await database.changeTenant(tenantOf(request), async (tx) => {
        await checkAsked(tx, { surveyId, branchId, saleTypeId });
        const until = new Date(tx.now.getTime() + days * DAY_MS);
        const madeBy = staffOf(request).staffId;
        const made = { id, surveyId, branchId, saleTypeId, customerId };
        await insertLink(tx, { ...made, endsAt: until, madeBy, tokenHash: hashToken(key) });
        const who = customerId === null ? {} : { customerId };
        const after = { surveyId, branchId, saleTypeId, endsAt: until };
        noteChange(tx, { kind: TAG.name, id, ...who, before: null, after });
        return { result: until, events: [] };
      });
      const url = `${origin()}${LINK_PATH}/${tenantIdOf(request)}/${key}`;
      return reply.code(201).send({ id, url, endsAt: endsAt.toISOString() });
    },
  );
}

/** Of those whom whoever asks may see anyway. */
async function checkCustomer(
  request: FastifyRequest,
  context: Context,
  customerId: string,
): Promise<void> {
  const entry = await enterBeside(request, "customers.read", context);
  const customer = await context.database.readTenant(entry, (tx) =>
    describeCustomer(tx, customerId),
  );
  const field = "/customerId";
  if (!customer) throw refuse("not-found", "There is no such customer.", { field });
  if (customer.mergedInto)
    throw refuse("conflict", `This customer is part of ${customer.mergedInto} now.`, { field });
  if (customer.restrictedAt)
    throw refuse("conflict", "This customer asked to be left alone.", { field });
}

async function checkAsked(
  tx: TenantTransaction,
  { surveyId, branchId, saleTypeId }: Pick<LinkRow, "surveyId" | "branchId" | "saleTypeId">,
): Promise<void> {
  await getBranch(tx, branchId);
  const asking = (await listAskingBranches(tx)).find(({ branch }) => branch.id === branchId);
  const survey = asking?.surveys.find(({ id }) => id === surveyId);
  if (!survey)
    throw refuse("not-found", "The branch does not ask this survey.", { field: "/surveyId" });
  if (saleTypeId === null) return;
  const possible = listSaleTypesOf(survey, await listSaleTypes(tx));
  if (!possible.some(({ id }) => id === saleTypeId))
    throw refuse("not-found", "The survey is not asked of this kind of sale.", {
      field: "/saleTypeId",
    });
}

async function describe(
  tx: TenantTransaction,
  rows: readonly LinkRow[],
  sees: Sight,
): Promise<LinkReply[]> {
  const names = await nameActors(tx, [...new Set(rows.map(({ madeBy }) => madeBy))]);
  const sold = new Map((await listSaleTypes(tx)).map(({ id, name }) => [id, name]));
  return rows.map(({ madeBy, madeAt, endsAt, answeredAt, withdrawnAt, saleTypeId, ...row }) => ({
    ...showWhose(row, sees(row.branchId)),
    saleType: sold.get(saleTypeId ?? "") ?? null,
    state: stateOf({ answeredAt, withdrawnAt, endsAt }, tx.now),
    madeAt: madeAt.toISOString(),
    madeByName: names.get(madeBy) ?? null,
    endsAt: endsAt.toISOString(),
    answeredAt: answeredAt?.toISOString() ?? null,
  }));
}
