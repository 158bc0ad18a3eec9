import { BOX_API, takePicturesOut } from "@foyer/contract";
import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import type { Database } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { boxOf } from "../../platform/session.ts";
import { findBranchRow } from "./queries.ts";
import { readRange } from "./rules.ts";
import type { ToldPictures } from "./told-pictures.ts";

const PictureParams = Type.Object({ hash: Type.String({ pattern: "^[0-9a-f]{64}$" }) });

/** A picture of the settings, by its hash: a box goes on from where its uplink was cut. */
export function registerPictures(routes: Routes, { database }: Context, told: ToldPictures): void {
  routes.get(
    `${BOX_API.pictures}:hash`,
    {
      config: { access: "box" },
      schema: {
        tags: ["boxes"],
        summary: "A picture of the branch's settings, whole or from a byte on",
        params: PictureParams,
        produces: ["text/plain"],
        response: { 200: Type.Any(), 206: Type.Any(), "4xx": ErrorReply },
      },
    },
    async (request, reply) => {
      const { tenantId, branchId } = boxOf(request);
      const { hash } = request.params;
      const bytes =
        told.find(branchId, hash) ?? (await readPicture(database, { tenantId, branchId, hash }));
      if (!bytes) throw refuse("not-found", "The branch's settings have no such picture any more.");
      reply.type("text/plain").header("accept-ranges", "bytes");
      const from = readRange(request.headers.range, bytes.length);
      if (from === null) return reply.send(bytes);
      const range = `bytes ${from}-${bytes.length - 1}/${bytes.length}`;
      return reply.code(206).header("content-range", range).send(bytes.subarray(from));
    },
  );
}

/** What others add to a branch's settings as they are told holds no picture. */
async function readPicture(
  database: Database,
  { tenantId, branchId, hash }: { tenantId: string; branchId: string; hash: string },
): Promise<Buffer | null> {
  const branch = await database.inTenant(tenantId, (tx) => findBranchRow(tx, branchId));
  const picture = takePicturesOut(branch?.settings).pictures.get(hash);
  return picture === undefined ? null : Buffer.from(picture);
}
