import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import { newId } from "../../platform/clock.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { cleanName } from "../../platform/names.ts";
import { sqlStateOf } from "../../platform/roles.ts";
import { type SignIn, staffOf, tenantOf } from "../../platform/session.ts";
import { findTodayOf } from "../reports/index.ts";
import { describeSaved } from "./describe.ts";
import { savedFileRoutes } from "./file-routes.ts";
import { deleteMailsOf } from "./mail-queries.ts";
import { mailRoutes } from "./mail-routes.ts";
import {
  countSaved,
  deleteSaved,
  insertSaved,
  listSaved,
  type SavedReport,
  updateSaved,
} from "./queries.ts";
import { deleteReadersOf } from "./reader-queries.ts";
import {
  getSaved,
  KEEP,
  lockToChange,
  READ,
  type Rights,
  refuseKeys,
  refuseName,
  refuseSharing,
  rightsOf,
} from "./rights.ts";
import { REPORTS_MAX, tellsOfOne } from "./rules.ts";
import {
  SavedBody,
  SavedListReply,
  SavedParams,
  SavedReply,
  ToldQuery,
  ToldReply,
} from "./schema.ts";
import { stopRoutes } from "./stop-routes.ts";
import { refuseUnasked, tellSaved } from "./told.ts";

export const TAG = { name: "saved-reports", description: "Reports that are kept and shared" };
const tags = [TAG.name];
const refusals = { "4xx": ErrorReply };
const PATH = "/api/v1/saved-reports";
const UNIQUE_VIOLATION = "23505";

/** Reports by the names that staff gave them. */
export function savedRoutes(routes: Routes, context: Context): void {
  registerReading(routes, context);
  registerMaking(routes, context);
  registerChanges(routes, context);
  registerTelling(routes, context);
  savedFileRoutes(routes, context);
  mailRoutes(routes, context);
  stopRoutes(routes, context);
}

function registerReading(routes: Routes, context: Context): void {
  const { database } = context;
  routes.get(
    PATH,
    {
      config: READ,
      schema: {
        ...{ tags, summary: "The caller's saved reports, and those shared with the company" },
        response: { 200: SavedListReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const { staffId } = staffOf(request);
        const rights = rightsOf(staffOf(request), context);
        return { reports: await describeSaved(tx, await listSaved(tx, staffId), rights) };
      }),
  );
  routes.get(
    `${PATH}/:id`,
    {
      config: READ,
      schema: {
        ...{ tags, summary: "A saved report: what it is of" },
        params: SavedParams,
        response: { 200: SavedReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const { staffId } = staffOf(request);
        const saved = await getSaved(tx, { id: request.params.id, staffId });
        return describeOne(tx, saved, rightsOf(staffOf(request), context));
      }),
  );
}

function registerMaking(routes: Routes, context: Context): void {
  routes.post(
    PATH,
    {
      config: KEEP,
      schema: {
        ...{ tags, summary: "Save a report under a name", body: SavedBody },
        response: { 201: SavedReply, ...refusals },
      },
    },
    async (request, reply) => {
      const signIn = staffOf(request);
      refuseKeys(signIn);
      const rights = rightsOf(signIn, context);
      if (request.body.shared && !rights.mayShare) throw refuseSharing();
      const made = await context.database.inTenant(tenantOf(request), async (tx) => {
        const ownerId = signIn.staffId;
        const kept = { id: newId(), ownerId, createdAt: tx.now };
        const saved = await readSaved(tx, request.body, { kept, signIn, context });
        if ((await countSaved(tx, ownerId)) >= REPORTS_MAX)
          throw refuse("conflict", `You keep ${REPORTS_MAX} reports already. Remove one first.`);
        if (!(await insertSaved(tx, saved))) throw refuseName();
        noteChange(tx, { kind: TAG.name, id: saved.id, before: null, after: saved });
        return describeOne(tx, saved, rights);
      });
      return reply.code(201).send(made);
    },
  );
}

function registerChanges(routes: Routes, context: Context): void {
  const { database } = context;
  routes.put(
    `${PATH}/:id`,
    {
      config: KEEP,
      schema: {
        ...{ tags, summary: "Change a saved report", params: SavedParams, body: SavedBody },
        response: { 200: SavedReply, ...refusals },
      },
    },
    (request) =>
      database.inTenant(tenantOf(request), async (tx) => {
        const signIn = staffOf(request);
        const rights = rightsOf(signIn, context);
        const before = await lockToChange(tx, request.params.id, rights);
        if (request.body.shared && !before.shared && !rights.mayShare) throw refuseSharing();
        const saved = await readSaved(tx, request.body, { kept: before, signIn, context });
        await updateSaved(tx, saved).catch((error: unknown) => {
          throw sqlStateOf(error) === UNIQUE_VIOLATION ? refuseName() : error;
        });
        if (tellsOfOne(saved.report)) await endMails(tx, saved.id);
        noteChange(tx, { kind: TAG.name, id: saved.id, before, after: saved });
        return describeOne(tx, saved, rights);
      }),
  );
  routes.delete(
    `${PATH}/:id`,
    {
      config: KEEP,
      schema: {
        ...{ tags, summary: "Remove a saved report, for everybody" },
        params: SavedParams,
        response: { 204: Type.Null(), ...refusals },
      },
    },
    async (request, reply) => {
      await database.inTenant(tenantOf(request), async (tx) => {
        const rights = rightsOf(staffOf(request), context);
        const before = await lockToChange(tx, request.params.id, rights);
        await deleteSaved(tx, before.id);
        await endMails(tx, before.id);
        noteChange(tx, { kind: TAG.name, id: before.id, before, after: null });
      });
      return reply.code(204).send(null);
    },
  );
}

/** For everybody who had ordered any. */
async function endMails(tx: TenantTransaction, savedId: string): Promise<void> {
  await deleteMailsOf(tx, savedId);
  await deleteReadersOf(tx, savedId);
}

function registerTelling(routes: Routes, context: Context): void {
  routes.get(
    `${PATH}/:id/figures`,
    {
      config: READ,
      schema: {
        tags,
        summary: "What a saved report says to the caller, beside what it is set against",
        ...{ params: SavedParams, querystring: ToldQuery },
        response: { 200: ToldReply, ...refusals },
      },
    },
    (request) =>
      context.database.readTenant(tenantOf(request), async (tx) => {
        const asked = { ...request.params, query: request.query, signIn: staffOf(request) };
        return (await tellSaved(tx, { ...asked, source: context })).told;
      }),
  );
}

async function describeOne(
  tx: TenantTransaction,
  saved: SavedReport,
  rights: Rights,
): Promise<SavedReply> {
  const [described] = await describeSaved(tx, [saved], rights);
  if (described) return described;
  throw new Error("A saved report was described as none.");
}

type Kept = Pick<SavedReport, "id" | "ownerId" | "createdAt">;

/** A report as it was sent. It is asked once, so that none is kept that its maker is refused. */
async function readSaved(
  tx: TenantTransaction,
  { name, note = "", report, period, days, compared, query, shared }: SavedBody,
  { kept, signIn, context }: { kept: Kept; signIn: SignIn; context: Context },
): Promise<SavedReport> {
  if ((period === null) === (days === null))
    throw refuse("invalid", "Either a period by its name, or days.", { field: "/period" });
  const cleaned = cleanName(name);
  if (cleaned === "") throw refuse("invalid", "It needs a name.", { field: "/name" });
  const { id, ownerId, createdAt } = kept;
  const asked = { report, period, days, compared, query };
  const reader = { grants: signIn.grants, source: context };
  await refuseUnasked(tx, { saved: asked, today: await findTodayOf(tx, asked.query), reader });
  const said = { name: cleaned, note: note.normalize("NFC").trim(), shared };
  return { ...asked, ...said, ...{ id, ownerId, createdAt, changedAt: tx.now } };
}
