import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { tenantOf } from "../../platform/session.ts";
import { listSeenRows } from "../boxes/index.ts";
import { type BoxUpgradeRow, chooseRing, findBoxUpgrade } from "./queries.ts";
import { findFor } from "./releases.ts";
import { listQuiet } from "./rules.ts";
import { BoxParams, BoxUpgrade, RingChoice } from "./schema.ts";

const tags = ["box health"];
const refusals = { "4xx": ErrorReply };

/** What staff see of a box's releases, and when it is to have one. */
export function registerUpgrades(routes: Routes, { database }: Context): void {
  routes.get(
    "/api/v1/boxes/:boxId/upgrade",
    {
      config: { access: { permission: "boxes.read" } },
      schema: {
        ...{ tags, summary: "The ring of a box, its release and what became of the last upgrade" },
        ...{ params: BoxParams, response: { 200: BoxUpgrade, ...refusals } },
      },
    },
    (request) => database.readTenant(tenantOf(request), (tx) => describe(tx, request.params.boxId)),
  );
  routes.put(
    "/api/v1/boxes/:boxId/upgrade",
    {
      config: { access: { permission: "boxes.edit" } },
      schema: {
        ...{ tags, summary: "When a box has a release: among the first, with most, or last" },
        ...{ params: BoxParams, body: RingChoice, response: { 200: BoxUpgrade, ...refusals } },
      },
    },
    (request) =>
      database.inTenant(tenantOf(request), async (tx) => {
        const { boxId } = request.params;
        const { ring } = request.body;
        const { branchId } = await getBox(tx, boxId);
        const before = readRow(await findBoxUpgrade(tx, boxId));
        await chooseRing(tx, { boxId, branchId }, ring);
        const told = { kind: "boxes", id: boxId } as const;
        noteChange(tx, { ...told, before: { ring: before.ring }, after: { ring } });
        return describe(tx, boxId);
      }),
  );
}

async function getBox(tx: TenantTransaction, boxId: string) {
  const [box] = await listSeenRows(tx, boxId);
  if (!box) throw refuse("not-found", "There is no box with this id.");
  return box;
}

async function describe(tx: TenantTransaction, boxId: string): Promise<BoxUpgrade> {
  const box = await getBox(tx, boxId);
  const row = await findBoxUpgrade(tx, boxId);
  const architecture = row?.architecture ?? null;
  const offered = row && architecture && (await findFor(tx, boxId, { ...row, architecture }));
  const [quiet = null] = listQuiet(box, tx.now);
  const { timeZone } = box;
  return { ...readRow(row), offered: offered?.version ?? null, quiet, timeZone };
}

type Told = Pick<BoxUpgrade, "ring" | "release" | "askedAt" | "last">;

function readRow(row: BoxUpgradeRow | null): Told {
  if (!row) return { ring: "most", release: null, askedAt: null, last: null };
  const { ring, release, askedAt, outcome, version, reason, at } = row;
  const isTold = outcome !== null && version !== null && at !== null;
  const last = isTold ? { version, outcome, reason, at: at.toISOString() } : null;
  return { ring, release, askedAt: askedAt?.toISOString() ?? null, last };
}
