import type { Context, Routes } from "../../feature.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { ErrorReply } from "../../platform/errors.ts";
import { tenantOf } from "../../platform/session.ts";
import { listDocuments } from "../branches/index.ts";
import type { AnswerQuestion } from "./answer-queries.ts";
import { askedBy } from "./answer-routes.ts";
import { listDefinitions } from "./definitions.ts";
import { openOptionWords } from "./option-rules.ts";
import {
  countAnswers,
  countTakingPart,
  findStretch,
  type PartRow,
  sumAnswers,
} from "./result-queries.ts";
import {
  chooseStep,
  foldSums,
  listAskedQuestions,
  listBySaleType,
  rateParts,
  type Step,
  tallyQuestions,
} from "./result-rules.ts";
import { getRules } from "./rule-queries.ts";
import { listSaleTypes } from "./sale-type-queries.ts";
import { ResultsQuery, ResultsReply } from "./schema.ts";

/** What answers come to: by question, branch, part of the company and time. */
export function registerResults(routes: Routes, context: Context): void {
  const { database } = context;
  routes.get(
    "/api/v1/survey-results",
    {
      config: { access: { permission: "surveys.read" } },
      schema: {
        tags: ["surveys"],
        summary: "What answers come to, by question, branch, part of the company and time",
        querystring: ResultsQuery,
        response: { 200: ResultsReply, "4xx": ErrorReply },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) =>
        describeResults(tx, await askedBy(tx, { ...context, request }, request.query)),
      ),
  );
}

const NOTHING = { answers: 0, rated: 0, satisfied: 0, unsatisfied: 0, average: null };

/** `step`: how finely time is told; absent: as many columns as a page can hold. */
export async function describeResults(
  tx: TenantTransaction,
  question: AnswerQuestion,
  step?: Step,
): Promise<ResultsReply> {
  return describeBy(tx, { ...question, step: step ?? (await findStep(tx, question)) });
}

async function findStep(tx: TenantTransaction, question: AnswerQuestion): Promise<Step> {
  const { from, to } = question;
  const stretch = await findStretch(tx, question);
  if (!stretch) return "day";
  return chooseStep({ firstDay: from ?? stretch.firstDay, lastDay: to ?? stretch.lastDay });
}

async function describeBy(
  tx: TenantTransaction,
  { step, ...question }: AnswerQuestion & { step: Step },
): Promise<ResultsReply> {
  const { thresholds } = question;
  const sums = await sumAnswers(tx, { ...question, step });
  const counts = await countAnswers(tx, question);
  const definitions = await listDefinitions(tx, question.surveyId);
  const asked = listAskedQuestions(definitions);
  const findWords = openOptionWords(definitions);
  const { parts } = await getRules(tx);
  const taking = await listTakingPart(tx, question);
  const saleTypes = await listSaleTypes(tx);
  const byBranch = foldSums(sums, ({ branchId }) => branchId);
  const branchIds = new Set([...byBranch.keys(), ...taking.keys()]);
  return {
    ...(foldSums(sums, () => "all").get("all") ?? NOTHING),
    ...{ thresholds, step },
    takingPart: sumParts([...taking.values()]),
    series: [...foldSums(sums, ({ day }) => day)].map(([day, result]) => ({ day, ...result })),
    branches: [...branchIds].map((branchId) => ({
      branchId,
      ...(byBranch.get(branchId) ?? NOTHING),
      takingPart: taking.get(branchId) ?? null,
    })),
    saleTypes: listBySaleType(sums, saleTypes),
    parts: rateParts(asked, counts, { parts, thresholds }),
    questions: tallyQuestions(asked, counts, { thresholds, findWords }),
  };
}

type Taking = Omit<PartRow, "branchId">;

/** Of the branches that ask now, and of the guests who are meant, whatever else is narrowed. */
async function listTakingPart(
  tx: TenantTransaction,
  { surveyId, branchIds: asked, from, to, isMeant }: AnswerQuestion,
): Promise<Map<string, Taking>> {
  const asking = (await listDocuments(tx)).filter(({ document: { surveys = [] } }) =>
    surveys.some(({ id }) => surveyId === null || id === surveyId),
  );
  const branchIds = asking
    .map(({ document }) => document.branch.id)
    .filter((id) => asked?.includes(id) ?? true);
  const rows = await countTakingPart(tx, { surveyId, from, to, isMeant, branchIds });
  return new Map(rows.map(({ branchId: id, visitors, answered }) => [id, { visitors, answered }]));
}

const sumParts = (rows: readonly Taking[]): Taking => ({
  visitors: rows.reduce((sum, { visitors }) => sum + visitors, 0),
  answered: rows.reduce((sum, { answered }) => sum + answered, 0),
});
