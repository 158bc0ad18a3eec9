import type { FastifyRequest } from "fastify";
import type { Context } from "../../feature.ts";
import { newId } from "../../platform/clock.ts";
import type { TenantEntry, TenantTransaction } from "../../platform/db.ts";
import { staffOf, tenantOf } from "../../platform/session.ts";
import { finishExport, insertExport } from "../customers/index.ts";
import {
  hasTooMany,
  refuseTooMany,
  refuseTooManyCustomers,
  refuseTooManyVisits,
} from "./bounds.ts";
import { type Question, readQuestion } from "./figures.ts";
import { readCell, readVisitsOf } from "./filter.ts";
import { type CountedCustomer, type Cell as CustomerCell, listCounted } from "./list-queries.ts";
import { readNarrowing } from "./narrowing.ts";
import type { CustomersFileQuery, VisitsFileQuery } from "./schema.ts";
import type { Cell, Words } from "./tables.ts";
import {
  type CountedVisit,
  countVisitors,
  isMoved,
  listVisits,
  type Place,
  type VisitCell,
} from "./visit-list-queries.ts";

/** Who may take customers away may take these, and their visits; who did is noted with the others. */
export const EXPORT = { access: { permission: "customers.export" } };
const PAGE_ROWS = 1000;

/** A list that is to be taken away, of which nothing is noted or sent yet. */
type Asked = { tenant: TenantEntry; question: Question };
export type AskedCustomers = Asked & { cell: CustomerCell };
export type AskedVisits = Asked & { cell: VisitCell };

/** Refuses what cannot be asked; the days are named from here on. */
export async function askCustomers(
  context: Context,
  request: FastifyRequest,
  query: CustomersFileQuery,
): Promise<AskedCustomers> {
  const of = readCell(query);
  const asked = await ask(context, request, query);
  const cell = { ...of, filter: asked.question.filter };
  await context.database.readTenant(asked.tenant, (tx) => refuseTooManyCustomers(tx, cell));
  return { ...asked, cell };
}

export async function askVisits(
  context: Context,
  request: FastifyRequest,
  query: VisitsFileQuery,
): Promise<AskedVisits> {
  const of = readVisitsOf(query);
  const asked = await ask(context, request, query);
  const cell = { filter: asked.question.filter, of };
  await context.database.readTenant(asked.tenant, async (tx) => {
    await refuseTooManyVisits(tx, cell);
    if (isMoved(of)) await refuseTooMany(tx, cell.filter);
  });
  return { ...asked, cell };
}

/** Whose they are is counted in the end: of those listed by when they left or were there, out of all of their days. */
export const leavesAsFile = async (
  tx: TenantTransaction,
  { filter, of }: VisitCell,
): Promise<boolean> => !isMoved(of) || !(await hasTooMany(tx, filter));

async function ask(
  context: Context,
  request: FastifyRequest,
  query: VisitsFileQuery | CustomersFileQuery,
): Promise<Asked> {
  const tenant = tenantOf(request);
  const narrow = readNarrowing(request, context, query);
  const question = await context.database.readTenant(tenant, (tx) =>
    readQuestion(tx, query, narrow, { isPaged: true }),
  );
  return { tenant, question };
}

/** Notes who takes what away, before any of it is sent. */
export async function noteTaking(
  { database }: Context,
  request: FastifyRequest,
  narrowed: Record<string, unknown>,
): Promise<string> {
  const id = newId();
  const { staffId } = staffOf(request);
  const noted = { id, staffId, search: null, markId: null, segmentId: null, narrowed };
  await database.inTenant(tenantOf(request), (tx) => insertExport(tx, noted));
  return id;
}

/** `id`: of what was noted of it. */
type Begun = { id: string; words: Words };

/** A page at a time, each in a transaction of its own: whoever loads slowly holds nobody up. */
export async function* listCustomerPages(
  { database }: Context,
  { tenant, cell, id, words }: AskedCustomers & Begun,
): AsyncGenerator<Cell[][]> {
  yield [[words.name, words.phone, words.visits, words.firstDay, words.lastDay]];
  let customers = 0;
  for (let after: string | null = null; ; ) {
    const place = { cell, after, limit: PAGE_ROWS };
    const page: CountedCustomer[] = await database.inTenant(tenant, (tx) => listCounted(tx, place));
    if (page.length === 0) break;
    customers += page.length;
    after = page.at(-1)?.id ?? null;
    yield page.map((row) => [row.name, row.phone, row.visits, row.firstDay, row.lastDay]);
  }
  await database.inTenant(tenant, (tx) => finishExport(tx, { id, customers }));
}

/** How a moment at a branch is written. */
type WriteTime = (at: Date, branchId: string) => string;

export async function* listVisitPages(
  { database }: Context,
  { tenant, cell, id, words, time }: AskedVisits & Begun & { time: WriteTime },
): AsyncGenerator<Cell[][]> {
  yield [VISIT_COLUMNS.map((column) => words[column])];
  for (let after: Place | null = null; ; ) {
    const place = { cell, after, limit: PAGE_ROWS };
    const page: CountedVisit[] = await database.inTenant(tenant, (tx) => listVisits(tx, place));
    if (page.length > 0) yield page.map((row) => toCells(row, time));
    after = page.at(-1) ?? null;
    if (page.length < PAGE_ROWS) break;
  }
  // Of how many people it is; nobody's visits are of none.
  await database.inTenant(tenant, async (tx) =>
    finishExport(tx, { id, customers: await countVisitors(tx, cell) }),
  );
}

const toCells = (row: CountedVisit, time: WriteTime): Cell[] => [
  ...[row.day, row.hour, row.branchName, row.customerName, row.number, row.numberAtBranch],
  ...[time(row.startedAt, row.branchId), row.endedAt && time(row.endedAt, row.branchId)],
  ...[row.connectedSeconds, row.uploadBytes, row.downloadBytes],
];

const VISIT_COLUMNS = [
  ...(["day", "hour", "branch", "customer", "number", "numberAtBranch"] as const),
  ...(["startedAt", "endedAt", "connectedSeconds", "uploadBytes", "downloadBytes"] as const),
];
