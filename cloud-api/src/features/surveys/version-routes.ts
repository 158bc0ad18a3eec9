import { isDeepStrictEqual } from "node:util";
import type { Survey } from "@foyer/contract";
import type { Static } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import { newId } from "../../platform/clock.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import type { NewEvent } from "../../platform/events.ts";
import { staffOf, tenantOf } from "../../platform/session.ts";
import { nameActors } from "../access/index.ts";
import { listDocuments } from "../branches/index.ts";
import { publishSurvey } from "./publish.ts";
import { holdSaleTypes } from "./sale-type-queries.ts";
import { NewSurveyBody, SurveyBody, SurveyParams, SurveyReply } from "./schema.ts";
import { countByVersion, findNewest, insertVersion, listVersions } from "./version-queries.ts";
import { wordingOf } from "./wording-rules.ts";

const tags = ["surveys"];
const refusals = { "4xx": ErrorReply };
const EDIT = { access: { permission: "surveys.edit" } };

/** Surveys are written for the company; each change of the wording is a version, and none is lost. */
export function registerVersions(routes: Routes, { database }: Context): void {
  routes.get(
    "/api/v1/surveys/:surveyId",
    {
      config: { access: { permission: "surveys.read" } },
      schema: {
        tags,
        summary: "A survey as it is asked now, and each of its wordings",
        params: SurveyParams,
        response: { 200: SurveyReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), (tx) => getSurvey(tx, request.params.surveyId)),
  );
  routes.post(
    "/api/v1/surveys",
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Write a survey, and have it asked at some branches",
        body: NewSurveyBody,
        response: { 201: SurveyReply, ...refusals },
      },
    },
    async (request, reply) => {
      const made = await database.changeTenant(tenantOf(request), async (tx) => {
        const { staffId } = staffOf(request);
        const change = { ...request.body, id: newId(), readVersion: null, staffId };
        return { events: await saveSurvey(tx, change), result: await getSurvey(tx, change.id) };
      });
      return reply.code(201).send(made);
    },
  );
  routes.put(
    "/api/v1/surveys/:surveyId",
    {
      config: EDIT,
      schema: {
        tags,
        summary:
          "Change a survey and where it is asked: answers keep the wording they were given to",
        params: SurveyParams,
        body: SurveyBody,
        response: { 200: SurveyReply, ...refusals },
      },
    },
    (request) =>
      database.changeTenant(tenantOf(request), async (tx) => {
        const { surveyId: id } = request.params;
        // Nothing is made by writing to an id that nobody has.
        await getSurvey(tx, id);
        const change = { ...request.body, id, staffId: staffOf(request).staffId };
        return { events: await saveSurvey(tx, change), result: await getSurvey(tx, id) };
      }),
  );
}

type Saving = Static<typeof SurveyBody> & { id: string; staffId: string };

async function saveSurvey(tx: TenantTransaction, saving: Saving): Promise<NewEvent[]> {
  const { id, wording, branchIds, readVersion, readBranchIds, staffId } = saving;
  const newest = await findNewest(tx, id);
  if ((newest?.version ?? null) !== readVersion) throw refuse("conflict", STALE);
  // Where it is asked makes no version: a branch that a colleague added must not go by the way.
  if (readBranchIds && !isSame(readBranchIds, (await listAsking(tx, id)).keys()))
    throw refuse("conflict", STALE);
  await checkSaleTypes(tx, wording);
  const isNew = newest === null || !isDeepStrictEqual(wordingOf(newest.document), wording);
  const version = (newest?.version ?? 0) + (isNew ? 1 : 0);
  const document = { id, version, ...wording };
  if (isNew) {
    const made = { surveyId: id, version, document, madeAt: tx.now, madeBy: staffId };
    if (!(await insertVersion(tx, made))) throw refuse("conflict", STALE);
  }
  const events = await publishSurvey(tx, { survey: document, branchIds });
  noteChange(tx, {
    ...{ kind: "surveys", id },
    before: newest && { version: newest.version },
    after: { version, branchIds },
  });
  return events;
}

/** Nobody can answer about a kind of sale that the company has not. */
async function checkSaleTypes(
  tx: TenantTransaction,
  { saleTypeIds = [] }: Saving["wording"],
): Promise<void> {
  if ((await holdSaleTypes(tx, saleTypeIds)).length === saleTypeIds.length) return;
  throw refuse("invalid", "There is no such kind of sale. It may have been ended.", {
    field: "/wording/saleTypeIds",
  });
}

/** The branches that ask a survey, and how. */
async function listAsking(tx: TenantTransaction, id: string): Promise<Map<string, Survey>> {
  const documents = await listDocuments(tx);
  return new Map(
    documents.flatMap(({ document: { branch, surveys = [] } }) => {
      const survey = surveys.find((each) => each.id === id);
      return survey ? [[branch.id, survey]] : [];
    }),
  );
}

const isSame = (ids: Iterable<string>, others: Iterable<string>) =>
  new Set(ids).symmetricDifference(new Set(others)).size === 0;

const STALE = "Somebody else changed the survey meanwhile. Read it again and repeat the change.";

async function getSurvey(tx: TenantTransaction, id: string): Promise<Static<typeof SurveyReply>> {
  const versions = await listVersions(tx, id);
  const asking = await listAsking(tx, id);
  const [newest] = versions;
  const survey = newest?.document ?? [...asking.values()][0];
  if (!survey) throw refuse("not-found", "There is no such survey.");
  const answers = new Map(
    (await countByVersion(tx, id)).map(({ version, count }) => [version, count]),
  );
  const names = await nameActors(tx, [...new Set(versions.map(({ madeBy }) => madeBy))]);
  return {
    id,
    version: newest?.version ?? null,
    wording: wordingOf(survey),
    branchIds: [...asking.keys()],
    versions: versions.map(({ version, document, madeAt, madeBy }) => ({
      ...{ version, wording: wordingOf(document), madeAt: madeAt.toISOString() },
      madeBy: names.get(madeBy) ?? null,
      answers: answers.get(version) ?? 0,
    })),
  };
}
