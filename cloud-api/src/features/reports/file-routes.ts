import type { Readable } from "node:stream";
import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { newId } from "../../platform/clock.ts";
import type { TenantEntry } from "../../platform/db.ts";
import { ErrorReply } from "../../platform/errors.ts";
import { staffOf, tenantOf } from "../../platform/session.ts";
import {
  inOnePage,
  TABLE_FORMS,
  TABLE_TYPES,
  type TableForm,
  writeTable,
} from "../../platform/table-file.ts";
import { finishExport, insertExport } from "../customers/index.ts";
import { readQuestion } from "./figures.ts";
import { type Filter, readCell } from "./filter.ts";
import {
  type CountedCustomer,
  type CountedVisit,
  countCounted,
  listCounted,
  listVisits,
} from "./list-queries.ts";
import { ofVisits, readNarrowing } from "./narrowing.ts";
import { narrowsOf } from "./rules.ts";
import {
  CustomersFileQuery,
  FileQuery,
  type FileQuery as FileQueryOf,
  VisitsFileQuery,
} from "./schema.ts";
import { type Cell, FILE_WORDS, TABLES } from "./tables.ts";

const tags = ["reports"];
const READ = { access: { permission: "reports.read" } };
/** Who may take customers away may take these, and their visits; who did is noted with the others. */
const EXPORT = { access: { permission: "customers.export" } };
const TableFile = Type.Unsafe<Readable>({ type: "string", description: "CSV, UTF-8; or XLSX" });
const response = { 200: TableFile, "4xx": ErrorReply };
const PATH = "/api/v1/reports";
const PAGE_ROWS = 1000;
const EVERYBODY = { kind: null, numbers: null, recency: null, cohort: null };

/** Every report as a file that a spreadsheet opens, with the numbers of its page. */
export function fileRoutes(routes: Routes, context: Context): void {
  for (const form of TABLE_FORMS) {
    for (const name of Object.keys(TABLES)) registerTable(routes, context, { form, name });
    registerCustomers(routes, context, form);
    registerVisits(routes, context, form);
  }
}

const attach = (name: string, form: TableForm) => `attachment; filename="${name}.${form}"`;
const wordsOf = ({ file = "vi" }: Pick<FileQueryOf, "file">) => FILE_WORDS[file];

function registerTable(
  routes: Routes,
  context: Context,
  { form, name }: { form: TableForm; name: string },
): void {
  routes.get(
    `${PATH}/${name}.${form}`,
    {
      config: READ,
      schema: {
        ...{ tags, summary: `The report ${name} as ${form.toUpperCase()}` },
        ...{ querystring: FileQuery, response },
      },
    },
    async (request, reply) => {
      const { by = "branch", unit = "day", counted = "everywhere" } = request.query;
      const words = wordsOf(request.query);
      const asked = { query: request.query, narrows: narrowsOf(name) };
      const narrow = readNarrowing(request, context, asked);
      const table = await context.database.readTenant(tenantOf(request), async (tx) => {
        const question = await readQuestion(tx, request.query, narrow);
        return TABLES[name]?.(tx, question, { by, unit, counted, words });
      });
      const file = writeTable(inOnePage(table ?? []), { form, sheet: words.reports });
      reply.header("content-disposition", attach(name, form));
      return reply.type(TABLE_TYPES[form]).send(file);
    },
  );
}

function registerCustomers(routes: Routes, context: Context, form: TableForm): void {
  const { database } = context;
  routes.get(
    `${PATH}/customers.${form}`,
    {
      config: EXPORT,
      schema: {
        tags,
        summary: `The customers a number counts as ${form.toUpperCase()}; who took them is noted`,
        ...{ querystring: CustomersFileQuery, response },
      },
    },
    async (request, reply) => {
      const tenant = tenantOf(request);
      const { query } = request;
      const cell = readCell(query);
      // Refused before anything is noted or sent; the days are named from here on.
      const narrow = readNarrowing(request, context, ofVisits(query));
      const { filter } = await database.readTenant(tenant, (tx) => readQuestion(tx, query, narrow));
      const id = newId();
      const { staffId } = staffOf(request);
      const noted = { search: null, markId: null, segmentId: null, narrowed: { report: query } };
      await database.inTenant(tenant, (tx) => insertExport(tx, { id, staffId, ...noted }));
      const words = wordsOf(query);
      const file = writeTable(
        listPages(context, { tenant, id, words, cell: { ...cell, filter } }),
        { form, sheet: words.customers },
      );
      reply.header("content-disposition", attach("customers", form));
      return reply.type(TABLE_TYPES[form]).send(file);
    },
  );
}

type Begun = {
  tenant: TenantEntry;
  id: string;
  words: (typeof FILE_WORDS)["vi"];
  cell: Parameters<typeof listCounted>[1]["cell"];
};

/** A page at a time, each in a transaction of its own: whoever loads slowly holds nobody up. */
async function* listPages(
  { database }: Context,
  { tenant, id, words, cell }: Begun,
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

function registerVisits(routes: Routes, context: Context, form: TableForm): void {
  const { database } = context;
  routes.get(
    `${PATH}/visits.${form}`,
    {
      config: EXPORT,
      schema: {
        tags,
        summary: `The visits a number counts as ${form.toUpperCase()}; who took them is noted`,
        ...{ querystring: VisitsFileQuery, response },
      },
    },
    async (request, reply) => {
      const tenant = tenantOf(request);
      const { query } = request;
      const isAnonymous = query.kind === "anonymous";
      const narrow = readNarrowing(request, context, ofVisits(query));
      const { filter } = await database.readTenant(tenant, (tx) => readQuestion(tx, query, narrow));
      const id = newId();
      const { staffId } = staffOf(request);
      const noted = { search: null, markId: null, segmentId: null, narrowed: { visits: query } };
      await database.inTenant(tenant, (tx) => insertExport(tx, { id, staffId, ...noted }));
      const words = wordsOf(query);
      const pages = listVisitPages(context, { tenant, id, words, visits: { filter, isAnonymous } });
      reply.header("content-disposition", attach("visits", form));
      return reply.type(TABLE_TYPES[form]).send(writeTable(pages, { form, sheet: words.visits }));
    },
  );
}

type BegunVisits = Omit<Begun, "cell"> & { visits: { filter: Filter; isAnonymous: boolean } };

async function* listVisitPages(
  { database }: Context,
  { tenant, id, words, visits }: BegunVisits,
): AsyncGenerator<Cell[][]> {
  yield [VISIT_COLUMNS.map((column) => words[column])];
  for (let after: { day: string; id: string } | null = null; ; ) {
    const place = { ...visits, after, limit: PAGE_ROWS };
    const page: CountedVisit[] = await database.inTenant(tenant, (tx) => listVisits(tx, place));
    after = page.at(-1) ?? null;
    if (after === null) break;
    yield page.map((row) => [
      ...[row.day, row.hour, row.branchName, row.customerName, row.number, row.numberAtBranch],
      ...[row.startedAt.toISOString(), row.endedAt?.toISOString() ?? null],
      ...[row.connectedSeconds, row.uploadBytes, row.downloadBytes],
    ]);
  }
  // Of how many people it is; nobody's visits are of none.
  const { filter, isAnonymous } = visits;
  await database.inTenant(tenant, async (tx) => {
    const customers = isAnonymous ? 0 : await countCounted(tx, { filter, ...EVERYBODY });
    await finishExport(tx, { id, customers });
  });
}

const VISIT_COLUMNS = [
  ...(["day", "hour", "branch", "customer", "number", "numberAtBranch"] as const),
  ...(["startedAt", "endedAt", "connectedSeconds", "uploadBytes", "downloadBytes"] as const),
];
