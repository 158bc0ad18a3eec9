import type { FastifyRequest } from "fastify";
import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import type { NarrowedBy } from "../../platform/narrowing.ts";
import { staffOf, tenantOf } from "../../platform/session.ts";
import { type AskedPlace, listAskedBranches } from "../surveys/index.ts";
import { chooseMails, listChoices } from "./mail-queries.ts";
import { wantsMail } from "./readers.ts";
import { findReasons } from "./reasons.ts";
import {
  type CaseSums,
  listCaseSums,
  type Period,
  sumActions,
  sumCases,
} from "./report-queries.ts";
import { listStretches, type Step } from "./rules.ts";
import { CaseMailsBody, CaseMailsReply, CaseReportQuery, CaseReportReply } from "./schema.ts";

const tags = ["cases"];
const refusals = { "4xx": ErrorReply };
type AskedPeriod = NarrowedBy & AskedPlace & { from?: string; to?: string };

/** Which cases a request asks for, in the name of whoever does. */
export async function readPeriod(
  tx: TenantTransaction,
  {
    request,
    hooks,
    permissions,
  }: Pick<Context, "hooks" | "permissions"> & { request: FastifyRequest },
  { from, to, ...asked }: AskedPeriod,
): Promise<Period> {
  const reader = { hooks, permissions, grants: staffOf(request).grants };
  const isMeant = (await hooks.narrowFacts?.(tx, reader, asked)) ?? null;
  return {
    from: from ?? null,
    to: to ?? null,
    branchIds: await listAskedBranches(tx, asked),
    isMeant,
  };
}

const MAILS = "/api/v1/me/case-mails";

/** What was done, how soon, and whether it brought anybody back; and what guests name as reasons. */
export function registerReport(routes: Routes, context: Context): void {
  const { database } = context;
  routes.get(
    "/api/v1/case-report",
    {
      config: { access: { permission: "cases.read" } },
      schema: {
        tags,
        summary: "What was done about cases, and the reasons that guests name",
        querystring: CaseReportQuery,
        response: { 200: CaseReportReply, ...refusals },
      },
    },
    (request) => {
      const { from, to, ...asked } = request.query;
      if (from > to)
        throw refuse("invalid", "The first day is after the last.", { field: "/from" });
      return database.readTenant(tenantOf(request), async (tx) => {
        const period = { ...(await readPeriod(tx, { ...context, request }, asked)), from, to };
        const { step, reasons } = await findReasons(tx, period);
        return {
          ...(await sumCases(tx, period)),
          slots: await listSlots(tx, { ...period, step }),
          actions: await sumActions(tx, period),
          ...{ step, reasons },
        };
      });
    },
  );
}

const NONE: CaseSums = {
  ...{ raised: 0, closed: 0, late: 0, hoursToClose: null, closedOfKnown: 0, returned: 0 },
};

/** The same of each stretch of a period, also of those in which there was none. */
async function listSlots(
  tx: TenantTransaction,
  { step, ...period }: Period & { from: string; to: string; step: Step },
) {
  const rows = await listCaseSums(tx, { ...period, by: step });
  const sums = new Map(rows.map(({ key, ...sum }) => [key, sum]));
  return listStretches(period, step).map((first) => ({ first, ...(sums.get(first) ?? NONE) }));
}

/** Whether one is written to of low answers: everybody chooses for themselves. */
export function registerMailChoice(routes: Routes, { database, sendsMail }: Context): void {
  routes.get(
    MAILS,
    {
      config: { access: { permission: "cases.read" } },
      schema: {
        tags,
        summary: "Whether one is written to of low answers",
        response: { 200: CaseMailsReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const { staffId } = staffOf(request);
        const own = (await listChoices(tx)).find((each) => each.staffId === staffId);
        return { isOn: own !== undefined && wantsMail(own), sendsMail };
      }),
  );
  routes.put(
    MAILS,
    {
      config: { access: { permission: "cases.edit" } },
      schema: {
        tags,
        summary: "Choose it",
        body: CaseMailsBody,
        response: { 200: CaseMailsReply, ...refusals },
      },
    },
    (request) =>
      database.inTenant(tenantOf(request), async (tx) => {
        const { staffId } = staffOf(request);
        const { isOn } = request.body;
        const before = (await listChoices(tx)).find((each) => each.staffId === staffId);
        if (!before) throw refuse("forbidden", "A key of the API has no mailbox.");
        const versions = { before: { isOn: wantsMail(before) }, after: { isOn } };
        noteChange(tx, { kind: "case-mails", id: staffId, ...versions });
        await chooseMails(tx, { staffId, isOn });
        return { isOn, sendsMail };
      }),
  );
}
