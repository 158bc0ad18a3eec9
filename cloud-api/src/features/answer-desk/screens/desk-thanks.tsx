import { useState } from "react";
import { QrCode } from "../../../shell/qr-code.tsx";
import { chooseLocal } from "../rules.ts";
import type { TakenReply } from "../schema.ts";
import type { ChosenFile, FileQuestion } from "./choose-file.ts";
import { countTaken, DeskFiles, type ShownFile } from "./desk-files.tsx";
import type { AskedSurvey, GuestLanguage } from "./desk-form.tsx";
import type { Desk } from "./desk-state.ts";
import { type Say, sayIn } from "./texts.ts";
import { useChosenFiles } from "./use-chosen-files.ts";

type ThanksProps = {
  desk: Desk;
  survey: AskedSurvey;
  language: GuestLanguage;
  languages: readonly GuestLanguage[];
  /** What was kept with the answer. */
  files: readonly ChosenFile[];
  /** Adds others to it; fails where the device takes none. */
  add: (files: readonly ChosenFile[]) => Promise<void>;
  say: Say;
  next: () => void;
};

/**
 * For the guest a thank-you and what they get, to show or to print; for staff what became of it. A file
 * that the cloud does not take is said here, while the guest is still there to show another.
 */
export function DeskThanks({ desk, language, say, next, ...asked }: ThanksProps) {
  const { reply } = desk;
  return (
    <>
      <section className="card thanks">
        <h1>{sayIn(language)("thanks")}</h1>
        <p role="status" className="staff-word">
          {say(reply ? "told" : "will-be-told")} {reply?.whose && say(wordOf(reply.whose))}
        </p>
        {reply?.coupon && <Coupon coupon={reply.coupon} language={language} say={say} />}
        <button type="button" className="main" onClick={next}>
          {say("next")}
        </button>
      </section>
      {asked.files.length > 0 && <ThanksFiles {...{ desk, language, ...asked }} />}
    </>
  );
}

type FilesProps = Omit<ThanksProps, "say" | "next">;

function ThanksFiles({ desk, survey, language, languages, files, add }: FilesProps) {
  const say = sayIn(language);
  const [shown, setShown] = useState(files);
  const [hasFailed, setFailed] = useState(false);
  const { faults, isReading, ...choosing } = useChosenFiles();
  const stateOf = ({ fileId }: ChosenFile): ShownFile["state"] => {
    const kept = desk.files.all.find((each) => each.fileId === fileId);
    return kept ? (kept.fault ?? "waiting") : "sent";
  };
  const choose = async (
    question: FileQuestion,
    picked: { files: readonly File[]; room: number },
  ) => {
    const chosen = await choosing.choose(question, picked);
    const failed = await add(chosen).then(
      () => false,
      () => true,
    );
    setFailed(failed);
    if (!failed) setShown((before) => [...before, ...chosen]);
  };
  const remove = async (fileId: string) => {
    await desk.files.drop(desk.files.all.filter((each) => each.fileId === fileId));
    setShown((before) => before.filter((each) => each.fileId !== fileId));
  };
  const questions = survey.files ?? [];
  return (
    <div lang={language} dir={language === "fa" ? "rtl" : "ltr"}>
      {questions.map((question) => {
        const own = shown
          .filter(({ questionId }) => questionId === question.id)
          .map((file) => ({ ...file, state: stateOf(file) }));
        const room = question.filesMax - countTaken(own);
        return (
          <DeskFiles
            key={question.id}
            {...{ question, isReading, language, say }}
            files={own}
            fault={faults[question.id] ?? null}
            languages={[language, ...languages]}
            choose={(picked) => void choose(question, { files: picked, room })}
            remove={(fileId) => void remove(fileId)}
          />
        );
      })}
      {hasFailed && (
        <p className="fault" role="alert">
          {say("not-kept")}
        </p>
      )}
    </div>
  );
}

const wordOf = (whose: NonNullable<TakenReply["whose"]>) =>
  whose === "customer" ? ("whose-tied" as const) : (`whose-${whose}` as const);

type CouponProps = {
  coupon: NonNullable<TakenReply["coupon"]>;
  language: GuestLanguage;
  say: Say;
};

function Coupon({ coupon, language, say }: CouponProps) {
  const sayToGuest = sayIn(language);
  const { name, offer, code, redeemPath, validUntil } = coupon;
  const languages = [language, "vi", "en", "fa"];
  const day = new Intl.DateTimeFormat(language, { dateStyle: "long" });
  return (
    <>
      <article className="coupon" lang={language} dir={language === "fa" ? "rtl" : "ltr"}>
        <p>{sayToGuest("coupon-for-you")}</p>
        <h2>{chooseLocal(offer, languages)}</h2>
        <p>{chooseLocal(name, languages)}</p>
        <QrCode
          className="coupon-code"
          text={location.origin + redeemPath}
          label={sayToGuest("coupon-code", { code })}
        />
        <p className="code" dir="ltr">
          {code}
        </p>
        <p>
          {sayToGuest("coupon-until", { day: day.format(new Date(validUntil)) })}
          <br />
          {sayToGuest("coupon-show")}
        </p>
      </article>
      <button type="button" onClick={() => window.print()}>
        {say("print")}
      </button>
    </>
  );
}
