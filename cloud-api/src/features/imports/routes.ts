import { Readable } from "node:stream";
import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { enqueue } from "../../platform/jobs.ts";
import { findReach } from "../../platform/rights.ts";
import { staffOf, tenantOf } from "../../platform/session.ts";
import { getBranch } from "../branches/index.ts";
import { describeImport, summarise } from "./describe.ts";
import { CHECK_TASK, RUN_TASK } from "./jobs.ts";
import { listOwnColumns } from "./own-columns.ts";
import {
  beginCheck,
  beginRun,
  endImport,
  findImport,
  findPiece,
  type ImportRow,
  type ImportState,
  listImports,
  lockImport,
  type Plan,
  rememberColumns,
  saveForm,
} from "./queries.ts";
import { findPlanFault, foldHeader, isOwn } from "./rules.ts";
import {
  FormRequest,
  ImportListReply,
  ImportParams,
  ImportReply,
  PlanRequest,
  UploadQuery,
} from "./schema.ts";
import { FILE_BYTES_MAX, keepUpload, readForm } from "./upload.ts";

export const TAG = { name: "imports", description: "Customers out of a file" };
const access = { permission: "imports.edit" };
const common = { tags: ["imports"] };
const IMPORTS_LISTED = 100;

/** Files of customers: sent, looked through, and brought in. */
export function importRoutes(routes: Routes, context: Context): void {
  registerUpload(routes, context);
  registerReading(routes, context);
  registerPlans(routes, context);
  registerRuns(routes, context);
}

function registerUpload(routes: Routes, { database }: Context): void {
  routes.register(async (scope) => {
    // The body is read by the route, a piece at a time.
    scope.addContentTypeParser("application/octet-stream", (_, body, done) => done(null, body));
    scope.post(
      "/api/v1/imports",
      {
        config: { access },
        bodyLimit: FILE_BYTES_MAX,
        schema: {
          ...common,
          summary: "Sends a file of customers: its bytes as application/octet-stream",
          querystring: UploadQuery,
          response: { 201: ImportReply, "4xx": ErrorReply },
        },
      },
      async (request, reply) => {
        if (!(request.body instanceof Readable))
          throw refuse("invalid", "Send the file as application/octet-stream.", { field: "/file" });
        const tenant = tenantOf(request);
        const { name: fileName } = request.query as { name: string };
        const upload = { tenant, staffId: staffOf(request).staffId, fileName };
        const id = await keepUpload(database, upload, request.body);
        return reply.code(201).send(
          await database.readTenant(tenant, async (tx) => {
            return describeImport(tx, await getImport(tx, id));
          }),
        );
      },
    );
  });
}

function registerReading(routes: Routes, { database }: Context): void {
  routes.get(
    "/api/v1/imports",
    {
      config: { access },
      schema: {
        ...common,
        summary: "Lists the newest imports",
        response: { 200: ImportListReply, "4xx": ErrorReply },
      },
    },
    async (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const imports = [];
        for (const row of await listImports(tx, IMPORTS_LISTED))
          imports.push(await summarise(tx, row));
        return { imports };
      }),
  );

  routes.get(
    "/api/v1/imports/:id",
    {
      config: { access },
      schema: {
        ...common,
        summary: "One import: its columns, its plan and its figures",
        params: ImportParams,
        response: { 200: ImportReply, "4xx": ErrorReply },
      },
    },
    async (request) =>
      database.readTenant(tenantOf(request), async (tx) =>
        describeImport(tx, await getImport(tx, request.params.id)),
      ),
  );
}

function registerPlans(routes: Routes, context: Context): void {
  const { database } = context;
  routes.put(
    "/api/v1/imports/:id/form",
    {
      config: { access },
      schema: {
        ...common,
        summary: "Says how the file's letters and columns are to be read",
        params: ImportParams,
        body: FormRequest,
        response: { 200: ImportReply, "4xx": ErrorReply },
      },
    },
    async (request) =>
      database.inTenant(tenantOf(request), async (tx) => {
        const row = await lockInState(tx, request.params.id, ["uploaded", "checked"]);
        if (row.isWorkbook)
          throw refuse("invalid", "A workbook says itself how it is read.", { field: "/encoding" });
        const content = await findPiece(tx, { importId: row.id, number: 0 });
        const form = content && readForm(content, request.body);
        if (form?.kind !== "table")
          throw refuse("invalid", "Read like this, the file has no columns.", {
            field: "/separator",
          });
        noteChange(tx, { kind: KIND, id: row.id, before: null, after: request.body });
        const { bytes, isWorkbook } = row;
        await saveForm(tx, row.id, { ...request.body, bytes, isWorkbook, headers: form.headers });
        return describeImport(tx, await getImport(tx, row.id));
      }),
  );

  routes.put(
    "/api/v1/imports/:id/plan",
    {
      config: { access },
      schema: {
        ...common,
        summary: "Says which column is what, and begins a dry run",
        params: ImportParams,
        body: PlanRequest,
        response: { 200: ImportReply, "4xx": ErrorReply },
      },
    },
    async (request) =>
      database.inTenant(tenantOf(request), async (tx) => {
        const row = await lockInState(tx, request.params.id, ["uploaded", "checked"]);
        const plan = request.body;
        refusePlan(row, plan);
        refuseMarks(request, plan, context);
        await refuseUnknown(tx, plan);
        await getBranch(tx, plan.branchId);
        await beginCheck(tx, row.id, plan);
        const fields = plan.columns.filter((field) => field !== null);
        const after = { branchId: plan.branchId, columns: fields };
        noteChange(tx, { kind: KIND, id: row.id, before: null, after });
        const columns = row.headers.map((header, index) => ({
          header: foldHeader(header),
          field: plan.columns[index] ?? "",
        }));
        const named = new Map(columns.map((each) => [each.header, each]));
        await rememberColumns(tx, [...named.values()]);
        await enqueue(tx, { task: CHECK_TASK, payload: { importId: row.id }, key: row.id });
        return describeImport(tx, await getImport(tx, row.id));
      }),
  );
}

function refusePlan({ headers }: ImportRow, { columns }: PlanRequest): void {
  if (columns.length !== headers.length)
    throw refuse("invalid", `Say what each of the ${headers.length} columns is.`, {
      field: "/columns",
    });
  const fault = findPlanFault(columns);
  if (fault === "field-twice")
    throw refuse("invalid", "Two columns are said to be the same.", { field: "/columns" });
  if (fault === "no-identifier")
    throw refuse(
      "invalid",
      "Say which column holds the phone number, the e-mail address, the card or the till's code.",
      { field: "/columns" },
    );
}

const GIVE_MARKS = "marks.give";

/** A file gives groups and tags in the name of whoever brings it in: they may do so by hand, too. */
function refuseMarks(
  request: FastifyRequest,
  plan: Pick<Plan, "columns"> | null,
  { permissions }: Context,
): void {
  const at = plan?.columns.findIndex((field) => field === "group" || field === "tags") ?? -1;
  if (at < 0) return;
  if (findReach(staffOf(request).grants, GIVE_MARKS, permissions)?.kind === "tenant") return;
  throw refuse("forbidden", `Your role may not do this: ${GIVE_MARKS}.`, {
    field: `/columns/${at}`,
  });
}

async function refuseUnknown(tx: TenantTransaction, { columns }: PlanRequest): Promise<void> {
  const own = new Set((await listOwnColumns(tx)).map(({ key }) => key));
  for (const [index, field] of columns.entries())
    if (field !== null && isOwn(field) && !own.has(field))
      throw refuse("invalid", `There is no field ${field}.`, { field: `/columns/${index}` });
}

function registerRuns(routes: Routes, context: Context): void {
  const { database } = context;
  routes.post(
    "/api/v1/imports/:id/run",
    {
      config: { access },
      schema: {
        ...common,
        summary: "Brings the customers in, after a dry run",
        params: ImportParams,
        response: { 204: Type.Null(), "4xx": ErrorReply },
      },
    },
    async (request, reply) => {
      await database.inTenant(tenantOf(request), async (tx) => {
        const row = await lockInState(tx, request.params.id, ["checked"]);
        refuseMarks(request, row.plan, context);
        await beginRun(tx, row.id);
        noteState(tx, row, "running");
        await enqueue(tx, { task: RUN_TASK, payload: { importId: row.id }, key: row.id });
      });
      return reply.code(204).send(null);
    },
  );

  routes.post(
    "/api/v1/imports/:id/cancel",
    {
      config: { access },
      schema: {
        ...common,
        summary: "Ends an import; customers who came in already stay",
        params: ImportParams,
        response: { 204: Type.Null(), "4xx": ErrorReply },
      },
    },
    async (request, reply) => {
      await database.inTenant(tenantOf(request), async (tx) => {
        const open: ImportState[] = ["uploaded", "checking", "checked", "running"];
        const row = await lockInState(tx, request.params.id, open);
        await endImport(tx, { id: row.id, state: "cancelled", failure: null });
        noteState(tx, row, "cancelled");
      });
      return reply.code(204).send(null);
    },
  );
}

const KIND = "imports";

function noteState(tx: TenantTransaction, { id, state }: ImportRow, next: ImportState): void {
  noteChange(tx, { kind: KIND, id, before: { state }, after: { state: next } });
}

export async function getImport(tx: TenantTransaction, id: string): Promise<ImportRow> {
  const row = await findImport(tx, id);
  if (!row || row.state === "uploading") throw refuse("not-found", "There is no such import.");
  return row;
}

async function lockInState(
  tx: TenantTransaction,
  id: string,
  states: readonly ImportState[],
): Promise<ImportRow> {
  const row = await lockImport(tx, id);
  if (!row || row.state === "uploading") throw refuse("not-found", "There is no such import.");
  if (!states.includes(row.state))
    throw refuse("conflict", `This import is ${row.state}: load it again.`);
  return row;
}
