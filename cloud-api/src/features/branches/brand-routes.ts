import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import { newId } from "../../platform/clock.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import type { NewEvent } from "../../platform/events.ts";
import { tenantOf } from "../../platform/session.ts";
import { listBrands, lockKits } from "../tenants/index.ts";
import { lockBrandsOf, updateBrandOf } from "./brand-queries.ts";
import { NO_BRANCH } from "./enrol.ts";
import { BrandBranchesBody, BrandParams } from "./schema.ts";

declare module "../../platform/events.ts" {
  interface CloudEvents {
    /** Branches were put under a brand. */
    "brand.branches-changed": { brandId: string; branchIds: readonly string[] };
  }
}

/** Which branches belong to a brand: whoever works for it reaches them from then on. */
export function registerBrandBranches(routes: Routes, { database, hooks }: Context): void {
  routes.put(
    "/api/v1/brands/:brandId/branches",
    {
      // It moves branches in and out of what people may reach: for whoever has them all.
      config: { access: { permission: "tenant.edit" } },
      schema: {
        tags: ["branches"],
        summary: "Put branches under a brand; those that wore their old brand's kit wear its own",
        params: BrandParams,
        body: BrandBranchesBody,
        response: { 204: Type.Null(), "4xx": ErrorReply },
      },
    },
    async (request, reply) => {
      const brandId = request.params.brandId.toLowerCase();
      const { branchIds } = request.body;
      await database.changeTenant(tenantOf(request), async (tx) => {
        // Before any branch's row, as whoever saves a kit does.
        await lockKits(tx);
        const brands = await listBrands(tx);
        if (!brands.some(({ id }) => id === brandId))
          throw refuse("not-found", "The company has no brand with this id.");
        const moved = await lockBrandsOf(tx, branchIds);
        if (moved.length !== branchIds.length) throw refuse("not-found", NO_BRANCH);
        await updateBrandOf(tx, { brandId, branchIds });
        for (const { id, brandId: old } of moved) {
          const versions = { before: { brandId: old }, after: { brandId } };
          noteChange(tx, { kind: "branches", id, ...versions });
        }
        const dressed = (await hooks.dressMoved?.(tx, { brandId, moved })) ?? [];
        const events = [branchesChanged(tx, { brandId, branchIds }), ...dressed];
        return { result: null, events };
      });
      return reply.code(204).send(null);
    },
  );
}

export function branchesChanged(
  tx: TenantTransaction,
  payload: { brandId: string; branchIds: readonly string[] },
): NewEvent {
  const common = { version: 1, branchId: null, origin: null, personal: {} };
  return { id: newId(), type: "brand.branches-changed", occurredAt: tx.now, payload, ...common };
}
