import type { Readable } from "node:stream";
import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { PDF_TYPE, printReport } from "../../platform/print-report.ts";
import { type PrintedReport, type PrintLanguage, printCell } from "../../platform/printed.ts";
import {
  type AskedCustomers,
  askCustomers,
  askVisits,
  EXPORT,
  listCustomerPages,
  listVisitPages,
  noteTaking,
} from "./list-files.ts";
import { countCounted } from "./list-queries.ts";
import type { ListTotal } from "./list-total-queries.ts";
import { findAround } from "./print.ts";
import { PRINTED_ROWS_MAX } from "./rules.ts";
import { CustomersFileQuery, VisitsFileQuery } from "./schema.ts";
import { type Cell, FILE_WORDS, type Words } from "./tables.ts";
import { countVisits } from "./visit-list-queries.ts";

const tags = ["reports"];
const PATH = "/api/v1/reports";
const PrintedFile = Type.Unsafe<Readable>({ type: "string", description: "PDF" });
const response = { 200: PrintedFile, "4xx": ErrorReply };

/** Who a number counts and their visits as pages, for whoever may take them away. */
export function listPrintRoutes(routes: Routes, context: Context): void {
  registerCustomers(routes, context);
  registerVisits(routes, context);
}

function registerCustomers(routes: Routes, context: Context): void {
  routes.get(
    `${PATH}/customers.pdf`,
    {
      config: EXPORT,
      schema: {
        ...{ tags, summary: "The customers a number counts as PDF; who took them is noted" },
        ...{ querystring: CustomersFileQuery, response },
      },
    },
    async (request, reply) => {
      const { query } = request;
      const { file: language = "vi" } = query;
      const words = FILE_WORDS[language];
      const asked = await askCustomers(context, request, query);
      const { tenant, question, cell } = asked;
      const length = await context.database.readTenant(tenant, (tx) => countCounted(tx, cell));
      refuseLong(length);
      const { total: count } = length;
      const id = await noteTaking(context, request, { report: query });
      const table = await collect(listCustomerPages(context, { ...asked, id, words }));
      const around = await context.database.readTenant(tenant, (tx) =>
        findAround(tx, { question, language }),
      );
      const about = [...around.about, nameCell(cell, words)].filter((line) => line !== "");
      const told = { title: words.customers, count, table, language };
      reply.header("content-disposition", 'attachment; filename="customers.pdf"');
      return reply.type(PDF_TYPE).send(printReport({ ...around, about, ...toPages(told) }));
    },
  );
}

function registerVisits(routes: Routes, context: Context): void {
  routes.get(
    `${PATH}/visits.pdf`,
    {
      config: EXPORT,
      schema: {
        ...{ tags, summary: "The visits a number counts as PDF; who took them is noted" },
        ...{ querystring: VisitsFileQuery, response },
      },
    },
    async (request, reply) => {
      const { query } = request;
      const { file: language = "vi" } = query;
      const words = FILE_WORDS[language];
      const asked = await askVisits(context, request, query);
      const { tenant, question, cell } = asked;
      const length = await context.database.readTenant(tenant, (tx) => countVisits(tx, cell));
      refuseLong(length);
      const { total: count } = length;
      const id = await noteTaking(context, request, { visits: query });
      const time = writeTimes(question.branches, language);
      const table = await collect(listVisitPages(context, { ...asked, id, words, time }));
      const around = await context.database.readTenant(tenant, (tx) =>
        findAround(tx, { question, language }),
      );
      const title = words[TITLES[cell.of.kind] ?? "visits"];
      const told = { title, count, table, language };
      reply.header("content-disposition", 'attachment; filename="visits.pdf"');
      return reply.type(PDF_TYPE).send(printReport({ ...around, ...toPages(told) }));
    },
  );
}

/** What lists of some visits alone are called. */
const TITLES: Readonly<Record<string, keyof Words>> = {
  ...{ anonymous: "anonymousVisits", departed: "departures", there: "present" },
};

export function refuseLong({ total, isTotalExact }: ListTotal): void {
  if (isTotalExact && total <= PRINTED_ROWS_MAX) return;
  const [own, most] = [total, PRINTED_ROWS_MAX].map((rows) => rows.toLocaleString("en"));
  throw refuse(
    "invalid",
    `A list of ${isTotalExact ? own : `more than ${own}`} rows is no reading: up to ${most} leave as PDF. Take fewer days, or CSV.`,
    { field: "/from" },
  );
}

async function collect(pages: AsyncIterable<Cell[][]>): Promise<Cell[][]> {
  const rows: Cell[][] = [];
  for await (const page of pages) rows.push(...page);
  return rows;
}

/** On the clock of each visit's own branch: day, month and minute. */
function writeTimes(
  branches: readonly { id: string; timeZone: string }[],
  language: PrintLanguage,
): (at: Date, branchId: string) => string {
  const forms = new Map(
    branches.map(({ id, timeZone }) => [
      id,
      new Intl.DateTimeFormat(language === "vi" ? "vi-VN" : "en-GB", {
        ...{ day: "2-digit", month: "2-digit", hour: "2-digit", minute: "2-digit" },
        ...{ hourCycle: "h23", timeZone },
      }),
    ]),
  );
  return (at, branchId) => forms.get(branchId)?.format(at) ?? at.toISOString();
}

type Told = { title: string; count: number; table: Cell[][]; language: PrintLanguage };

function toPages({ title, count, table, language }: Told) {
  const [heads = [], ...rows] = table;
  return {
    title,
    figures: [{ label: title, now: printCell(language, count), before: null }],
    parts: [
      {
        ...{ title, keys: 1, heads: heads.map(String), chart: null },
        rows: rows.map((cells) => ({ cells, before: null, isTotal: false })),
      },
    ],
  } satisfies Partial<PrintedReport>;
}

/** Behind which of a report's numbers they are, in words. */
function nameCell(
  { kind, numbers, recency, cohort, consent }: AskedCustomers["cell"],
  words: Words,
) {
  const say = (key: string) => (words as Readonly<Record<string, string>>)[key] ?? key;
  return [
    ...(kind === null ? [] : [say(`${kind}Customers`)]),
    ...(numbers === null ? [] : [say(`class-${numbers.from}`)]),
    ...(recency === null ? [] : [say(recency)]),
    ...(cohort ? [`${words.month}: ${cohort.month}`, `${words.after}: ${cohort.after}`] : []),
    ...(consent
      ? [`${say(`purpose-${consent.purpose}`)}: ${say(ANSWERS[consent.answer] ?? consent.answer)}`]
      : []),
  ].join(" · ");
}

/** The answers to a consent, by their words in files. */
const ANSWERS: Readonly<Record<string, string>> = { given: "agreed" };
