import { Readable } from "node:stream";
import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import type { Database, TenantEntry } from "../../platform/db.ts";
import { ErrorReply } from "../../platform/errors.ts";
import { tenantOf } from "../../platform/session.ts";
import { TABLE_FORMS, TABLE_TYPES, writeTable } from "../../platform/table-file.ts";
import { listBadRows } from "./queries.ts";
import { getImport } from "./routes.ts";
import { ImportParams, WordsQuery } from "./schema.ts";
import { WORDS, type Words } from "./words.ts";

const TableFile = Type.Unsafe<Readable>({ type: "string", description: "CSV, UTF-8; or XLSX" });
const PAGE_ROWS = 1000;
const access = { permission: "imports.edit" };

/** Files to take home: rows to mend and send again, and one to begin from. */
export function downloadRoutes(routes: Routes, { database }: Context): void {
  for (const form of TABLE_FORMS) {
    routes.get(
      `/api/v1/imports/sample.${form}`,
      {
        config: { access },
        schema: {
          tags: ["imports"],
          summary: `A file to begin from, as ${form.toUpperCase()}`,
          querystring: WordsQuery,
          response: { 200: TableFile, "4xx": ErrorReply },
        },
      },
      async (request, reply) => {
        const words = WORDS[request.query.language];
        const pages = Readable.from([listSampleRows(words)]);
        reply.header("content-disposition", `attachment; filename="foyer-sample.${form}"`);
        return reply
          .type(TABLE_TYPES[form])
          .send(writeTable(pages, { form, sheet: words.imports }));
      },
    );

    routes.get(
      `/api/v1/imports/:id/bad-rows.${form}`,
      {
        config: { access },
        schema: {
          tags: ["imports"],
          summary: `The rows that cannot be taken, each with its reasons in the last column, as ${form.toUpperCase()}`,
          params: ImportParams,
          querystring: WordsQuery,
          response: { 200: TableFile, "4xx": ErrorReply },
        },
      },
      async (request, reply) => {
        const tenant = tenantOf(request);
        const { headers, id } = await database.readTenant(tenant, (tx) =>
          getImport(tx, request.params.id),
        );
        const words = WORDS[request.query.language];
        const pages = listBadPages(database, { tenant, importId: id, headers, words });
        reply.header("content-disposition", `attachment; filename="rows-to-mend-${id}.${form}"`);
        return reply.type(TABLE_TYPES[form]).send(writeTable(pages, { form, sheet: words.bad }));
      },
    );
  }
}

type BadRowsFile = { tenant: TenantEntry; importId: string; headers: string[]; words: Words };

async function* listBadPages(
  database: Database,
  { tenant, importId, headers, words }: BadRowsFile,
): AsyncGenerator<string[][]> {
  // A file that was mended and failed again has the column already.
  const titles = Object.values(WORDS).map((each) => each["reason-column"]);
  const columns = headers
    .map((_, index) => index)
    .filter((index) => !titles.includes(headers[index] ?? ""));
  yield [[...columns.map((index) => headers[index] ?? ""), words["reason-column"]]];
  for (let after = 0; ; ) {
    const page = { importId, after, limit: PAGE_ROWS };
    const rows = await database.inTenant(tenant, (tx) => listBadRows(tx, page));
    if (rows.length === 0) return;
    yield rows.map(({ cells, reasons }) => [
      ...columns.map((index) => withoutMark(cells[index] ?? "")),
      reasons.map((reason) => words[`reason-${reason}`]).join("; "),
    ]);
    after = rows.at(-1)?.row ?? after;
  }
}

/** The apostrophe of our own export is set anew where it is needed. */
function withoutMark(cell: string): string {
  return cell.startsWith("'") ? cell.slice(1) : cell;
}

/** Invented people. */
function listSampleRows(words: Words): string[][] {
  const columns = ["name", "phone", "email", "birthday", "language", "tags"] as const;
  return [
    columns.map((field) => words[`field-${field}`]),
    ["Nguyễn Thị Lan", "0912 000 001", "lan@example.com", "24/03/1992", "vi", ""],
    ["Trần Văn Minh", "0912 000 002", "", "05/11", "vi", ""],
    ["Jane Doe", "+84 912 000 003", "jane@example.com", "1988-07-30", "en", ""],
  ];
}
