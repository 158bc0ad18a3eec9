import type { Context, Routes } from "../../feature.ts";
import { ErrorReply } from "../../platform/errors.ts";
import { tenantOf } from "../../platform/session.ts";
import { findPortalUrl } from "../boxes/index.ts";
import { getBranch, listDocuments } from "../branches/index.ts";
import { countBySurvey } from "./queries.ts";
import { listSurveys } from "./rules.ts";
import { LinkParams, LinksReply, SurveysReply } from "./schema.ts";
import { listWritten } from "./version-queries.ts";

export const TAG = { name: "surveys", description: "What guests answered, and how they are asked" };
const tags = [TAG.name];
const refusals = { "4xx": ErrorReply };
export const READ = { access: { permission: "surveys.read" } };

export function registerSurveys(routes: Routes, { database }: Context): void {
  routes.get(
    "/api/v1/surveys",
    {
      config: READ,
      schema: {
        tags,
        summary: "The surveys of all branches, and how often each was answered",
        response: { 200: SurveysReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const documents = await listDocuments(tx);
        const asking = documents.map(({ document: { branch, surveys = [] } }) => ({
          ...{ name: branch.name, surveys },
        }));
        return { surveys: listSurveys(asking, await countBySurvey(tx), await listWritten(tx)) };
      }),
  );
  routes.get(
    "/api/v1/branches/:id/survey-links",
    {
      config: READ,
      schema: {
        tags,
        summary: "The addresses that open a branch's surveys",
        params: LinkParams,
        response: { 200: LinksReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const branch = await getBranch(tx, request.params.id);
        const portal = await findPortalUrl(tx, branch);
        const surveys = branch.settings.surveys ?? [];
        const links = surveys.map(({ id }) => ({
          surveyId: id,
          url: portal && `${portal}/survey/${id}`,
        }));
        return { links };
      }),
  );
}
