import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { staffOf } from "../../platform/session.ts";
import { inviteFirstOwner } from "../access/index.ts";
import { addTenant, type ListedTenant, listTenants, suspendTenant } from "../tenants/index.ts";
import { countTenant } from "./queries.ts";
import { cutPage, findNamed } from "./rules.ts";
import {
  NewTenantBody,
  NewTenantReply,
  OperatedTenantParams,
  OperatedTenantsReply,
  TenantsQuery,
} from "./schema.ts";

export const TAG = { name: "operators", description: "For whoever runs this Foyer: its companies" };
const tags = [TAG.name];
const refusals = { "4xx": ErrorReply };
const OPERATOR = { access: "operator" } as const;

export function registerOperators(routes: Routes, context: Context): void {
  const { database } = context;
  routes.get(
    "/api/v1/operator/tenants",
    {
      config: OPERATOR,
      schema: {
        ...{ tags, summary: "Every company, with what there is of it" },
        ...{ querystring: TenantsQuery, response: { 200: OperatedTenantsReply, ...refusals } },
      },
    },
    async (request) => {
      const { search = "", cursor = "0" } = request.query;
      const found = findNamed(await database.inDirectory(listTenants), search);
      const { page, next } = cutPage(found, Number(cursor));
      const tenants = [];
      for (const tenant of page) tenants.push(await describeTenant(context, tenant));
      return { tenants, nextCursor: next === null ? null : String(next), total: found.length };
    },
  );
  routes.post(
    "/api/v1/operator/tenants",
    {
      config: OPERATOR,
      schema: {
        ...{ tags, summary: "Make a company and a link for its first owner", body: NewTenantBody },
        response: { 201: NewTenantReply, ...refusals },
      },
    },
    async (request, reply) => {
      const id = await database.inDirectory(
        async (tx) => (await addTenant(database, tx, request.body.name.trim())).tenantId,
      );
      const token = await database.inTenant(enteredBy(request, id), inviteFirstOwner);
      const url = `${context.origin()}/first-sign-in?token=${token}`;
      return reply.code(201).send({ id, url });
    },
  );
  registerSuspension(routes, context);
}

/** Its staff and keys are kept out at their next request; its boxes go on. */
function registerSuspension(routes: Routes, { database }: Context): void {
  const suspend = async (request: FastifyRequest, tenantId: string, isSuspended: boolean) => {
    const wasSuspended = await database.inDirectory((tx) =>
      suspendTenant(tx, { id: tenantId, isSuspended }),
    );
    if (wasSuspended === null) throw refuse("not-found", "There is no company with this id.");
    // Its audit log says who did it.
    await database.inTenant(enteredBy(request, tenantId), async (tx) => {
      const versions = { before: { suspended: wasSuspended }, after: { suspended: isSuspended } };
      noteChange(tx, { kind: "tenant", id: null, ...versions });
    });
  };
  const schema = {
    tags,
    params: OperatedTenantParams,
    response: { 204: Type.Null(), ...refusals },
  };
  routes.put(
    "/api/v1/operator/tenants/:tenantId/suspension",
    { config: OPERATOR, schema: { ...schema, summary: "Keep a company's staff and keys out" } },
    async (request, reply) => {
      await suspend(request, request.params.tenantId, true);
      return reply.code(204).send(null);
    },
  );
  routes.delete(
    "/api/v1/operator/tenants/:tenantId/suspension",
    { config: OPERATOR, schema: { ...schema, summary: "Let a company's staff and keys in again" } },
    async (request, reply) => {
      await suspend(request, request.params.tenantId, false);
      return reply.code(204).send(null);
    },
  );
}

/** As the operator enters a company, told of in its audit log. */
function enteredBy(request: FastifyRequest, tenantId: string) {
  const { method, routeOptions } = request;
  const actor = { kind: "staff", id: staffOf(request).staffId } as const;
  const action = `${method} ${routeOptions.url ?? ""}`;
  const record = { kind: "tenant", id: null };
  return { tenantId, branchIds: null, doer: { actor, action, record, isTold: false } };
}

async function describeTenant({ database }: Context, tenant: ListedTenant) {
  const { createdAt, suspendedAt, ...rest } = tenant;
  const { lastEventAt, ...counts } = await database.readTenant(tenant.id, countTenant);
  return {
    ...{ ...rest, ...counts, createdAt: createdAt.toISOString() },
    suspendedAt: suspendedAt?.toISOString() ?? null,
    lastEventAt: lastEventAt?.toISOString() ?? null,
  };
}
