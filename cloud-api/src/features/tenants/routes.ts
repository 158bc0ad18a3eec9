import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import { newId } from "../../platform/clock.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { tenantOf } from "../../platform/session.ts";
import { getTenant, insertBrand, listBrands, updateBrand, updateTenantName } from "./queries.ts";
import { BrandBody, BrandParams, BrandReply, TenantBody, TenantReply } from "./schema.ts";

export const TAG = { name: "tenants", description: "The company one looks at, and its brands" };
const tags = [TAG.name];
const refusals = { "4xx": ErrorReply };
const EDIT = { access: { permission: "tenant.edit" } };

export function registerTenants(routes: Routes, context: Context): void {
  registerTenant(routes, context);
  registerBrands(routes, context);
}

function registerTenant(routes: Routes, { database }: Context): void {
  routes.get(
    "/api/v1/tenant",
    {
      config: { access: "member" },
      schema: { tags, summary: "The company", response: { 200: TenantReply, ...refusals } },
    },
    (request) => database.readTenant(tenantOf(request), describeTenant),
  );
  routes.patch(
    "/api/v1/tenant",
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Give the company another name",
        body: TenantBody,
        response: { 200: TenantReply, ...refusals },
      },
    },
    (request) =>
      database.inTenant(tenantOf(request), async (tx) => {
        const { name: before } = await getTenant(tx);
        const name = request.body.name.trim();
        await updateTenantName(tx, name);
        noteChange(tx, { kind: "tenant", id: null, before: { name: before }, after: { name } });
        return describeTenant(tx);
      }),
  );
}

function registerBrands(routes: Routes, { database }: Context): void {
  routes.post(
    "/api/v1/brands",
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Make a brand",
        body: BrandBody,
        response: { 201: BrandReply, ...refusals },
      },
    },
    async (request, reply) => {
      const brand = { id: newId(), ...readBrand(request.body), logo: null };
      await database.inTenant(tenantOf(request), async (tx) => {
        await insertBrand(tx, brand);
        noteChange(tx, { kind: "brands", id: brand.id, before: null, after: brand });
      });
      return reply.code(201).send(brand);
    },
  );
  routes.put(
    "/api/v1/brands/:brandId",
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Change a brand's name and colour; its branches keep the settings they have",
        params: BrandParams,
        body: BrandBody,
        response: { 204: Type.Null(), ...refusals },
      },
    },
    async (request, reply) => {
      const brand = { id: request.params.brandId, ...readBrand(request.body) };
      await database.inTenant(tenantOf(request), async (tx) => {
        const before = (await listBrands(tx)).find(({ id }) => id === brand.id.toLowerCase());
        if (!before || !(await updateBrand(tx, brand)))
          throw refuse("not-found", "The company has no brand with this id.");
        const after = { ...before, ...brand, id: before.id };
        noteChange(tx, { kind: "brands", id: before.id, before, after });
      });
      return reply.code(204).send(null);
    },
  );
}

const readBrand = ({ name, accentColour }: { name: string; accentColour: string }) => ({
  name: name.trim(),
  accentColour,
});

async function describeTenant(tx: TenantTransaction) {
  const { createdAt, ...tenant } = await getTenant(tx);
  return { ...tenant, createdAt: createdAt.toISOString(), brands: await listBrands(tx) };
}
