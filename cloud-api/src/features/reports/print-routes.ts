import type { Readable } from "node:stream";
import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { ErrorReply } from "../../platform/errors.ts";
import { PDF_TYPE, printReport } from "../../platform/print-report.ts";
import { tenantOf } from "../../platform/session.ts";
import { readQuestion } from "./figures.ts";
import { listPrintRoutes } from "./list-print-routes.ts";
import { readNarrowing } from "./narrowing.ts";
import { findAround, printTable } from "./print.ts";
import { FileQuery } from "./schema.ts";
import { FILE_WORDS, FOUND_TABLES, keysOf, nameTable } from "./tables.ts";

const tags = ["reports"];
const READ = { access: { permission: "reports.read" } };
const PATH = "/api/v1/reports";
const PrintedFile = Type.Unsafe<Readable>({ type: "string", description: "PDF" });

/** Every report as pages that can be sent to somebody, with the numbers of its page. */
export function printRoutes(routes: Routes, context: Context): void {
  for (const table of Object.entries(FOUND_TABLES)) registerPrinted(routes, context, table);
  listPrintRoutes(routes, context);
}

function registerPrinted(
  routes: Routes,
  context: Context,
  [name, find]: [string, (typeof FOUND_TABLES)[string]],
): void {
  routes.get(
    `${PATH}/${name}.pdf`,
    {
      config: READ,
      schema: {
        ...{ tags, summary: `The report ${name} as PDF: drawn, and its table` },
        querystring: FileQuery,
        response: { 200: PrintedFile, "4xx": ErrorReply },
      },
    },
    async (request, reply) => {
      const { by = "branch", unit = "day", counted = "everywhere", file = "vi" } = request.query;
      const words = FILE_WORDS[file];
      const narrow = readNarrowing(request, context, request.query);
      const report = await context.database.readTenant(tenantOf(request), async (tx) => {
        const question = await readQuestion(tx, request.query, narrow);
        const details = { by, unit, counted, words };
        const { columns, rows, hasSum } = await find(tx, question, details);
        const title = nameTable(words, name);
        const told = {
          ...{ name, title, columns, hasSum, keys: keysOf(name) },
          heads: columns.map((column) => words[column]),
          rows: rows.map((cells) => ({ cells, before: null })),
        };
        const around = await findAround(tx, { question, language: file });
        return { ...around, title, figures: [], parts: [printTable(told, file)] };
      });
      reply.header("content-disposition", `attachment; filename="${name}.pdf"`);
      return reply.type(PDF_TYPE).send(printReport(report));
    },
  );
}
