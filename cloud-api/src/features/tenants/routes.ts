import type { Context, Routes } from "../../feature.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { ErrorReply } from "../../platform/errors.ts";
import { tenantOf } from "../../platform/session.ts";
import { getTenant, listBrands, updateTenantName } from "./queries.ts";
import { TenantBody, TenantReply } from "./schema.ts";

export const TAG = { name: "tenants", description: "The company one looks at, and its brands" };
const tags = [TAG.name];
const refusals = { "4xx": ErrorReply };

export function registerTenants(routes: Routes, { database }: Context): void {
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
      config: { access: { permission: "tenant.edit" } },
      schema: {
        tags,
        summary: "Give the company another name",
        body: TenantBody,
        response: { 200: TenantReply, ...refusals },
      },
    },
    (request) =>
      database.inTenant(tenantOf(request), async (tx) => {
        await updateTenantName(tx, request.body.name.trim());
        return describeTenant(tx);
      }),
  );
}

async function describeTenant(tx: TenantTransaction) {
  const { createdAt, ...tenant } = await getTenant(tx);
  return { ...tenant, createdAt: createdAt.toISOString(), brands: await listBrands(tx) };
}
