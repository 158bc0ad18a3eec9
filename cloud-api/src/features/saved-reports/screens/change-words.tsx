import { compare, judge, type Rise } from "../../../shell/change.ts";
import { Delta } from "../../../shell/delta.tsx";
import { useShellTexts } from "../../../shell/language.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import type { Measure, Numbers } from "./measures.ts";
import { useTexts } from "./texts.ts";

/** How far apart two numbers are, with its sign: `+12`, `−3`. */
const sayDifference = (difference: number, say: (value: number) => string): string =>
  difference === 0 ? say(0) : `${difference > 0 ? "+" : "−"}${say(Math.abs(difference))}`;

type ChangeProps = {
  numbers: Numbers;
  measure: Measure;
  rise: Rise;
  say: (value: number) => string;
};

/** By how much, and by what share, a number is another than that which it is set against. */
export function ChangeWords({ numbers: { now, before }, measure, rise, say }: ChangeProps) {
  const t = useTexts();
  // Where each row is a part of the whole, one that was not there before is new.
  if (measure.addsUp && now !== null && before === null)
    return <span className="quiet">{t("is-new")}</span>;
  if (measure.addsUp && now === null && before !== null)
    return <span className="quiet">{t("is-gone")}</span>;
  if (now === null || before === null) return <span className="quiet">–</span>;
  return (
    <span className="change-words">
      <span className="figure">{sayDifference(now - before, say)}</span>
      <Delta {...{ now, before, rise }} said={say(before)} against="" when={t("in-the-other")} />
    </span>
  );
}

type SentenceProps = {
  figure: string;
  now: number;
  before: number;
  rise: Rise;
  other: string;
};

/** The same in a sentence. */
export function useChangeSentence(): (told: SentenceProps) => string {
  const t = useTexts();
  const shell = useShellTexts();
  const format = useFormat();
  return ({ figure, now, before, rise, other }) => {
    const numbers = { figure, now: format.count(now), other };
    if (now === before) return t("sentence-same", numbers);
    const difference = format.count(Math.abs(now - before));
    const share = before === 0 ? null : format.share(Math.abs(now - before) / before);
    const key = now > before ? "sentence-more" : "sentence-less";
    const sentence = t(key, { ...numbers, difference });
    // Where less is better, a reader is not left to think of it.
    const verdict = rise === "bad" ? judge(compare(now, before), rise) : null;
    const said = [share && `${now > before ? "+" : "−"}${share}`, verdict && shell(verdict)].filter(
      Boolean,
    );
    return said.length === 0 ? sentence : `${sentence} (${said.join(", ")})`;
  };
}
