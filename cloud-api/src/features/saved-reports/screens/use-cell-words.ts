import { useLanguage } from "../../../shell/language.tsx";
import type { Unit } from "../../../shell/periods.ts";
import { LOCALE } from "../../../shell/translate.ts";
import { useFormat } from "../../../shell/use-format.ts";
import { useNameSlot } from "../../../shell/use-name-slot.ts";
import { hourSpan, hourWords, nameWeekday } from "../../../shell/weekdays.ts";
import type { Cell } from "../rules.ts";
import type { Measure } from "./measures.ts";
import type { Part } from "./replies.ts";
import { useTexts } from "./texts.ts";

const DATED = /^\d{4}-\d\d/;
/** A moment on the clock of its branch. */
const MOMENT = /^\d{4}-\d\d-\d\d \d\d:\d\d$/;
const LANGUAGE = /^[a-z]{2,3}(-[a-z0-9]+)*$/i;

/** A number of a column with its unit. */
export function useSayMeasure(): (measure: Measure) => (value: number) => string {
  const format = useFormat();
  return ({ kind }) =>
    kind === "seconds" ? format.duration : kind === "bytes" ? format.bytes : format.count;
}

type Words = { short: string; long: string };

/** What a row is of, as the reader writes days, hours and languages. */
export function useRowWords({ columns, keys }: Part, unit: Unit) {
  const t = useTexts();
  const nameCell = useNameCell(unit);
  return (cells: readonly Cell[]): Words => {
    if (columns[0] === "fromDays") {
      const [from, to] = cells;
      const words =
        to === null || to === undefined
          ? t("days-from", { count: String(from) })
          : from === to
            ? t("days-one", { count: Number(from) })
            : t("days-span", { from: String(from), to: String(to) });
      return { short: words, long: words };
    }
    const named = cells.slice(0, keys).map((cell, at) => nameCell(columns[at] ?? "", cell));
    const join = (length: "short" | "long") =>
      named
        .map((words) => words[length])
        .filter(Boolean)
        .join(" · ");
    return { short: join("short"), long: join("long") };
  };
}

/** What a cell says that is no number of a measure. */
export function useNameCell(unit: Unit): (column: string, cell: Cell) => Words {
  const t = useTexts();
  const format = useFormat();
  const { language } = useLanguage();
  const nameSlot = useNameSlot();
  const languages = new Intl.DisplayNames(LOCALE[language], { type: "language" });
  const same = (words: string) => ({ short: words, long: words });
  return (column, cell) => {
    if (cell === null) return same("");
    if (typeof cell === "number") {
      if (column === "weekday")
        return {
          short: nameWeekday(cell, language, "short"),
          long: nameWeekday(cell, language, "long"),
        };
      if (column === "hour") return { short: hourWords(cell), long: hourSpan(cell) };
      if (column === "after")
        return { short: `+${cell}`, long: t("months-after", { count: cell }) };
      return same(format.count(cell));
    }
    // The last row is called by a word where the others are by their days.
    if (column === "slot" && DATED.test(cell)) return nameSlot(cell, unit);
    if (column === "month" && DATED.test(cell)) return nameSlot(cell, "month");
    if (column === "day") return { short: format.day(cell), long: format.day(cell, "long") };
    if (MOMENT.test(cell)) return same(`${format.day(cell.slice(0, 10))}, ${cell.slice(11)}`);
    if (column === "language" && LANGUAGE.test(cell)) return same(languages.of(cell) ?? cell);
    return same(cell);
  };
}
