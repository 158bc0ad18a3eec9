import { Delta } from "../../../shell/delta.tsx";
import { FigureTile } from "../../../shell/figure-tile.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { figuresOf, type ReportName } from "../rules.ts";
import { useChangeSentence } from "./change-words.tsx";
import type { Told } from "./replies.ts";
import { useTexts } from "./texts.ts";

type SavedFiguresProps = {
  report: ReportName;
  told: Told | undefined;
  names: { now: string; before: string | null };
  isStale: boolean;
};

/** The main numbers of a kept report, each with how it changed, in figures and in a sentence. */
export function SavedFigures({ report, told, names, isStale }: SavedFiguresProps) {
  const t = useTexts();
  const format = useFormat();
  const sayChange = useChangeSentence();
  const waiting = figuresOf(report).map((name) => ({
    ...{ name, now: null, before: null },
    rise: "neutral" as const,
  }));
  const figures = told?.figures ?? waiting;
  const sentences = (told?.figures ?? []).flatMap(({ name, now, before, rise }) =>
    before === null || names.before === null
      ? []
      : [
          {
            name,
            words: sayChange({
              ...{ figure: t(`figure-${name}`), now, before, rise },
              other: names.before,
            }),
          },
        ],
  );
  return (
    <div style={{ opacity: isStale ? 0.55 : 1 }} aria-busy={isStale || !told || undefined}>
      <div className="saved-tiles">
        {figures.map(({ name, now, before, rise }) => {
          return (
            <FigureTile
              key={name}
              label={t(`figure-${name}`)}
              figure={now === null ? undefined : format.count(now)}
            >
              {now !== null && before !== null && (
                <Delta
                  {...{ now, before, rise }}
                  said={format.count(before)}
                  against={t("from", { before: format.count(before) })}
                  when={t("in-the-other")}
                />
              )}
            </FigureTile>
          );
        })}
      </div>
      {sentences.length > 0 && (
        <ul className="saved-sentences" aria-label={t("in-words")}>
          {sentences.map(({ name, words }) => (
            <li key={name}>{words}</li>
          ))}
        </ul>
      )}
    </div>
  );
}
