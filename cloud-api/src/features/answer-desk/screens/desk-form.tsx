import { useEffect, useRef, useState } from "react";
import {
  type Answers,
  answerQuestion,
  checkAnswers,
  chooseLocal,
  listAsked,
  NO_ANSWERS,
} from "../rules.ts";
import type { DeskReply } from "../schema.ts";
import type { ChosenFile } from "./choose-file.ts";
import { DeskFiles } from "./desk-files.tsx";
import { DeskQuestion } from "./desk-question.tsx";
import { DeskWhose } from "./desk-whose.tsx";
import { type Say, sayIn } from "./texts.ts";
import { useChosenFiles } from "./use-chosen-files.ts";

type Branch = DeskReply["branches"][number];
export type AskedSurvey = Branch["surveys"][number];
export type GuestLanguage = Branch["languages"][number];

type FormProps = {
  survey: AskedSurvey;
  languages: readonly GuestLanguage[];
  language: GuestLanguage;
  /** Where whoever asks may say whose the answer is; null: they may not. */
  whose: { branchId: string; say: Say } | null;
  /** `phone`: empty where the guest says none. */
  keep: (given: { answers: Answers; phone: string; files: ChosenFile[] }) => Promise<void>;
  cancel: () => void;
};

/** The whole survey on one page, in the guest's language; a follow-up comes where an answer leads to it. */
export function DeskForm({ survey, languages, language, whose, keep, cancel }: FormProps) {
  const say = sayIn(language);
  const [answers, setAnswers] = useState(NO_ANSWERS);
  const [faults, setFaults] = useState<ReturnType<typeof checkAnswers>["faults"]>({});
  const [phone, setPhone] = useState("");
  const [files, setFiles] = useState<ChosenFile[]>([]);
  const { faults: fileFaults, isReading, ...choosing } = useChosenFiles();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const [saving, setSaving] = useState<"no" | "going-on" | "failed">("no");
  const order = [language, ...languages];
  const save = () => {
    const checked = checkAnswers(survey, answers);
    setFaults(checked.faults);
    const [first] = Object.keys(checked.faults);
    if (first === undefined) {
      setSaving("going-on");
      // What is filled in stays on the page: the device would not take it.
      const given = { answers: checked.answers, phone: phone.trim(), files };
      void keep(given).catch(() => setSaving("failed"));
      return;
    }
    const field = document.getElementById(`question-${first}`);
    field?.scrollIntoView({ block: "center" });
    field?.querySelector<HTMLElement>("input, textarea")?.focus({ preventScroll: true });
  };
  return (
    <form
      noValidate
      lang={language}
      dir={language === "fa" ? "rtl" : "ltr"}
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <h1 ref={heading} tabIndex={-1}>
        {chooseLocal(survey.title, order)}
      </h1>
      {survey.intro && <p className="lead">{chooseLocal(survey.intro, order)}</p>}
      {listAsked(survey, answers).map((question) => (
        <DeskQuestion
          key={question.id}
          question={question}
          answers={answers}
          fault={faults[question.id]}
          languages={order}
          say={say}
          give={(values) => {
            setAnswers((before) => answerQuestion(survey, before, { question, values }));
            setFaults(({ [question.id]: _mended, ...others }) => others);
          }}
        />
      ))}
      {survey.files?.map((question) => {
        const own = files.filter(({ questionId }) => questionId === question.id);
        return (
          <DeskFiles
            key={question.id}
            {...{ question, isReading, language, say }}
            files={own.map((file) => ({ ...file, state: "chosen" }))}
            fault={fileFaults[question.id] ?? null}
            languages={order}
            choose={async (picked) => {
              const room = question.filesMax - own.length;
              const chosen = await choosing.choose(question, { files: picked, room });
              setFiles((before) => [...before, ...chosen]);
            }}
            remove={(fileId) => {
              setFiles((before) => before.filter((each) => each.fileId !== fileId));
              choosing.forget(question.id);
            }}
          />
        );
      })}
      {whose && <DeskWhose {...whose} phone={phone} give={setPhone} />}
      {saving === "failed" && (
        <p className="fault" role="alert">
          {say("not-kept")}
        </p>
      )}
      <div className="actions">
        <button type="submit" className="main" disabled={saving === "going-on" || isReading}>
          {say("keep")}
        </button>
        <button type="button" onClick={cancel} disabled={saving === "going-on"}>
          {say("cancel")}
        </button>
      </div>
    </form>
  );
}
