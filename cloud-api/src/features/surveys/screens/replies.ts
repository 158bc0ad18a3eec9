import { useQuery } from "@tanstack/react-query";
import { api, withQuery } from "../../../shell/api.ts";
import { useRecords } from "../../../shell/paging.tsx";
import type { OnePlace } from "../../../shell/place-filter.tsx";
import type { writeNarrowing } from "../../../shell/report-filters.ts";
import type { Satisfaction } from "../rules.ts";
import type {
  Answer,
  ResultsReply,
  SaleTypesReply,
  SurveyRulesBody,
  SurveysReply,
} from "../schema.ts";

export type Survey = SurveysReply["surveys"][number];
export type Results = ResultsReply;
export type Question = ResultsReply["questions"][number];

export function useSurveys() {
  return useQuery({
    queryKey: ["surveys"],
    queryFn: ({ signal }) => api.get<SurveysReply>("/surveys", signal),
    select: ({ surveys }) => surveys,
    meta: { live: true },
  });
}

export type Filters = OnePlace & {
  saleTypeId: string | null;
  from: string | null;
  to: string | null;
  satisfaction: Satisfaction | null;
  search: string | null;
  /** Those that gave one answer to one question. */
  questionId: string | null;
  value: string | null;
  /** In these versions alone, with commas between. */
  versions: string | null;
} & ReturnType<typeof writeNarrowing>;

/** What they come to does not depend on the one number whose answers are open. */
export function useResults(surveyId: string | null, filters: Filters) {
  const { questionId: _questionId, value: _value, versions: _versions, ...asked } = filters;
  return useQuery({
    queryKey: ["survey-results", surveyId, asked],
    queryFn: ({ signal }) =>
      api.get<ResultsReply>(withQuery("/survey-results", { surveyId, ...asked }), signal),
    placeholderData: (before) => before,
    meta: { live: true },
  });
}

export const useAnswers = (surveyId: string | null, filters: Filters) =>
  useRecords<Answer, "answers">({
    path: "/survey-answers",
    noun: "answers",
    filters: { surveyId, ...filters },
  });

export function useRules() {
  return useQuery({
    queryKey: ["survey-rules"],
    queryFn: ({ signal }) => api.get<SurveyRulesBody>("/survey-rules", signal),
  });
}

export function useSaleTypes() {
  return useQuery({
    queryKey: ["sale-types"],
    queryFn: ({ signal }) => api.get<SaleTypesReply>("/sale-types", signal),
    select: ({ saleTypes }) => saleTypes,
  });
}
