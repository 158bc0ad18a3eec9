import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { tenantOf } from "../../platform/session.ts";
import { getBranch } from "../branches/index.ts";
import { readPlace } from "../customers/index.ts";
import { countByCell, countCustomers, listBranchPlaces, saveBranchPlace } from "./queries.ts";
import { groupCells, HOMES_FEWEST, squareOf } from "./rules.ts";
import { BranchPlaceBody, BranchPlaceParams, BranchPlacesReply, DensityReply } from "./schema.ts";

export const TAG = { name: "places", description: "Where customers live, by area, and branches" };
const tags = [TAG.name];
const refusals = { "4xx": ErrorReply };

export function placeRoutes(routes: Routes, { database }: Context): void {
  routes.get(
    "/api/v1/customer-places",
    {
      config: { access: { permission: "places.read" } },
      schema: {
        ...{ tags, summary: "How many customers live in which square; no square shows a home" },
        response: { 200: DensityReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const cells = await countByCell(tx);
        const { groups, elsewhere } = groupCells(cells);
        return {
          groups: groups.map((group) => ({ ...squareOf(group), customers: group.customers })),
          elsewhere,
          placed: cells.reduce((sum, { customers }) => sum + customers, 0),
          total: await countCustomers(tx),
          homesFewest: HOMES_FEWEST,
        };
      }),
  );
  routes.get(
    "/api/v1/branch-places",
    {
      config: { access: { permission: "branches.read" } },
      schema: {
        ...{ tags, summary: "Where branches stand" },
        response: { 200: BranchPlacesReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const places = await listBranchPlaces(tx);
        return { places, nextCursor: null, total: places.length };
      }),
  );
  routes.put(
    "/api/v1/branches/:id/place",
    {
      config: { access: { permission: "branches.edit" } },
      schema: {
        ...{ tags, summary: "Say where a branch stands" },
        params: BranchPlaceParams,
        body: BranchPlaceBody,
        response: { 204: Type.Null(), ...refusals },
      },
    },
    async (request, reply) => {
      const branchId = request.params.id.toLowerCase();
      const { place: typed } = request.body;
      const place = typed === null ? null : readPlace(typed);
      if (typed !== null && place === null)
        throw refuse("invalid", "This is no place: give latitude,longitude or a map's link.", {
          field: "/place",
        });
      await database.inTenant(tenantOf(request), async (tx) => {
        await getBranch(tx, branchId);
        const known = (await listBranchPlaces(tx)).find((each) => each.branchId === branchId);
        await saveBranchPlace(tx, { branchId, place });
        const before = { place: known?.place ?? null };
        noteChange(tx, { kind: "branches", id: branchId, before, after: { place } });
      });
      return reply.code(204).send(null);
    },
  );
}
