import type { Context, Routes } from "../../feature.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { tenantOf } from "../../platform/session.ts";
import { listSeenRows } from "../boxes/index.ts";
import { type BranchDocument, findDocument, NO_BRANCH } from "../branches/index.ts";
import { findServedName } from "../certificates/index.ts";
import { listSteps, mergeSights } from "./nas-steps.ts";
import { holdsAt } from "./reach.ts";
import { BranchParams, NasHealthReply, NasParams, NasSetupReply } from "./schema.ts";
import { findPortalOrigin, hideSecrets, nameGuide, nameSteps, writeSetup } from "./setup-text.ts";

const refusals = { "4xx": ErrorReply };
const tags = ["wifi-desk"];
const READ = { access: { permission: "wifi.read" } };

/** How the access controllers of a branch are, and what is typed in on them. */
export function registerNas(routes: Routes, context: Context): void {
  const { database } = context;
  routes.get(
    "/api/v1/branches/:id/nas-health",
    {
      config: READ,
      schema: {
        tags,
        summary: "What the boxes of a branch see of each access controller, and of unknown ones",
        params: BranchParams,
        response: { 200: NasHealthReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const branchId = request.params.id;
        return describeHealth(await getDocument(tx, branchId), await listBoxes(tx, branchId));
      }),
  );
  routes.get(
    "/api/v1/branches/:id/nas/:nasId/setup",
    {
      config: READ,
      schema: {
        tags,
        summary:
          "What is copied to an access controller; secrets for those who may change the branch",
        params: NasParams,
        response: { 200: NasSetupReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const { id: branchId, nasId } = request.params;
        const { nas: all } = await getDocument(tx, branchId);
        const nas = all.find(({ id }) => id === nasId);
        if (!nas) throw refuse("not-found", "The branch has no such access controller.");
        const [box] = (await listBoxes(tx, branchId)).filter(
          (each) => addressesOf(each).length > 0,
        );
        const [boxAddress = null] = box ? addressesOf(box) : [];
        const settings = context.certificates;
        const servedName = box ? await findServedName(tx, { boxId: box.id, settings }) : null;
        const asked = { request, permission: "branches.edit", branchId };
        const showsSecrets = await holdsAt(tx, context, asked);
        const portalOrigin = findPortalOrigin(all, boxAddress);
        const place = { boxAddress, portalOrigin, servedName };
        const texts = writeSetup(showsSecrets ? nas : hideSecrets(nas), place);
        return { guide: nameGuide(nas), steps: nameSteps(nas), texts, showsSecrets };
      }),
  );
}

type SeenRow = Awaited<ReturnType<typeof listSeenRows>>[number];

const addressesOf = ({ report }: SeenRow): string[] => report?.addresses ?? [];

async function listBoxes(tx: TenantTransaction, branchId: string): Promise<SeenRow[]> {
  const rows = await listSeenRows(tx, null);
  return rows.filter((row) => row.branchId === branchId);
}

async function getDocument(tx: TenantTransaction, branchId: string): Promise<BranchDocument> {
  const found = await findDocument(tx, branchId);
  if (!found) throw refuse("not-found", NO_BRANCH);
  return found.document;
}

function describeHealth({ nas }: BranchDocument, boxes: readonly SeenRow[]) {
  const told = boxes.filter(({ report }) => report?.nas !== undefined);
  const accessPoints = nas.map((each) => {
    const sights = told.flatMap(({ report }) => report?.nas ?? []);
    const sight = mergeSights(sights.filter(({ nasId }) => nasId === each.id));
    const isTold = told.length > 0 && boxes.every(({ held, newest }) => held >= newest);
    const moments = sight ? [sight.requestAt, sight.redirectAt, sight.accountingAt] : [];
    const { id, name, kind, source } = each;
    return {
      ...{ id, name, kind, source, steps: listSteps(each, { sight, isTold }) },
      lastSeenAt:
        moments
          .flatMap((at) => at ?? [])
          .toSorted()
          .at(-1) ?? null,
      refusals: sight?.refusals ?? [],
    };
  });
  return {
    accessPoints,
    unknownSenders: told.flatMap(({ report }) => report?.unknownSenders ?? []),
    refusedArrivals: told.flatMap(({ report }) => report?.refusedArrivals ?? []),
    boxes: boxes.map((box) => ({
      ...{ id: box.id, name: box.name, addresses: addressesOf(box) },
      tellsOfNas: box.report?.nas !== undefined,
      reportedAt: box.reportedAt?.toISOString() ?? null,
    })),
    nextCursor: null,
    total: accessPoints.length,
  };
}
