import { join } from "node:path";
import type { Feature } from "../../feature.ts";
import {
  type AskedPlace,
  listAskedBranches,
  readQuestion,
  registerAnswers,
} from "./answer-routes.ts";
import { listFilesByEvent } from "./file-describe.ts";
import { keepFile } from "./file-keep.ts";
import { purgeFiles } from "./file-queries.ts";
import { registerFileRemoval, registerFiles } from "./file-routes.ts";
import { surveyHandlers } from "./handlers.ts";
import { forgetAnswers } from "./queries.ts";
import { describeResults, registerResults } from "./result-routes.ts";
import { READ, registerSurveys, TAG } from "./routes.ts";
import { registerRules } from "./rule-routes.ts";
import { registerSaleTypes } from "./sale-type-routes.ts";
import { tagJobs } from "./tagging.ts";
import { surveyFilesUrl } from "./upload-door.ts";
import { registerUploads } from "./upload-routes.ts";
import { nameSurveys } from "./version-queries.ts";
import { registerVersions } from "./version-routes.ts";

export { selectAnswersOfForgotten } from "./answer-queries.ts";
export { describeGiven, type GivenAnswer, listReasons } from "./given.ts";
export { listAnsweredBy, listAnswerIds, purgeAnswers, purgeWords } from "./queries.ts";
export { getRules as getSurveyRules } from "./rule-queries.ts";
export { scoreAnswer } from "./rules.ts";
export { findSaleType, holdSaleTypes, listSaleTypes, type SaleType } from "./sale-type-queries.ts";
export { listSaleTypesOf } from "./sale-type-rules.ts";
export type { ResultsReply as SurveyResults } from "./schema.ts";
export { type AskingBranch, findWording, listAskingBranches } from "./wordings.ts";
export {
  type AskedPlace,
  describeResults as findSurveyResults,
  keepFile as keepAnswerFile,
  listAskedBranches,
  listFilesByEvent,
  purgeFiles,
  readQuestion as readAnswerQuestion,
};

export const SURVEY_PERMISSION = READ.access.permission;

/** What guests answered to the surveys of pages and printed links. */
export const surveys: Feature = {
  name: "surveys",
  // Whose an answer is is said by the customers' guests; by what they say they are tagged.
  dependsOn: ["access", "boxes", "branches", "customers", "marks"],
  migrations: join(import.meta.dirname, "migrations"),
  permissions: {
    "surveys.read": { roles: ["manager", "viewer"], covers: "branches" },
    "surveys.export": { roles: ["manager"], covers: "branches" },
    "surveys.erase": { roles: ["manager"], covers: "branches" },
    "surveys.edit": ["manager", "marketer"],
  },
  routes: (routes, context) => {
    registerSurveys(routes, context);
    registerAnswers(routes, context);
    registerResults(routes, context);
    registerRules(routes, context);
    registerSaleTypes(routes, context);
    registerVersions(routes, context);
    registerFiles(routes, context);
    registerFileRemoval(routes, context);
    registerUploads(routes, context);
  },
  handlers: surveyHandlers,
  forget: forgetAnswers,
  hooks: { surveyFilesUrl },
  jobs: tagJobs,
  names: { permission: "surveys.read", list: nameSurveys },
  tag: TAG,
};
