import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import type { Changed, TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import { staffOf, tenantOf } from "../../platform/session.ts";
import { listBranchNames, listStandings } from "../branches/index.ts";
import { describePage, NO_PAGE } from "./describe.ts";
import {
  ANYWHERE,
  type Branch,
  getVersion,
  listTargets,
  type Made,
  makeVersion,
  type PageOwner,
  planFor,
  putOn,
  takeOff,
} from "./publish.ts";
import { lockPageRow, type PageRow } from "./queries.ts";
import { EDIT, pageChanged, refusals, tags, writesOf } from "./routes.ts";
import { mayEdit, type Writes } from "./rules.ts";
import {
  PageParams,
  PageReply,
  PlanParams,
  PublishBody,
  type PublishBody as PublishRequest,
  RollBackBody,
  WithdrawBody,
} from "./schema.ts";
import { listPlacements, lockPlan, updatePlan } from "./version-queries.ts";

export function registerPublishing(routes: Routes, context: Context): void {
  registerPublish(routes, context);
  registerTakingBack(routes, context);
  registerPlans(routes, context);
}

const IN_ONE =
  "All of the branches or none: one that cannot show the page keeps it off the others.";

function registerPublish(routes: Routes, context: Context): void {
  const { database } = context;
  routes.post(
    "/api/v1/pages/:pageId/publish",
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Put a page on branches, now or at a time on the clock of each",
        description: IN_ONE,
        params: PageParams,
        body: PublishBody,
        response: { 200: PageReply, ...refusals },
      },
    },
    (request) =>
      database.changeTenant(tenantOf(request), async (tx) => {
        const row = await lockPage(tx, request.params.pageId);
        const writes = writesOf(request, context);
        const made = await chooseVersion(tx, row, {
          ...{ body: request.body, by: staffOf(request).staffId },
          writes,
        });
        const { to, at } = request.body;
        const targets = await listTargets(tx, row, to);
        if (at === undefined) return place(tx, made, { page: row, targets, writes });
        await planFor(tx, made, { targets, at });
        return concluded(tx, made, { targets, writes, at });
      }),
  );
}

async function lockPage(tx: TenantTransaction, id: string): Promise<PageRow> {
  const row = await lockPageRow(tx, id);
  if (!row) throw refuse("not-found", NO_PAGE);
  if (row.archivedAt) throw refuse("conflict", "This page is archived. Take it out first.");
  return row;
}

/** A version there is, or the draft: whoever may not change the page puts up what others made of it. */
async function chooseVersion(
  tx: TenantTransaction,
  row: PageRow,
  { body: { revision, version }, by, writes }: { body: PublishRequest; by: string; writes: Writes },
): Promise<Made> {
  if (version !== undefined) return getVersion(tx, { pageId: row.id, version, by });
  if (revision === undefined)
    throw refuse("invalid", "Say which revision of the draft, or which version.", { field: "/" });
  const made = await makeVersion(tx, row, { revision, by });
  if (made.version > row.version && !mayEdit(row, writes, await listBranchNames(tx)))
    throw refuse("forbidden", "This page is not yours to change: put up a version that was made.");
  return made;
}

type Put = { targets: readonly Branch[]; writes: Writes };

async function place(
  tx: TenantTransaction,
  made: Made,
  put: Put & { page: PageOwner },
): Promise<Changed<PageReply>> {
  const events = await putOn(tx, made, put);
  const done = await concluded(tx, made, put);
  return { ...done, events: [...events, ...done.events] };
}

async function concluded(
  tx: TenantTransaction,
  { pageId, version }: Made,
  { targets, writes, at }: Put & { at?: string },
): Promise<Changed<PageReply>> {
  const branchIds = targets.map(({ id }) => id);
  const after = { version, branchIds, ...(at === undefined ? {} : { at }) };
  noteChange(tx, { kind: "pages", id: pageId, before: null, after });
  return { result: await describePage(tx, pageId, writes), events: [pageChanged(tx, pageId)] };
}

function registerTakingBack(routes: Routes, context: Context): void {
  const { database } = context;
  routes.post(
    "/api/v1/pages/:pageId/roll-back",
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Put an earlier version in the place of what stands on the branches in reach",
        description: IN_ONE,
        params: PageParams,
        body: RollBackBody,
        response: { 200: PageReply, ...refusals },
      },
    },
    (request) =>
      database.changeTenant(tenantOf(request), async (tx) => {
        const row = await lockPage(tx, request.params.pageId);
        const { version } = request.body;
        const by = staffOf(request).staffId;
        const made = await getVersion(tx, { pageId: row.id, version, by });
        const put = await listPlacements(tx, row.id);
        const standing = await listStandings(tx, { pageId: row.id, put });
        const ids = new Set(standing.map(({ branchId }) => branchId));
        const targets = (await listBranchNames(tx)).filter((branch) => ids.has(branch.id));
        if (targets.length === 0) throw refuse("conflict", "This page stands on no branch.");
        // Where it stands already, whoever's branch that is by now.
        return place(tx, made, { page: ANYWHERE, targets, writes: writesOf(request, context) });
      }),
  );
  routes.post(
    "/api/v1/pages/:pageId/withdraw",
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Take a page off branches",
        params: PageParams,
        body: WithdrawBody,
        response: { 200: PageReply, ...refusals },
      },
    },
    (request) =>
      database.changeTenant(tenantOf(request), async (tx) => {
        const row = await lockPage(tx, request.params.pageId);
        const targets = await listTargets(tx, ANYWHERE, request.body.to);
        const events = await takeOff(tx, row.id, targets);
        const branchIds = targets.map(({ id }) => id);
        noteChange(tx, { kind: "pages", id: row.id, before: { branchIds }, after: null });
        const result = await describePage(tx, row.id, writesOf(request, context));
        return { result, events: [...events, pageChanged(tx, row.id)] };
      }),
  );
}

function registerPlans(routes: Routes, context: Context): void {
  const { database } = context;
  routes.delete(
    "/api/v1/pages/:pageId/plans/:planId",
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Call off what was planned for a branch",
        params: PlanParams,
        response: { 204: Type.Null(), ...refusals },
      },
    },
    async (request, reply) => {
      await database.changeTenant(tenantOf(request), async (tx) => {
        const { pageId, planId: id } = request.params;
        const plan = await lockPlan(tx, id);
        if (plan?.pageId !== pageId) throw refuse("not-found", "There is no such plan.");
        if (plan.state !== "waiting") throw refuse("conflict", "It is too late to call that off.");
        await updatePlan(tx, { id, state: "cancelled", reason: null });
        const { branchId, version, dueAt } = plan;
        noteChange(tx, {
          kind: "pages",
          id: pageId,
          before: { branchId, version, dueAt },
          after: null,
        });
        return { result: null, events: [pageChanged(tx, pageId)] };
      });
      return reply.code(204).send(null);
    },
  );
}
