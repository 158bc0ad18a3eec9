import { BOX_API, BoxReport, BoxReportReply } from "@foyer/contract";
import { Value } from "typebox/value";
import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import type { TenantEntry, TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { boxOf, tenantOf } from "../../platform/session.ts";
import { findDocument, getBranch } from "../branches/index.ts";
import { describeBox } from "./describe.ts";
import { registerMetrics } from "./metrics.ts";
import {
  findWatch,
  keepRefusals,
  keepReport,
  listSeenRows,
  lockWatch,
  saveWatch,
} from "./queries.ts";
import { pickRefusals, WATCH_AT_FIRST } from "./rules.ts";
import {
  AlertsReply,
  BoxParams,
  BranchParams,
  type SeenBox,
  SeenBoxesReply,
  SeenBox as SeenBoxSchema,
  Watch,
  WatchChange,
} from "./schema.ts";

export const TAG = { name: "box health", description: "How boxes are, and what to do about them" };
const tags = [TAG.name];
const refusals = { "4xx": ErrorReply };
const READ = { access: { permission: "boxes.read" } };
const EDIT = { access: { permission: "boxes.edit" } };

export function registerBoxes(routes: Routes, context: Context): void {
  registerReport(routes, context);
  registerSeen(routes, context);
  registerWatch(routes, context);
  registerMetrics(routes, context);
}

function registerReport(routes: Routes, { database, clock }: Context): void {
  routes.post(
    BOX_API.report,
    {
      config: { access: "box" },
      schema: {
        tags: ["boxes"],
        summary: "How a box is, told every minute; answered with the time",
        body: BoxReport,
        response: { 200: BoxReportReply, ...refusals },
      },
    },
    async (request) => {
      // A box of a later release tells more than is known here.
      const report = Value.Clean(BoxReport, request.body) as BoxReport;
      const box = boxOf(request);
      await database.inTenant(box.tenantId, (tx) => keepTold(tx, { ...box, report }));
      return { now: clock().toISOString() };
    },
  );
}

type Told = { boxId: string; branchId: string; report: BoxReport };

async function keepTold(
  tx: TenantTransaction,
  { boxId, branchId, report: { nasRefusals = [], ...report } }: Told,
): Promise<void> {
  if (nasRefusals.length > 0) {
    const { nas = [] } = (await findDocument(tx, branchId))?.document ?? {};
    const nasIds = nas.map(({ id }) => id.toLowerCase());
    const refusals = pickRefusals(nasRefusals, { nasIds, now: tx.now });
    await keepRefusals(tx, { boxId, refusals });
  }
  await keepReport(tx, { boxId, report });
}

function registerSeen(routes: Routes, { database, clock }: Context): void {
  const listBoxes = (tenant: TenantEntry, boxId: string | null): Promise<SeenBox[]> =>
    database.readTenant(tenant, async (tx) => {
      const rows = await listSeenRows(tx, boxId);
      return rows.map((row) => describeBox(row, clock()));
    });
  routes.get(
    "/api/v1/boxes",
    {
      config: READ,
      schema: {
        tags,
        summary: "Every box, how it said it is, and what to do about it",
        response: { 200: SeenBoxesReply, ...refusals },
      },
    },
    async (request) => {
      const boxes = await listBoxes(tenantOf(request), null);
      return { boxes, nextCursor: null, total: boxes.length };
    },
  );
  routes.get(
    "/api/v1/boxes/:boxId",
    {
      config: READ,
      schema: {
        tags,
        summary: "One box",
        params: BoxParams,
        response: { 200: SeenBoxSchema, ...refusals },
      },
    },
    async (request) => {
      const [box] = await listBoxes(tenantOf(request), request.params.boxId);
      if (!box) throw refuse("not-found", "There is no box with this id.");
      return box;
    },
  );
  routes.get(
    "/api/v1/box-alerts",
    {
      config: READ,
      schema: {
        tags,
        summary: "Boxes without a word for too long while their branch was open",
        response: { 200: AlertsReply, ...refusals },
      },
    },
    async (request) => {
      const boxes = await listBoxes(tenantOf(request), null);
      const alerts = boxes.flatMap(toAlert);
      return { alerts, nextCursor: null, total: alerts.length };
    },
  );
}

function toAlert({ troubles, ...box }: SeenBox) {
  const { branchId, branchName, timeZone, lastHeardAt } = box;
  return troubles.flatMap((trouble) =>
    trouble.kind === "silent"
      ? [
          {
            ...{ branchId, branchName, timeZone, lastHeardAt },
            ...{ boxId: box.id, boxName: box.name, openMinutes: trouble.openMinutes },
          },
        ]
      : [],
  );
}

function registerWatch(routes: Routes, { database }: Context): void {
  const path = "/api/v1/branches/:id/watch";
  routes.get(
    path,
    {
      config: READ,
      schema: {
        tags,
        summary: "From how long a silence on staff are told, and when the branch is open",
        params: BranchParams,
        response: { 200: Watch, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const { id } = await getBranch(tx, request.params.id);
        return (await findWatch(tx, id)) ?? WATCH_AT_FIRST;
      }),
  );
  routes.patch(
    path,
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Set any of it",
        params: BranchParams,
        body: WatchChange,
        response: { 200: Watch, ...refusals },
      },
    },
    (request) =>
      database.inTenant(tenantOf(request), async (tx) => {
        const { id: branchId } = await getBranch(tx, request.params.id);
        const before = await lockWatch(tx, branchId, WATCH_AT_FIRST);
        const watch = { ...before, ...request.body };
        await saveWatch(tx, { branchId, watch });
        noteChange(tx, {
          ...{ kind: "branches", id: branchId },
          ...{ before: { watch: before }, after: { watch } },
        });
        return watch;
      }),
  );
}
