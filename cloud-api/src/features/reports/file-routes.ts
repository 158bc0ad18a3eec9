import type { Readable } from "node:stream";
import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { ErrorReply } from "../../platform/errors.ts";
import { tenantOf } from "../../platform/session.ts";
import {
  inOnePage,
  TABLE_FORMS,
  TABLE_TYPES,
  type TableForm,
  writeTable,
} from "../../platform/table-file.ts";
import { readQuestion } from "./figures.ts";
import {
  askCustomers,
  askVisits,
  EXPORT,
  listCustomerPages,
  listVisitPages,
  noteTaking,
} from "./list-files.ts";
import { readNarrowing } from "./narrowing.ts";
import {
  CustomersFileQuery,
  FileQuery,
  type FileQuery as FileQueryOf,
  VisitsFileQuery,
} from "./schema.ts";
import { FILE_WORDS, TABLES } from "./tables.ts";

const tags = ["reports"];
const READ = { access: { permission: "reports.read" } };
const TableFile = Type.Unsafe<Readable>({ type: "string", description: "CSV, UTF-8; or XLSX" });
const response = { 200: TableFile, "4xx": ErrorReply };
const PATH = "/api/v1/reports";

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
      const narrow = readNarrowing(request, context, request.query);
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
      const { query } = request;
      const words = wordsOf(query);
      const asked = await askCustomers(context, request, query);
      const id = await noteTaking(context, request, { report: query });
      const pages = listCustomerPages(context, { ...asked, id, words });
      reply.header("content-disposition", attach("customers", form));
      return reply
        .type(TABLE_TYPES[form])
        .send(writeTable(pages, { form, sheet: words.customers }));
    },
  );
}

function registerVisits(routes: Routes, context: Context, form: TableForm): void {
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
      const { query } = request;
      const words = wordsOf(query);
      const asked = await askVisits(context, request, query);
      const id = await noteTaking(context, request, { visits: query });
      const time = (at: Date) => at.toISOString();
      const pages = listVisitPages(context, { ...asked, id, words, time });
      reply.header("content-disposition", attach("visits", form));
      return reply.type(TABLE_TYPES[form]).send(writeTable(pages, { form, sheet: words.visits }));
    },
  );
}
