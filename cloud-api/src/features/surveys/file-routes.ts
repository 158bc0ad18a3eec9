import { createHash } from "node:crypto";
import type { FastifyReply } from "fastify";
import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { takerOf, tenantIdOf, tenantOf } from "../../platform/session.ts";
import { REMOVAL } from "./file-describe.ts";
import {
  FILES_KIND,
  type FileBytes,
  findFileBytes,
  hasFile,
  type KeptOfFile,
  removeFile,
} from "./file-queries.ts";
import { sharedUntil } from "./file-rules.ts";
import { openShare, writeShare } from "./file-share.ts";
import { FileParams, SharedReply } from "./schema.ts";

const tags = ["surveys"];
const refusals = { "4xx": ErrorReply };
const GONE = "There is no such file, or it was erased.";
const SHARED_PATH = "/shared-survey-files";
/** Of one address: a token cannot be guessed, and nobody is to try for free. */
const ADDRESS_LIMIT = { rateLimit: { max: 120, timeWindow: "1 minute" } };

/** Files that customers sent: staff see them by their rights, others by an address for a while. */
export function registerFiles(routes: Routes, context: Context): void {
  const { database, sealing } = context;
  routes.get(
    "/api/v1/survey-files/:fileId",
    {
      config: { access: { permission: "surveys.read" } },
      schema: {
        tags,
        summary: "A picture or PDF that somebody sent with an answer",
        params: FileParams,
        produces: ["image/jpeg", "application/pdf"],
        response: { 200: Type.Unsafe<Buffer>({ type: "string", format: "binary" }), ...refusals },
      },
    },
    async (request, reply) => {
      const { fileId } = request.params;
      const found = await database.readTenant(tenantOf(request), (tx) => findFileBytes(tx, fileId));
      if (!found) throw refuse("not-found", GONE);
      return sendFile(reply, fileId, found);
    },
  );
  routes.post(
    "/api/v1/survey-files/:fileId/share",
    {
      config: { access: { permission: "surveys.export" } },
      schema: {
        tags,
        summary: "An address by which anybody sees the file for an hour; who made it is noted",
        params: FileParams,
        response: { 200: SharedReply, ...refusals },
      },
    },
    (request) =>
      database.inTenant(takerOf(request), async (tx) => {
        const { fileId } = request.params;
        if (!(await hasFile(tx, fileId))) throw refuse("not-found", GONE);
        const until = sharedUntil(tx.now);
        const expiresAt = until.toISOString();
        noteChange(tx, { kind: FILES_KIND, id: fileId, before: null, after: { expiresAt } });
        const token = writeShare(sealing, { tenantId: tenantIdOf(request), fileId, until });
        return { url: `${context.origin()}${SHARED_PATH}/${token}`, expiresAt };
      }),
  );
  routes.get(
    `${SHARED_PATH}/:token`,
    {
      config: { access: "public", ...ADDRESS_LIMIT },
      schema: { hide: true, params: Type.Object({ token: Type.String({ maxLength: 200 }) }) },
    },
    async (request, reply) => {
      const share = openShare(sealing, request.params.token);
      const isOpen = share !== null && context.clock() < share.until;
      const found =
        isOpen &&
        (await database.readTenant(share.tenantId, (tx) => findFileBytes(tx, share.fileId)));
      // One that never was, is over, or whose file was erased: nobody is told which.
      if (!isOpen || !found) throw refuse("not-found", "This address leads nowhere any more.");
      return sendFile(reply, share.fileId, found);
    },
  );
}

/** One file, where nobody needs it and somebody is on it; the answer it came with stays. */
export function registerFileRemoval(routes: Routes, { database }: Context): void {
  routes.delete(
    REMOVAL.path,
    {
      config: { access: { permission: "surveys.erase" } },
      schema: {
        tags,
        summary: "Delete a file for good; its answer says who did",
        params: FileParams,
        response: { 204: Type.Null(), ...refusals },
      },
    },
    async (request, reply) => {
      await database.changeTenant(tenantOf(request), async (tx) => {
        const file = await removeFile(tx, request.params.fileId);
        if (!file) throw refuse("not-found", GONE);
        const { answerId, id, questionId, kind, byteCount } = file;
        const kept: KeptOfFile = {
          ...{ id, questionId, kind, byteCount, addedAt: file.addedAt.toISOString() },
        };
        // Under the answer's id: what was deleted of it is found by it.
        noteChange(tx, { kind: FILES_KIND, id: answerId, before: kept, after: null });
        return { result: null, events: [] };
      });
      return reply.code(204).send(null);
    },
  );
}

/** As what it is by its bytes, under a name of ours; whatever is in it, nothing of it runs. */
function sendFile(reply: FastifyReply, id: string, { kind, bytes }: FileBytes): FastifyReply {
  const isPicture = kind === "jpeg";
  const name = `${createHash("sha256").update(id).digest("hex").slice(0, 12)}.${isPicture ? "jpg" : "pdf"}`;
  return reply
    .type(isPicture ? "image/jpeg" : "application/pdf")
    .header("content-disposition", `${isPicture ? "inline" : "attachment"}; filename="${name}"`)
    .header("x-content-type-options", "nosniff")
    .header("content-security-policy", "default-src 'none'; sandbox; frame-ancestors 'none'")
    .header("cross-origin-resource-policy", "same-origin")
    .header("cache-control", "no-store")
    .send(bytes);
}
