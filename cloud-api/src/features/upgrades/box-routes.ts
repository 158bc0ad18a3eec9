import { Readable } from "node:stream";
import { BOX_API, UpgradeCall, type UpgradeOffer, UpgradeReply } from "@foyer/contract";
import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { hasKeyStill } from "../../platform/box-calls.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { type BoxKey, boxOf } from "../../platform/session.ts";
import { describeBox, listSeenRows } from "../boxes/index.ts";
import { readRange } from "../branches/index.ts";
import { listReleases, noteAsked, noteOutcome } from "./queries.ts";
import { findFor, readRow, readTarball } from "./releases.ts";
import { judgeHalt } from "./rollout.ts";
import { findTrouble } from "./rollout-rules.ts";
import { listQuiet } from "./rules.ts";
import { ReleaseParams } from "./schema.ts";

/** What boxes ask, with their key: for a release, and for its tarball. */
export function registerBoxUpgrades(routes: Routes, context: Context): void {
  const { database } = context;
  routes.post(
    BOX_API.upgrade,
    {
      config: { access: "box" },
      schema: {
        tags: ["boxes"],
        summary: "The release that a box is to have, and what became of the last",
        body: UpgradeCall,
        response: { 200: UpgradeReply, "4xx": ErrorReply },
      },
    },
    async (request) => {
      const box = boxOf(request);
      const offer = await database.inTenant(box.tenantId, (tx) => answer(tx, box, request.body));
      return { offer };
    },
  );
  routes.get(
    `${BOX_API.releases}:sha256`,
    {
      config: { access: "box" },
      schema: {
        tags: ["boxes"],
        summary: "The tarball of a release, whole or from a byte on",
        params: ReleaseParams,
        produces: ["application/gzip"],
        response: { 200: Type.Any(), 206: Type.Any(), "4xx": ErrorReply },
      },
    },
    async (request, reply) => {
      const { sha256 } = request.params;
      const releases = await database.inDirectory(listReleases);
      const row = releases.find((each) => each.sha256 === sha256 && each.stage !== null);
      if (!row) throw refuse("not-found", "There is no such release.");
      const { bytes } = readRow(row);
      const from = readRange(request.headers.range, bytes);
      const parts = readTarball(database, { sha256, bytes }, from ?? 0);
      const body = Readable.from(whileItMay(parts, () => hasKeyStill(context, request)));
      reply.type("application/gzip").header("accept-ranges", "bytes");
      reply.header("content-length", bytes - (from ?? 0));
      if (from === null) return reply.send(body);
      const range = `bytes ${from}-${bytes - 1}/${bytes}`;
      return reply.code(206).header("content-range", range).send(body);
    },
  );
}

/** Parts as long as the box has its key: one that was removed learns nothing more, and its call is cut. */
async function* whileItMay(
  parts: AsyncIterable<Buffer>,
  mayGoOn: () => Promise<boolean>,
): AsyncGenerator<Buffer> {
  for await (const part of parts) {
    if (!(await mayGoOn())) throw refuse("unauthorized", "The box was removed.");
    yield part;
  }
}

async function answer(
  tx: TenantTransaction,
  box: BoxKey,
  call: UpgradeCall,
): Promise<UpgradeOffer | null> {
  const { boxId } = box;
  const { outcome } = call;
  const [seen] = await listSeenRows(tx, boxId);
  const trouble = seen ? findTrouble(describeBox(seen, tx.now).troubles) : null;
  const ring = await noteAsked(tx, box, { ...call, trouble });
  if (outcome !== null) await noteOutcome(tx, boxId, outcome);
  if (outcome?.kind === "rolled-back") await judgeHalt(tx, { sha256: outcome.sha256, ring });
  const row = await findFor(tx, boxId, { ...call, ring });
  return row && seen ? { announcement: readRow(row), quiet: listQuiet(seen, tx.now) } : null;
}
