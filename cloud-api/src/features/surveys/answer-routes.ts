import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import { findSight, type Sight, showWhose } from "../../platform/customer-sight.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import type { FactCondition } from "../../platform/narrowing.ts";
import { staffOf, takerOf, tenantOf } from "../../platform/session.ts";
import { nameActors } from "../access/index.ts";
import { listBranchesOf, listDocuments } from "../branches/index.ts";
import { listWords, readCursor, writeCursor } from "../customers/index.ts";
import { type AnswerQuestion, type AnswerRow, countAll, listAnswers } from "./answer-queries.ts";
import { writeAnswers } from "./answers-csv.ts";
import { listDefinitions } from "./definitions.ts";
import { listFileQuestions, listFilesByAnswer } from "./file-describe.ts";
import { openGiven } from "./given.ts";
import { listAskedQuestions } from "./result-rules.ts";
import { getRules } from "./rule-queries.ts";
import { judgeAnswer, type Thresholds, toRanges } from "./rules.ts";
import { listSaleTypes } from "./sale-type-queries.ts";
import {
  type Answer,
  AnswersCsvQuery,
  AnswersQuery,
  AnswersReply,
  type ResultsQuery,
} from "./schema.ts";

/** So many answers are in one file. */
export const CSV_ANSWERS_MAX = 20_000;

const tags = ["surveys"];

/** What a request asks for, in the name of whoever does. */
export async function askedBy(
  tx: TenantTransaction,
  {
    request,
    hooks,
    permissions,
  }: Pick<Context, "hooks" | "permissions"> & { request: FastifyRequest },
  query: ResultsQuery,
): Promise<AnswerQuestion> {
  const reader = { hooks, permissions, grants: staffOf(request).grants };
  return readQuestion(tx, query, await hooks.narrowFacts?.(tx, reader, query));
}

/** What is asked for, by the thresholds that the company has now; `isMeant`: of some guests alone. */
export async function readQuestion(
  tx: TenantTransaction,
  query: ResultsQuery,
  isMeant: FactCondition | null = null,
): Promise<AnswerQuestion> {
  const { surveyId = null, customerId = null, saleTypeId = null, from = null, to = null } = query;
  const { satisfaction = null, search = "", questionId, value, versions } = query;
  if ((questionId === undefined) !== (value === undefined))
    throw refuse("invalid", "A question and what was given to it belong together.", {
      field: "/questionId",
    });
  if (versions !== undefined && questionId === undefined)
    throw refuse("invalid", "Versions are of a question: name it.", { field: "/versions" });
  const { satisfiedFrom, lowUpTo } = await getRules(tx);
  return {
    ...{ surveyId, customerId, saleTypeId, from, to, satisfaction, isMeant },
    branchIds: await listAskedBranches(tx, query),
    thresholds: { satisfiedFrom, lowUpTo },
    words: toRanges(search, listWords(search)),
    given:
      questionId === undefined || value === undefined
        ? null
        : { questionId, value, versions: versions?.split(",").map(Number) ?? null },
  };
}

export type AskedPlace = Pick<ResultsQuery, "branchId" | "brandId" | "branchKind">;

/** Of one, of those of a brand, a kind or both, or of all in reach (null). */
export async function listAskedBranches(
  tx: TenantTransaction,
  { branchId, brandId, branchKind }: AskedPlace,
): Promise<string[] | null> {
  if (branchId !== undefined) return [branchId];
  if (brandId === undefined && branchKind === undefined) return null;
  return listBranchesOf(tx, { brandId: brandId ?? null, kind: branchKind ?? null });
}

/**
 * What was asked for, as the audit log tells it. What was searched for may be somebody's name: that
 * there was a search is told. Whose answers are there is in reach: of others no id is noted.
 */
function describeAsked(query: ResultsQuery, hasAny: boolean) {
  const { search, branchId, customerId, ...narrowed } = query;
  const ids = hasAny ? { branchId, customerId } : {};
  return { ...narrowed, ...ids, ...(search ? { search: true } : {}) };
}

async function describeAnswers(
  tx: TenantTransaction,
  rows: readonly AnswerRow[],
  { thresholds, sees }: { thresholds: Thresholds; sees: Sight },
): Promise<Answer[]> {
  const takers = rows.flatMap(({ takenBy }) => takenBy ?? []);
  const names = await nameActors(tx, [...new Set(takers)]);
  const files = await listFilesByAnswer(
    tx,
    rows.map(({ id }) => id),
  );
  const listGiven = openGiven(await listDefinitions(tx, null));
  return rows.map((row) => ({
    ...showWhose(describeAnswer(row, { thresholds, names }), sees(row.branchId)),
    given: listGiven(row),
    files: files.get(row.id) ?? [],
  }));
}

function describeAnswer(
  row: AnswerRow,
  { thresholds, names }: { thresholds: Thresholds; names: ReadonlyMap<string, string> },
): Omit<Answer, "files" | "given" | "isCustomer"> {
  const { answeredAt, lowest, takenBy, takenHow: how, ...answer } = row;
  return {
    ...answer,
    taken: how && { staffName: names.get(takenBy ?? "") ?? null, how },
    satisfaction: judgeAnswer({ score: row.score, lowest }, thresholds),
    answeredAt: answeredAt.toISOString(),
  };
}

/** The single answers behind every number. */
export function registerAnswers(routes: Routes, context: Context): void {
  const { database, origin } = context;
  routes.get(
    "/api/v1/survey-answers",
    {
      config: { access: { permission: "surveys.read" } },
      schema: {
        tags,
        summary: "Single answers, the newest first",
        querystring: AnswersQuery,
        response: { 200: AnswersReply, "4xx": ErrorReply },
      },
    },
    async (request) => {
      const sees = await findSight(request, context);
      return database.readTenant(tenantOf(request), async (tx) => {
        const { limit, cursor, ...query } = request.query;
        const question = await askedBy(tx, { ...context, request }, query);
        const after = cursor === undefined ? null : readCursor(cursor);
        if (cursor !== undefined && !after)
          throw refuse("invalid", "The cursor is not one that this list gave.", {
            field: "/cursor",
          });
        const rows = await listAnswers(tx, { ...question, limit: limit + 1, after });
        const shown = rows.slice(0, limit);
        const last = rows.length > limit ? shown.at(-1) : undefined;
        return {
          total: await countAll(tx, question),
          nextCursor: last ? writeCursor({ at: last.answeredAt.toISOString(), id: last.id }) : null,
          answers: await describeAnswers(tx, shown, { ...question, sees }),
        };
      });
    },
  );
  routes.get(
    "/api/v1/survey-answers.csv",
    {
      config: { access: { permission: "surveys.export" } },
      schema: {
        tags,
        summary: `The same of one survey as a table: UTF-8, formulas disarmed, the newest ${CSV_ANSWERS_MAX}; who took it is noted`,
        querystring: AnswersCsvQuery,
        produces: ["text/csv"],
        response: { 200: Type.String(), "4xx": ErrorReply },
      },
    },
    async (request, reply) => {
      const { language = "vi", ...query } = request.query;
      const sees = await findSight(request, context);
      const table = await database.inTenant(takerOf(request), async (tx) => {
        const question = await askedBy(tx, { ...context, request }, query);
        const limit = CSV_ANSWERS_MAX;
        const rows = await listAnswers(tx, { ...question, limit, after: null });
        const taken = { ...describeAsked(query, rows.length > 0), answers: rows.length };
        noteChange(tx, { kind: "survey-answers", id: query.surveyId, before: null, after: taken });
        const definitions = await listDefinitions(tx, query.surveyId);
        const asked = listAskedQuestions(definitions);
        return writeAnswers(await describeAnswers(tx, rows, { ...question, sees }), {
          questions: asked.map((each) => each.question),
          fileQuestions: listFileQuestions(definitions),
          origin: origin(),
          branches: (await listDocuments(tx)).map(({ document }) => document.branch),
          saleTypes: await listSaleTypes(tx),
          language,
        });
      });
      reply.header("content-type", "text/csv; charset=utf-8");
      reply.header("content-disposition", `attachment; filename="${query.surveyId}.csv"`);
      return table;
    },
  );
}
