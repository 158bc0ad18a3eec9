import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import { newId } from "../../platform/clock.ts";
import { READ_CUSTOMERS } from "../../platform/customer-sight.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { cleanName } from "../../platform/names.ts";
import { sqlStateOf } from "../../platform/roles.ts";
import { staffOf, tenantOf } from "../../platform/session.ts";
import { nameStaff } from "../customers/index.ts";
import { VIEWS_MAX } from "./rules.ts";
import { ActionParams, SharingBody, ViewBody, ViewReply, ViewsReply } from "./schema.ts";
import { readTargets } from "./steps.ts";
import {
  countViews,
  deleteView,
  insertView,
  listViews,
  lockView,
  shareView,
  updateView,
  type ViewRow,
} from "./view-queries.ts";

const common = { tags: ["customer-lists"] };
const refusals = { "4xx": ErrorReply };
// Whoever reads the list keeps views of it: they are theirs, and change nothing of anybody else.
const READ = { access: { permission: "customer-lists.read", beside: READ_CUSTOMERS } };
const SHARE = { access: { permission: "customer-lists.share", beside: READ_CUSTOMERS } };
const UNIQUE_VIOLATION = "23505";

/** Views of the list of customers: each of the staff keeps their own, some are shared. */
export function viewRoutes(routes: Routes, context: Context): void {
  registerList(routes, context);
  registerChanges(routes, context);
  registerSharing(routes, context);
}

function registerList(routes: Routes, { database }: Context): void {
  routes.get(
    "/api/v1/customer-views",
    {
      config: READ,
      schema: {
        ...common,
        summary: "The caller's views of the list of customers, and those shared with the company",
        response: { 200: ViewsReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const { staffId } = staffOf(request);
        const rows = await listViews(tx, staffId);
        const names = await nameStaff(tx, rows);
        return { views: rows.map((row) => toReply(row, { staffId, names })) };
      }),
  );
  routes.post(
    "/api/v1/customer-views",
    {
      config: READ,
      schema: {
        ...common,
        summary: "Keep a view of the list of customers",
        body: ViewBody,
        response: { 201: ViewReply, ...refusals },
      },
    },
    async (request, reply) => {
      const { staffId } = staffOf(request);
      const made = await database.inTenant(tenantOf(request), async (tx) => {
        const view = await readView(tx, request.body, { id: newId(), staffId, shared: false });
        if ((await countViews(tx, staffId)) >= VIEWS_MAX)
          throw refuse("conflict", `You keep ${VIEWS_MAX} views already. Remove one first.`);
        if (!(await insertView(tx, view))) throw refuseName();
        noteChange(tx, { kind: "customer-views", id: view.id, before: null, after: view });
        return toReply(view, { staffId, names: await nameStaff(tx, [view]) });
      });
      return reply.code(201).send(made);
    },
  );
}

function registerChanges(routes: Routes, { database }: Context): void {
  routes.put(
    "/api/v1/customer-views/:id",
    {
      config: READ,
      schema: {
        ...common,
        summary: "Change a view of one's own",
        params: ActionParams,
        body: ViewBody,
        response: { 200: ViewReply, ...refusals },
      },
    },
    (request) =>
      database.inTenant(tenantOf(request), async (tx) => {
        const { staffId } = staffOf(request);
        const before = await getOwn(tx, request.params.id, staffId);
        const view = await readView(tx, request.body, before);
        await updateView(tx, view).catch((error: unknown) => {
          throw sqlStateOf(error) === UNIQUE_VIOLATION ? refuseName() : error;
        });
        noteChange(tx, { kind: "customer-views", id: view.id, before, after: view });
        return toReply(view, { staffId, names: await nameStaff(tx, [view]) });
      }),
  );
  routes.delete(
    "/api/v1/customer-views/:id",
    {
      config: READ,
      schema: {
        ...common,
        summary: "Remove a view of one's own, for whomever it was shared with as well",
        params: ActionParams,
        response: { 204: Type.Null(), ...refusals },
      },
    },
    async (request, reply) => {
      await database.inTenant(tenantOf(request), async (tx) => {
        const before = await getOwn(tx, request.params.id, staffOf(request).staffId);
        await deleteView(tx, before.id);
        noteChange(tx, { kind: "customer-views", id: before.id, before, after: null });
      });
      return reply.code(204).send(null);
    },
  );
}

function registerSharing(routes: Routes, { database }: Context): void {
  routes.put(
    "/api/v1/customer-views/:id/sharing",
    {
      config: SHARE,
      schema: {
        ...common,
        summary: "Share a view of one's own with the company, or take a shared one back",
        params: ActionParams,
        body: SharingBody,
        response: { 200: ViewReply, ...refusals },
      },
    },
    (request) =>
      database.inTenant(tenantOf(request), async (tx) => {
        const { staffId } = staffOf(request);
        const before = await lockView(tx, request.params.id);
        // One that is shared may be taken back by whoever may share: its maker may be gone.
        if (!before || (before.staffId !== staffId && !before.shared)) throw refuseMissing();
        const view = { ...before, shared: request.body.shared };
        await shareView(tx, view);
        noteChange(tx, { kind: "customer-views", id: view.id, before, after: view });
        return toReply(view, { staffId, names: await nameStaff(tx, [view]) });
      }),
  );
}

const refuseMissing = () => refuse("not-found", "You have no such view. It may have been removed.");
const refuseName = () =>
  refuse("conflict", "Another view of yours has this name already.", { field: "/name" });

async function getOwn(tx: TenantTransaction, id: string, staffId: string): Promise<ViewRow> {
  const view = await lockView(tx, id);
  if (view?.staffId === staffId) return view;
  throw refuseMissing();
}

type Kept = Pick<ViewRow, "id" | "staffId" | "shared">;

/** A view as it was sent; its conditions are read once, so that none is kept that can be none. */
async function readView(
  tx: TenantTransaction,
  { name, search, markId, segmentId, tree, columns, sort }: ViewBody,
  { id, staffId, shared }: Kept,
): Promise<ViewRow> {
  if (tree != null) await readTargets(tx, { tree });
  return {
    ...{ id, staffId, shared, name: cleanName(name), columns, sort, tree: tree ?? null },
    search: search?.trim() || null,
    markId: markId?.toLowerCase() ?? null,
    segmentId: segmentId?.toLowerCase() ?? null,
  };
}

type Reader = { staffId: string; names: ReadonlyMap<string, string> };

function toReply({ staffId: makerId, ...view }: ViewRow, { staffId, names }: Reader): ViewReply {
  return { ...view, isOwn: makerId === staffId, staffName: names.get(makerId) ?? null };
}
