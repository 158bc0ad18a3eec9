import type { FastifyRequest } from "fastify";
import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import { newId } from "../../platform/clock.ts";
import { READ_CUSTOMERS } from "../../platform/customer-sight.ts";
import type { TenantEntry, TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { findLogPosition } from "../../platform/events.ts";
import { enqueue } from "../../platform/jobs.ts";
import { staffOf, tenantOf } from "../../platform/session.ts";
import { listMarks, needsChange } from "../marks/index.ts";
import {
  type ActionRow,
  beginUndo,
  countRunning,
  endAction,
  findAction,
  insertAction,
  listActions,
  listLeft,
  lockAction,
  type NewAction,
} from "./action-queries.ts";
import { describeActions } from "./describe.ts";
import { CLEAN_TASK, RUN_TASK } from "./jobs.ts";
import { isBusy, isUndoable, RUNNING_MAX, UNDO_DAYS } from "./rules.ts";
import {
  ActionBody,
  ActionParams,
  ActionReply,
  ActionsReply,
  LeftReply,
  PreviewBody,
  PreviewReply,
} from "./schema.ts";
import { noteEnd, readTargets, toChange } from "./steps.ts";
import { countTargets, findLastId } from "./target-queries.ts";

export const TAG = {
  name: "customer-lists",
  description: "Views of the list of customers, and what is done to all of a list at once",
};
const common = { tags: [TAG.name] };
const refusals = { "4xx": ErrorReply };
const ACT = { access: { permission: "customer-lists.act", beside: READ_CUSTOMERS } };
const ACTIONS_LISTED = 50;
const LEFT_LISTED = 200;
const DAY_MS = 86_400_000;

export function actionRoutes(routes: Routes, context: Context): void {
  registerBeginning(routes, context);
  registerReading(routes, context);
  registerEnding(routes, context);
}

type Sent = Pick<ActionBody, "filter" | "kind" | "markId">;

/** What is to be done to whom, with the name of the group or tag. */
async function readSent(tx: TenantTransaction, { filter, kind, markId }: Sent) {
  const id = markId?.toLowerCase() ?? null;
  if (id === null && kind !== "set-group")
    throw refuse("invalid", "Say which tag.", { field: "/markId" });
  const marks = id === null ? [] : await listMarks(tx, kind === "set-group" ? "group" : "tag");
  const mark = marks.find((each) => each.id === id);
  if (id !== null && !mark)
    throw refuse("invalid", "It is there no more. Choose another one.", { field: "/markId" });
  const customerIds = filter.customerIds?.map((each) => each.toLowerCase());
  const kept = customerIds ? { ...filter, customerIds } : filter;
  return { kind, markId: id, markName: mark?.name ?? null, filter: kept };
}

async function count(tx: TenantTransaction, action: Awaited<ReturnType<typeof readSent>>) {
  const targets = await readTargets(tx, action.filter);
  return countTargets(tx, targets, needsChange(tx, toChange(action)));
}

function registerBeginning(routes: Routes, { database }: Context): void {
  routes.post(
    "/api/v1/customer-actions/preview",
    {
      config: ACT,
      schema: {
        ...common,
        summary: "How many customers an action would change; nothing is done",
        body: PreviewBody,
        response: { 200: PreviewReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) =>
        count(tx, await readSent(tx, request.body)),
      ),
  );
  routes.post(
    "/api/v1/customer-actions",
    {
      config: ACT,
      schema: {
        ...common,
        summary: "Change the tag or the group of everybody a filter means, in the background",
        body: ActionBody,
        response: { 201: ActionReply, ...refusals },
      },
    },
    async (request, reply) => {
      const begun = await database.inTenant(tenantOf(request), async (tx) => {
        const action = await readSent(tx, request.body);
        const { customers } = await count(tx, action);
        const throughId = await findLastId(tx);
        if (customers === 0 || throughId === null)
          throw refuse("conflict", "Nobody whom you may change is in it.", { field: "/filter" });
        if (customers > request.body.customers)
          throw refuse("conflict", `They are ${customers} by now. Confirm that number.`, {
            field: "/customers",
          });
        if ((await countRunning(tx)) >= RUNNING_MAX)
          throw refuse("conflict", `${RUNNING_MAX} actions go on already. Wait for one to end.`);
        const { staffId, isKey } = staffOf(request);
        const made: NewAction = {
          ...{ ...action, id: newId(), staffId, actorKind: isKey ? "api-key" : "staff" },
          ...{ branchIds: reachOf(tenantOf(request)), total: customers, throughId },
        };
        await insertAction(tx, made);
        await enqueue(tx, { task: RUN_TASK, payload: { actionId: made.id }, key: made.id });
        const runAt = new Date(tx.now.getTime() + UNDO_DAYS * DAY_MS);
        const payload = { actionId: made.id };
        await enqueue(tx, { task: CLEAN_TASK, payload, key: made.id, runAt });
        sayNothingYet(tx, made.id);
        return describe(tx, made.id);
      });
      return reply.code(201).send(begun);
    },
  );
}

const reachOf = (tenant: TenantEntry) =>
  typeof tenant === "string" || tenant.branchIds === null ? null : [...tenant.branchIds];

/** The audit log tells of an action at its end, with what came of it. */
function sayNothingYet(tx: TenantTransaction, id: string): void {
  noteChange(tx, { kind: "customer-actions", id, before: null, after: null });
}

async function describe(tx: TenantTransaction, id: string): Promise<ActionReply> {
  const row = await findAction(tx, id);
  const [action] = row ? await describeActions(tx, [row]) : [];
  if (action) return action;
  throw refuseMissing();
}

const refuseMissing = () => refuse("not-found", "There is no such action that you may see.");

/** Somebody bound to branches sees what they did themselves: others may have meant other customers. */
function visibleTo(request: FastifyRequest, row: ActionRow | null): ActionRow {
  const isBound = reachOf(tenantOf(request)) !== null;
  if (!row || (isBound && row.staffId !== staffOf(request).staffId)) throw refuseMissing();
  return row;
}

function registerReading(routes: Routes, { database }: Context): void {
  routes.get(
    "/api/v1/customer-actions",
    {
      config: ACT,
      schema: {
        ...common,
        summary: "What was done to many customers at once, the newest first",
        response: { 200: ActionsReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const isBound = reachOf(tenantOf(request)) !== null;
        const staffId = isBound ? staffOf(request).staffId : null;
        const rows = await listActions(tx, { staffId, limit: ACTIONS_LISTED });
        return { actions: await describeActions(tx, rows) };
      }),
  );
  routes.get(
    "/api/v1/customer-actions/:id",
    {
      config: ACT,
      schema: {
        ...common,
        summary: "One action: how far it is and what came of it",
        params: ActionParams,
        response: { 200: ActionReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const row = visibleTo(request, await findAction(tx, request.params.id));
        return describe(tx, row.id);
      }),
  );
  routes.get(
    "/api/v1/customer-actions/:id/left",
    {
      config: ACT,
      schema: {
        ...common,
        summary: "Who was not changed, or not changed back, and why",
        params: ActionParams,
        response: { 200: LeftReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const row = visibleTo(request, await findAction(tx, request.params.id));
        return { customers: await listLeft(tx, { actionId: row.id, limit: LEFT_LISTED }) };
      }),
  );
}

function registerEnding(routes: Routes, { database }: Context): void {
  routes.post(
    "/api/v1/customer-actions/:id/cancel",
    {
      config: ACT,
      schema: {
        ...common,
        summary: "Stop an action, or its undoing, where it is",
        params: ActionParams,
        response: { 200: ActionReply, ...refusals },
      },
    },
    (request) =>
      database.inTenant(tenantOf(request), async (tx) => {
        const row = visibleTo(request, await lockAction(tx, request.params.id));
        if (!isBusy(row)) throw refuse("conflict", "It is through already.");
        // What was not changed back yet can be later.
        const state = row.state === "undoing" ? "finished" : "cancelled";
        await endAction(tx, { id: row.id, state });
        noteEnd(tx, row, { state });
        return describe(tx, row.id);
      }),
  );
  routes.post(
    "/api/v1/customer-actions/:id/undo",
    {
      config: ACT,
      schema: {
        ...common,
        summary: "Change everybody back whom nobody has changed since in the same respect",
        params: ActionParams,
        response: { 200: ActionReply, ...refusals },
      },
    },
    (request) =>
      database.inTenant(tenantOf(request), async (tx) => {
        const row = visibleTo(request, await lockAction(tx, request.params.id));
        if (!isUndoable(row, row.cleanedAt !== null))
          throw refuse("conflict", "There is nothing of it to undo, or not any more.");
        const { staffId, isKey } = staffOf(request);
        await beginUndo(tx, {
          ...{ id: row.id, staffId, actorKind: isKey ? "api-key" : "staff" },
          ...{ branchIds: reachOf(tenantOf(request)), position: await findLogPosition(tx) },
        });
        await enqueue(tx, { task: RUN_TASK, payload: { actionId: row.id }, key: row.id });
        sayNothingYet(tx, row.id);
        return describe(tx, row.id);
      }),
  );
}
