import { useQuery } from "@tanstack/react-query";
import { api, withQuery } from "../../../shell/api.ts";
import type { AnswersReply, SurveysReply } from "../schema.ts";

export type Survey = SurveysReply["surveys"][number];
export type Question = Survey["questions"][number];
export type Answers = AnswersReply;

/** How many of the newest answers are read for their texts. */
const ANSWERS_READ = 100;

export function useSurveys() {
  return useQuery({
    queryKey: ["surveys"],
    queryFn: ({ signal }) => api.get<SurveysReply>("/surveys", signal),
    select: ({ surveys }) => surveys,
    meta: { live: true },
  });
}

export type Filters = { branchId: string | null; from: string | null; to: string | null };

export function useAnswers(surveyId: string, filters: Filters) {
  return useQuery({
    queryKey: ["survey-answers", surveyId, filters],
    queryFn: ({ signal }) => {
      const query = { surveyId, ...filters, limit: String(ANSWERS_READ) };
      return api.get<AnswersReply>(withQuery("/survey-answers", query), signal);
    },
    placeholderData: (before) => before,
    meta: { live: true },
  });
}
