import type { Static } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import { newId } from "../../platform/clock.ts";
import { findSight } from "../../platform/customer-sight.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import type { NewEvent } from "../../platform/events.ts";
import { staffOf, tenantOf } from "../../platform/session.ts";
import { getSurveyRules } from "../surveys/index.ts";
import { hasActionName, insertAction, keepActionName } from "./action-queries.ts";
import { getCase, NO_CASE } from "./describe.ts";
import { caseEvent } from "./handlers.ts";
import { lockCase, updateCase } from "./queries.ts";
import { isTheirs, listWorkers } from "./readers.ts";
import { TAG } from "./routes.ts";
import { changeCase } from "./rules.ts";
import { CaseActionBody, CaseChangeBody, CaseParams, CaseReply } from "./schema.ts";

const tags = [TAG.name];
const refusals = { "4xx": ErrorReply };
const EDIT = { access: { permission: "cases.edit" } };

export function registerChanges(routes: Routes, context: Context): void {
  routes.patch(
    "/api/v1/cases/:id",
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Give a case to somebody, move its time, close it or open it again",
        params: CaseParams,
        body: CaseChangeBody,
        response: { 200: CaseReply, ...refusals },
      },
    },
    async (request) => {
      const sees = await findSight(request, context);
      return context.database.changeTenant(tenantOf(request), async (tx) => ({
        events: await applyChange(tx, request.params.id, request.body),
        result: await getCase(tx, request.params.id, sees),
      }));
    },
  );
}

async function applyChange(
  tx: TenantTransaction,
  id: string,
  { changedAt, dueAt, ...asked }: Static<typeof CaseChangeBody>,
): Promise<NewEvent[]> {
  const before = await lockCase(tx, id);
  if (!before) throw refuse("not-found", NO_CASE);
  if (before.changedAt.getTime() !== Date.parse(changedAt))
    throw refuse("conflict", "Somebody else changed the case meanwhile. Read it again.");
  // Whether it was closed in time is told by the time it had then.
  const staysClosed = before.state === "closed" && (asked.state ?? "closed") === "closed";
  if (staysClosed && dueAt !== undefined)
    throw refuse("conflict", "A closed case keeps its time. Open it again first.");
  if (asked.ownerId) await checkOwner(tx, asked.ownerId, before.branchId);
  const change = { ...asked, ...(dueAt === undefined ? {} : { dueAt: new Date(dueAt) }) };
  const after = changeCase(before, change, await findTime(tx));
  await updateCase(tx, { id, ...after });
  const tell = ({ state, ownerId, dueAt: due }: typeof after) => ({ state, ownerId, dueAt: due });
  noteChange(tx, { kind: "cases", id, before: tell(before), after: tell(after) });
  return [caseEvent(tx, { what: "changed", caseId: id, branchId: before.branchId })];
}

export function registerActions(routes: Routes, context: Context): void {
  routes.post(
    "/api/v1/cases/:id/actions",
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Note what was done to make good, and what came of it",
        params: CaseParams,
        body: CaseActionBody,
        response: { 201: CaseReply, ...refusals },
      },
    },
    async (request, reply) => {
      const { staffId } = staffOf(request);
      const { id } = request.params;
      const sees = await findSight(request, context);
      const described = await context.database.changeTenant(tenantOf(request), async (tx) => ({
        events: await addAction(tx, { ...request.body, caseId: id, staffId }),
        result: await getCase(tx, id, sees),
      }));
      return reply.code(201).send(described);
    },
  );
}

type Doing = Static<typeof CaseActionBody> & { caseId: string; staffId: string };

async function addAction(
  tx: TenantTransaction,
  { caseId, actionId: picked, name, result, staffId }: Doing,
): Promise<NewEvent[]> {
  if ((picked === undefined) === (name === undefined))
    throw refuse("invalid", "An action is picked by its id or added by its name.", {
      field: "/actionId",
    });
  const found = await lockCase(tx, caseId);
  if (!found) throw refuse("not-found", NO_CASE);
  if (picked !== undefined && !(await hasActionName(tx, picked)))
    throw refuse("invalid", "There is no such action.", { field: "/actionId" });
  const actionId = picked ?? (await keepActionName(tx, { id: newId(), name: (name ?? "").trim() }));
  const { branchId } = found;
  await insertAction(tx, {
    ...{ id: newId(), caseId, branchId, actionId },
    ...{ result: result.trim(), doneBy: staffId },
  });
  // Whoever does something about it works on it; a key of the API is nobody.
  const isWorker = (await listWorkers(tx)).some((each) => each.staffId === staffId);
  if (found.state === "new" && isWorker) {
    const ownerId = found.ownerId ?? staffId;
    await updateCase(tx, { id: caseId, ...changeCase(found, { ownerId }, await findTime(tx)) });
  }
  // Not what came of it: that may tell of a person.
  noteChange(tx, { kind: "cases", id: caseId, before: null, after: { actionId } });
  return [caseEvent(tx, { what: "changed", caseId, branchId })];
}

/** What time it is, and how long a case has. */
async function findTime(tx: TenantTransaction) {
  const { caseHours } = await getSurveyRules(tx);
  return { now: tx.now, caseHours };
}

async function checkOwner(tx: TenantTransaction, ownerId: string, branchId: string) {
  const workers = await listWorkers(tx);
  if (workers.some((each) => each.staffId === ownerId && isTheirs(each, branchId))) return;
  throw refuse("invalid", "Nobody with that id works on cases of the branch.", {
    field: "/ownerId",
  });
}
