import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import { newId } from "../../platform/clock.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { ErrorReply } from "../../platform/errors.ts";
import { tenantOf } from "../../platform/session.ts";
import { insertKit } from "./kit-queries.ts";
import { getTenant, insertBrand, listBrands, updateTenantName } from "./queries.ts";
import { BrandBody, BrandReply, TenantBody, TenantReply } from "./schema.ts";

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
        const { id: ownerId, accentColour, logo } = brand;
        const look = { accentColour, logo };
        await insertKit(tx, { ownerId, version: 1, look, texts: null, by: null });
        noteChange(tx, { kind: "brands", id: brand.id, before: null, after: brand });
      });
      return reply.code(201).send(brand);
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
