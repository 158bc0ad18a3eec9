import { type Answers, chooseLocal, listGiven, listTaps, type SurveyQuestion } from "../rules.ts";
import type { Say } from "./texts.ts";

const TEXT_CHARACTERS_MAX = 500;

type QuestionProps = {
  question: SurveyQuestion;
  answers: Answers;
  fault: "missing" | "unknown" | "no-day" | undefined;
  /** The languages its words are looked for in, in this order. */
  languages: readonly string[];
  say: Say;
  give: (values: readonly string[]) => void;
};

/** One question, in targets that a finger hits. */
export function DeskQuestion({ question, answers, fault, languages, say, give }: QuestionProps) {
  const { id, kind, label, required } = question;
  const given = listGiven(answers, id);
  const field = `question-${id}`;
  return (
    <fieldset id={field} className="question" aria-describedby={fault && `${field}-fault`}>
      <legend>
        {chooseLocal(label, languages)}
        {!required && <small> ({say("optional")})</small>}
      </legend>
      {kind === "text" && (
        <textarea
          rows={3}
          dir="auto"
          maxLength={TEXT_CHARACTERS_MAX}
          aria-label={chooseLocal(label, languages)}
          value={given[0] ?? ""}
          onChange={(event) => give([event.currentTarget.value])}
        />
      )}
      {kind === "date" && (
        <input
          type="date"
          aria-label={chooseLocal(label, languages)}
          value={given[0] ?? ""}
          onChange={(event) => give([event.currentTarget.value])}
        />
      )}
      {kind !== "text" && kind !== "date" && (
        <Taps question={question} given={given} languages={languages} say={say} give={give} />
      )}
      {fault && (
        <p className="fault" id={`${field}-fault`} role="alert">
          {say(fault)}
        </p>
      )}
    </fieldset>
  );
}

type TapsProps = Pick<QuestionProps, "question" | "languages" | "say" | "give"> & {
  given: readonly string[];
};

function Taps({ question, given, languages, say, give }: TapsProps) {
  const { id, kind } = question;
  const isMany = kind === "choice" && question.many;
  const values = listTaps(question);
  const max = values.at(-1) ?? "";
  const labels = new Map(
    kind === "choice" ? question.options.map((each) => [each.id, each.label]) : [],
  );
  const toggle = (value: string, isOn: boolean) => {
    if (!isMany) return give([value]);
    give(isOn ? [...given, value] : given.filter((each) => each !== value));
  };
  return (
    <>
      <div className={`taps is-${kind}`}>
        {values.map((value) => (
          <label key={value} className="tap">
            <input
              type={isMany ? "checkbox" : "radio"}
              name={`question-${id}`}
              value={value}
              checked={given.includes(value)}
              aria-label={kind === "choice" ? undefined : say("of", { number: value, max })}
              onChange={(event) => toggle(value, event.currentTarget.checked)}
            />
            <span>{kind === "choice" ? chooseLocal(labels.get(value), languages) : value}</span>
          </label>
        ))}
      </div>
      {kind !== "choice" && (
        <p className="ends" aria-hidden="true">
          <span>{say(kind === "scale" ? "least" : "worst")}</span>
          <span>{say(kind === "scale" ? "most" : "best")}</span>
        </p>
      )}
    </>
  );
}
