import { useEffect, useMemo, useState } from "react";
import { useLanguage } from "../../../shell/language.tsx";
import { type Answers, chooseLocal, isForSaleType } from "../rules.ts";
import type { DeskReply, How } from "../schema.ts";
import type { ChosenFile } from "./choose-file.ts";
import { type AskedSurvey, DeskForm, type GuestLanguage } from "./desk-form.tsx";
import { type Desk, type Line, useDesk } from "./desk-state.ts";
import { DeskStatus } from "./desk-status.tsx";
import { DeskThanks } from "./desk-thanks.tsx";
import type { KeptAnswer } from "./kept-answers.ts";
import type { KeptFile } from "./kept-files.ts";
import { type Say, sayIn } from "./texts.ts";

const BRANCH = "answer-desk:branch";
const SALE_TYPE = "answer-desk:sale-type";
/** Of what nobody says what kind of sale it is. */
const UNSAID = "";
const MANIFEST = "/answer-desk/manifest.webmanifest";
const HOW = ["on-site", "phone"] as const;

type Branch = DeskReply["branches"][number];
/** `saleTypeId`: UNSAID, or one of the company's. */
type Place = { branch: Branch; how: How; saleTypeId: string; language: GuestLanguage };
/**
 * One filling in, as it was when it began: what is fetched meanwhile, or who signs in, changes nothing of
 * it. Sent twice, it is kept once.
 */
type Begun = {
  answerId: string;
  setup: DeskReply;
  survey: AskedSurvey;
  place: Place;
};
type Step =
  | { kind: "choosing" }
  | { kind: "asking"; begun: Begun }
  | { kind: "thanked"; begun: Begun; files: readonly ChosenFile[] };

/** The page that staff install at the counter: it asks, keeps and tells. */
export function DeskApp() {
  const { language } = useLanguage();
  const say = useMemo(() => sayIn(language), [language]);
  const desk = useDesk();
  useEffect(() => {
    document.title = say("app-name");
    const manifest = document.querySelector<HTMLLinkElement>('link[rel="manifest"]');
    // It is installed under the name that staff read.
    if (manifest) manifest.href = `${MANIFEST}?language=${language}`;
  }, [say, language]);
  return (
    <main>
      <header>
        <strong>{say("title")}</strong>
        <span>{desk.setup?.staff.name}</span>
      </header>
      {desk.setup ? (
        <Asking desk={desk} setup={desk.setup} say={say} />
      ) : (
        <NothingYet desk={desk} say={say} />
      )}
      <DeskStatus desk={desk} say={say} />
    </main>
  );
}

/** On a device that has never fetched anything. */
function NothingYet({ desk, say }: { desk: Desk; say: Say }) {
  const { line, refresh } = desk;
  if (line === null) return null;
  if (line === "signed-out")
    return (
      <section className="card">
        <p>{say("sign-in-first")}</p>
        <a className="button main" href="/sign-in">
          {say("sign-in")}
        </a>
      </section>
    );
  return (
    <section className="card">
      <p>{say(line === "not-allowed" ? "not-allowed" : "unreachable")}</p>
      <button type="button" onClick={() => void refresh()}>
        {say("again")}
      </button>
    </section>
  );
}

type AskingProps = { desk: Desk; setup: DeskReply; say: Say };

function Asking({ desk, setup, say }: AskingProps) {
  const { language: staffLanguage } = useLanguage();
  const [step, setStep] = useState<Step>({ kind: "choosing" });
  const [branchId, setBranchId] = useState(() => localStorage.getItem(BRANCH));
  const [sold, setSold] = useState(() => localStorage.getItem(SALE_TYPE) ?? UNSAID);
  const [how, setHow] = useState<How>("on-site");
  const [chosen, setLanguage] = useState<GuestLanguage>(staffLanguage);
  switch (step.kind) {
    case "asking": {
      const { survey, place } = step.begun;
      const { branch, language } = place;
      return (
        <DeskForm
          survey={survey}
          languages={branch.languages}
          language={language}
          cancel={() => setStep({ kind: "choosing" })}
          whose={step.begun.setup.mayTie ? { branchId: branch.id, say } : null}
          keep={async ({ answers, phone, files }) => {
            const { begun } = step;
            const kept = toKept(begun, answers, phone);
            await keepPatiently(desk, kept, toKeptFiles(begun, files));
            setStep({ kind: "thanked", begun, files });
          }}
        />
      );
    }
    case "thanked":
      return (
        <DeskThanks
          {...{ desk, say }}
          survey={step.begun.survey}
          language={step.begun.place.language}
          languages={step.begun.place.branch.languages}
          files={step.files}
          add={(files) => desk.add(toKeptFiles(step.begun, files))}
          next={() => {
            desk.leave();
            setStep({ kind: "choosing" });
          }}
        />
      );
    case "choosing": {
      const branch = setup.branches.find(({ id }) => id === branchId) ?? setup.branches[0];
      if (!branch) return <p className="card">{say("no-surveys")}</p>;
      const language = branch.languages.includes(chosen) ? chosen : (branch.languages[0] ?? "vi");
      // One that has ended since is chosen no more.
      const saleTypeId = setup.saleTypes.some(({ id }) => id === sold) ? sold : UNSAID;
      const place = { branch, how, saleTypeId, language };
      const begin = (survey: AskedSurvey) => {
        const begun = { answerId: crypto.randomUUID(), setup, survey, place };
        setStep({ kind: "asking", begun });
      };
      return (
        <Choosing
          {...{ setup, place, say }}
          chooseBranch={(id) => {
            localStorage.setItem(BRANCH, id);
            setBranchId(id);
          }}
          chooseHow={setHow}
          chooseSaleType={(id) => {
            localStorage.setItem(SALE_TYPE, id);
            setSold(id);
          }}
          chooseLanguage={setLanguage}
          ask={begin}
        />
      );
    }
  }
}

/** A guest does not wait for a network: what is not told by then is told later. */
const PATIENCE_MILLISECONDS = 1500;

async function keepPatiently(
  desk: Desk,
  kept: KeptAnswer,
  files: readonly KeptFile[],
): Promise<Line> {
  const { told } = await desk.keep(kept, files);
  const late = new Promise<Line>((resolve) => {
    setTimeout(() => resolve("unreachable"), PATIENCE_MILLISECONDS);
  });
  return Promise.race([told, late]);
}

function toKept(
  { answerId, setup, survey, place }: Begun,
  answers: Answers,
  phone: string,
): KeptAnswer {
  const { companyId, staff } = setup;
  const { id: staffId, name: staffName } = staff;
  const { branch, how, saleTypeId, language } = place;
  const wording = { surveyId: survey.id, version: survey.version ?? null };
  const when = { answerId, takenAt: new Date().toISOString() };
  const whose = phone === "" ? {} : { phone };
  const about = saleTypeId === UNSAID ? {} : { saleTypeId };
  const at = { branchId: branch.id, how, ...about, language };
  const body = { ...when, staffId, ...wording, ...at, ...whose, answers };
  return { companyId, body, staffName, isRefused: false };
}

function toKeptFiles({ answerId, setup, survey }: Begun, files: readonly ChosenFile[]): KeptFile[] {
  const { companyId, staff } = setup;
  const whose = { companyId, staffId: staff.id, staffName: staff.name };
  const labels = new Map(survey.files?.map(({ id, label }) => [id, label]));
  const keptAt = new Date().toISOString();
  return files.map(({ fileId, questionId, bytes }) => ({
    ...{ fileId, answerId, ...whose, questionId, label: labels.get(questionId) ?? {} },
    ...{ keptAt, bytes, fault: null },
  }));
}

type ChoosingProps = {
  setup: DeskReply;
  place: Place;
  say: Say;
  chooseBranch: (id: string) => void;
  chooseHow: (how: How) => void;
  chooseSaleType: (id: string) => void;
  chooseLanguage: (language: GuestLanguage) => void;
  ask: (survey: AskedSurvey) => void;
};

function Choosing({ setup, place, say, ...choose }: ChoosingProps) {
  const { language: staffLanguage } = useLanguage();
  const { branch, how, saleTypeId, language } = place;
  const nameOf = (id: string) => setup.saleTypes.find((each) => each.id === id)?.name;
  const surveys = branch.surveys.filter((survey) =>
    isForSaleType(survey, saleTypeId === UNSAID ? null : saleTypeId),
  );
  return (
    <>
      {setup.branches.length > 1 && (
        <label className="field">
          {say("branch")}
          <select
            value={branch.id}
            onChange={(event) => choose.chooseBranch(event.currentTarget.value)}
          >
            {setup.branches.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      <OneOf
        label={say("how")}
        values={HOW}
        value={how}
        nameOf={(each) => say(`how-${each}`)}
        choose={choose.chooseHow}
      />
      {setup.saleTypes.length > 0 && (
        <OneOf
          label={say("sale-type")}
          values={[UNSAID, ...setup.saleTypes.map(({ id }) => id)]}
          value={saleTypeId}
          nameOf={(id) =>
            id === UNSAID
              ? say("sale-type-unsaid")
              : chooseLocal(nameOf(id), [staffLanguage, "vi", "en", "fa"])
          }
          choose={choose.chooseSaleType}
        />
      )}
      {branch.languages.length > 1 && (
        <OneOf
          label={say("language")}
          values={branch.languages}
          value={language}
          nameOf={(each) => say(each)}
          choose={choose.chooseLanguage}
        />
      )}
      <ul className="surveys">
        {surveys.map((survey) => (
          <li key={survey.id}>
            <button type="button" className="main" onClick={() => choose.ask(survey)}>
              {chooseLocal(survey.title, [language, ...branch.languages])}
            </button>
          </li>
        ))}
      </ul>
      {surveys.length === 0 && <p className="card">{say("no-surveys-of-sale-type")}</p>}
    </>
  );
}

type OneOfProps<Value extends string> = {
  label: string;
  values: readonly Value[];
  value: Value;
  nameOf: (value: Value) => string;
  choose: (value: Value) => void;
};

function OneOf<Value extends string>({ label, values, value, nameOf, choose }: OneOfProps<Value>) {
  return (
    <fieldset className="one-of">
      <legend>{label}</legend>
      <div>
        {values.map((each) => (
          <label key={each} className="tap">
            <input
              type="radio"
              name={label}
              checked={each === value}
              onChange={() => choose(each)}
            />
            <span>{nameOf(each)}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
