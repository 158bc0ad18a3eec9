import type { Context, Routes } from "../../feature.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { tenantOf } from "../../platform/session.ts";
import { findDocument } from "../branches/index.ts";
import { readCursor, writeCursor } from "../customers/index.ts";
import { readPeriod } from "./read-period.ts";
import { addUpDevices } from "./rules.ts";
import { IdParams, UseQuery, UseReply, UseSessionsQuery, UseSessionsReply } from "./schema.ts";
import {
  countUseSessions,
  listUseSessions,
  sumUseByDevice,
  type UseFilter,
  type UseSessionRow,
} from "./use-queries.ts";

const access = { permission: "visits.read" };
const tags = ["visits"];

type Asked = {
  from?: string | undefined;
  to?: string | undefined;
  deviceId?: string | undefined;
};

const filterOf = (customerId: string, { deviceId, ...days }: Asked): UseFilter => ({
  customerId,
  deviceId: deviceId ?? null,
  ...readPeriod(days),
});

/** What a customer did with the Wi-Fi: each session, and what they come to. */
export function wifiUseRoutes(routes: Routes, { database }: Context): void {
  routes.get(
    "/api/v1/customers/:id/sessions",
    {
      config: { access },
      schema: {
        tags,
        summary: "A customer's sessions on the Wi-Fi, as accounting tells them",
        params: IdParams,
        querystring: UseSessionsQuery,
        response: { 200: UseSessionsReply, "4xx": ErrorReply },
      },
    },
    async (request) => {
      const { cursor, limit } = request.query;
      const after = cursor === undefined ? null : readCursor(cursor);
      if (cursor !== undefined && after === null)
        throw refuse("invalid", "The cursor is not one this API gave.", { field: "/cursor" });
      const filter = filterOf(request.params.id, request.query);
      return await database.readTenant(tenantOf(request), async (tx) => {
        // One more than is asked for says whether there is a next page.
        const rows = await listUseSessions(tx, { filter, after, limit: limit + 1 });
        const page = rows.slice(0, limit);
        const last = rows.length > limit ? page.at(-1) : undefined;
        return {
          sessions: await nameAll(tx, page),
          nextCursor: last ? writeCursor({ at: last.startedAt.toISOString(), id: last.id }) : null,
          total: await countUseSessions(tx, filter),
        };
      });
    },
  );

  routes.get(
    "/api/v1/customers/:id/wifi-use",
    {
      config: { access },
      schema: {
        tags,
        summary: "What a customer's sessions come to over some days, in all and by device",
        params: IdParams,
        querystring: UseQuery,
        response: { 200: UseReply, "4xx": ErrorReply },
      },
    },
    async (request) => {
      const filter = filterOf(request.params.id, request.query);
      const devices = await database.readTenant(tenantOf(request), (tx) =>
        sumUseByDevice(tx, filter),
      );
      return {
        ...addUpDevices(devices),
        devices: devices.map(({ lastStartedAt, ...device }) => ({
          ...device,
          lastStartedAt: lastStartedAt.toISOString(),
        })),
      };
    },
  );
}

/** Access controllers and policies are named in the settings of the branch, as they stand now. */
async function nameAll(tx: TenantTransaction, rows: readonly UseSessionRow[]) {
  const names = new Map<string, string>();
  for (const branchId of new Set(rows.map((row) => row.branchId))) {
    const found = await findDocument(tx, branchId);
    for (const { id, name } of [
      ...(found?.document.nas ?? []),
      ...(found?.document.policies ?? []),
    ])
      names.set(id, name);
  }
  const nameOf = (id: string | null) => (id === null ? null : (names.get(id) ?? null));
  return rows.map(({ startedAt, endedAt, ...row }) => ({
    ...row,
    startedAt: startedAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
    nasName: nameOf(row.nasId),
    policyName: nameOf(row.policyId),
  }));
}
