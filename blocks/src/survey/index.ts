import type { AnswerFaults, Answers, SurveyQuestion } from "@foyer/contract";
import type { Block, BlockContext } from "../block.ts";
import { openTemplates } from "../template.ts";
import en from "./locales/en.json" with { type: "json" };
import fa from "./locales/fa.json" with { type: "json" };
import vi from "./locales/vi.json" with { type: "json" };
import { readSurveyFields, type SurveyFields, viewQuestion, viewSurvey } from "./rules.ts";
import { SURVEY_STYLE } from "./style.ts";

const render = openTemplates(new URL(".", import.meta.url));
const words = { en, fa, vi };

/** A survey of the branch, until its guest has answered it: `survey`, its id. */
export const survey: Block<SurveyFields> = {
  kind: "survey",
  // Whoever was not known before access can be asked once they are online.
  stages: ["before", "after"],
  readFields: readSurveyFields,
  render: (fields, context) => {
    const form = context.findSurvey(fields.survey);
    if (form === null) return "";
    return render("survey", viewSurvey(form, context, words[context.language]));
  },
  style: () => SURVEY_STYLE,
};

/** The questions of one step, for the page of a survey: the form around them is the host's. */
export function renderQuestions(
  questions: readonly SurveyQuestion[],
  state: { answers: Answers; faults: AnswerFaults },
  context: Pick<BlockContext, "language" | "languages">,
): string {
  const own = words[context.language];
  const views = questions.map((each) => viewQuestion(each, state, context, own));
  return render("questions", { questions: views, words: own });
}
