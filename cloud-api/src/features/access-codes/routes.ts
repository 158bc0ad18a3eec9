import type { Context, Routes } from "../../feature.ts";
import { ErrorReply } from "../../platform/errors.ts";
import { tenantOf } from "../../platform/session.ts";
import { findPortalUrl } from "../boxes/index.ts";
import { getBranch } from "../branches/index.ts";
import { archiveBatch, getBatch, makeBatch } from "./batches.ts";
import { type BatchRow, listBatches, listCodes } from "./queries.ts";
import {
  BatchCodesReply,
  BatchListQuery,
  BatchListReply,
  BatchParams,
  BatchReply,
  NewBatchBody,
} from "./schema.ts";

export const TAG = { name: "access-codes", description: "Codes on paper that let guests online" };
const tags = [TAG.name];
const refusals = { "4xx": ErrorReply };
const READ = { access: { permission: "access-codes.read" } };
/** Also for reading them: whoever sees a code can use it. */
const EDIT = { access: { permission: "access-codes.edit" } };
const PATH = "/api/v1/access-code-batches";

export function registerAccessCodes(routes: Routes, { database }: Context): void {
  routes.get(
    PATH,
    {
      config: READ,
      schema: {
        tags,
        summary: "Batches of access codes and how far they are used",
        querystring: BatchListQuery,
        response: { 200: BatchListReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const rows = await listBatches(tx, request.query.branchId ?? null);
        return { batches: rows.map(toReply), nextCursor: null, total: rows.length };
      }),
  );
  routes.post(
    PATH,
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Make a batch of access codes",
        body: NewBatchBody,
        response: { 201: BatchReply, ...refusals },
      },
    },
    async (request, reply) => {
      const made = await database.changeTenant(tenantOf(request), (tx) =>
        makeBatch(tx, request.body),
      );
      return reply.code(201).send(toReply(made));
    },
  );
  registerBatch(routes, { database });
}

function registerBatch(routes: Routes, { database }: Pick<Context, "database">): void {
  routes.get(
    `${PATH}/:id`,
    {
      config: EDIT,
      schema: {
        tags,
        summary: "The codes of a batch, and what a sheet of them says",
        params: BatchParams,
        response: { 200: BatchCodesReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const batch = await getBatch(tx, request.params.id);
        const branch = await getBranch(tx, batch.branchId);
        return {
          ...toReply(batch),
          brandName: branch.settings.brand.name,
          portalUrl: await findPortalUrl(tx, branch),
          codes: await listCodes(tx, batch.id),
        };
      }),
  );
  routes.post(
    `${PATH}/:id/archive`,
    {
      config: EDIT,
      schema: {
        tags,
        summary: "End a batch: no box takes its codes any more",
        params: BatchParams,
        response: { 200: BatchReply, ...refusals },
      },
    },
    async (request) =>
      toReply(
        await database.changeTenant(tenantOf(request), (tx) => archiveBatch(tx, request.params.id)),
      ),
  );
}

function toReply({ validFrom, validUntil, createdAt, archivedAt, ...row }: BatchRow): BatchReply {
  return {
    ...row,
    validFrom: validFrom?.toISOString() ?? null,
    validUntil: validUntil?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
    archivedAt: archivedAt?.toISOString() ?? null,
  };
}
