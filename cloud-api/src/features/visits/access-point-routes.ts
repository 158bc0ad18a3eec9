import type { Context, Routes } from "../../feature.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { tenantOf } from "../../platform/session.ts";
import { findDocument } from "../branches/index.ts";
import { listAccessPoints } from "./access-point-queries.ts";
import { AccessPointsReply, IdParams } from "./schema.ts";

/** What the visits say of each access controller of a branch: whether anybody comes through it. */
export function accessPointRoutes(routes: Routes, { database }: Context): void {
  routes.get(
    "/api/v1/branches/:id/access-points",
    {
      config: { access: { permission: "visits.read" } },
      schema: {
        tags: ["visits"],
        summary: "When a guest last came online through each access controller",
        params: IdParams,
        response: { 200: AccessPointsReply, "4xx": ErrorReply },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const branchId = request.params.id;
        const found = await findDocument(tx, branchId);
        if (!found) throw refuse("not-found", "There is no such branch.");
        const nasIds = found.document.nas.map(({ id }) => id);
        const rows = await listAccessPoints(tx, { branchId, nasIds });
        const accessPoints = rows.map((row) => ({
          ...row,
          lastGuestAt: row.lastGuestAt.toISOString(),
        }));
        return { accessPoints, nextCursor: null, total: accessPoints.length };
      }),
  );
}
