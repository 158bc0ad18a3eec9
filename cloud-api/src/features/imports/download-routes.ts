import { Readable } from "node:stream";
import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import type { Database, TenantEntry } from "../../platform/db.ts";
import { ErrorReply } from "../../platform/errors.ts";
import { tenantOf } from "../../platform/session.ts";
import { TABLE_FORMS, TABLE_TYPES, writeTable } from "../../platform/table-file.ts";
import { listOwnFields, nameColumns, type OwnFieldRow, writeOwnCell } from "../customers/index.ts";
import { listOpenFields } from "./own-columns.ts";
import { listBadRows } from "./queries.ts";
import { getImport } from "./routes.ts";
import { ImportParams, WordsQuery } from "./schema.ts";
import { sayReason, WORDS, type Words } from "./words.ts";

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
        const { language } = request.query;
        const words = WORDS[language];
        const own = await database.readTenant(tenantOf(request), listOpenFields);
        const pages = Readable.from([listSampleRows(own, { words, language })]);
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
        const { language } = request.query;
        const words = WORDS[language];
        const pages = listBadPages(database, { tenant, importId: id, headers, words, language });
        reply.header("content-disposition", `attachment; filename="rows-to-mend-${id}.${form}"`);
        return reply.type(TABLE_TYPES[form]).send(writeTable(pages, { form, sheet: words.bad }));
      },
    );
  }
}

type Language = keyof typeof WORDS;
type BadRowsFile = {
  tenant: TenantEntry;
  importId: string;
  headers: string[];
  words: Words;
  language: Language;
};

async function* listBadPages(
  database: Database,
  { tenant, importId, headers, words, language }: BadRowsFile,
): AsyncGenerator<string[][]> {
  // A file that was mended and failed again has the column already.
  const titles = Object.values(WORDS).map((each) => each["reason-column"]);
  const columns = headers
    .map((_, index) => index)
    .filter((index) => !titles.includes(headers[index] ?? ""));
  yield [[...columns.map((index) => headers[index] ?? ""), words["reason-column"]]];
  const own = await database.inTenant(tenant, listOwnFields);
  const labels = new Map(own.map(({ key, label }) => [key, label]));
  for (let after = 0; ; ) {
    const page = { importId, after, limit: PAGE_ROWS };
    const rows = await database.inTenant(tenant, (tx) => listBadRows(tx, page));
    if (rows.length === 0) return;
    yield rows.map(({ cells, reasons }) => [
      ...columns.map((index) => withoutMark(cells[index] ?? "")),
      reasons.map((reason) => sayReason(reason, { words, labels, language })).join("; "),
    ]);
    after = rows.at(-1)?.row ?? after;
  }
}

/** The apostrophe of our own export is set anew where it is needed. */
function withoutMark(cell: string): string {
  return cell.startsWith("'") ? cell.slice(1) : cell;
}

/** Invented people, with a column for each field of the company's own. */
function listSampleRows(
  own: readonly OwnFieldRow[],
  { words, language }: { words: Words; language: Language },
): string[][] {
  const columns = [
    ...(["name", "phone", "email", "birthday", "language", "kind"] as const),
    ...(["address", "card", "posId", "group", "tags"] as const),
  ];
  const names = nameColumns(own, {
    language,
    taken: columns.map((each) => words[`field-${each}`]),
  });
  const [person, company] = [words["kind-person"], words["kind-company"]];
  const [lan, minh] = ["12 Tràng Tiền, Hà Nội", "45 Lê Lợi, Huế"];
  const people = [
    [
      "Nguyễn Thị Lan",
      "0912 000 001",
      "lan@example.com",
      "24/03/1992",
      "vi",
      person,
      lan,
      "VIP 0042",
    ],
    ["Trần Văn Minh", "0912 000 002", "", "05/11", "vi", person],
    ["Jane Doe", "+84 912 000 003", "jane@example.com", "1988-07-30", "en", person],
    ["Công ty Hương Sen", "024 3825 1234", "sen@example.com", "", "vi", company, minh],
  ];
  const examples = own.map((field) => {
    const value = exampleOf(field);
    return writeOwnCell(value, field, { language, words });
  });
  return [
    [...columns.map((field) => words[`field-${field}`]), ...names],
    ...people.map((cells, index) => [
      ...columns.map((_, place) => cells[place] ?? ""),
      ...examples.map((example) => (index === 0 ? example : "")),
    ]),
  ];
}

/** A value such as stands in a field of this kind. */
function exampleOf({ kind, choices }: OwnFieldRow): string {
  const [first] = choices;
  switch (kind) {
    case "text":
      return "…";
    case "number":
      return "12.5";
    case "date":
      return "2024-09-30";
    case "yes-no":
      return "yes";
    case "choice":
    case "choices":
      return first?.value ?? "";
    case "phone":
      return "+84912000004";
    case "email":
      return "lan@example.org";
    case "link":
      return "https://example.com/lan";
  }
}
