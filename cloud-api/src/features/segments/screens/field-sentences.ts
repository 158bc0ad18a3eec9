import { formatCount, formatDay } from "../../../shell/format.ts";
import { type Language, LOCALE } from "../../../shell/translate.ts";
import type { FieldCondition, FieldTest } from "../schema.ts";
import { list, nameOfMonth, type Words } from "./words.ts";

const EVERYBODYS = [
  ...(["name", "phone", "email", "birthday", "language"] as const),
  ...(["kind", "address", "card", "posId"] as const),
] as const;
/** What people tell of themselves; the rest is noted of them. */
const SAID: ReadonlySet<string> = new Set([...["name", "phone", "email", "birthday", "language"]]);
/** Details that every customer has, in the order in which they are offered. */
export const FIELDS: readonly string[] = EVERYBODYS;

const wordsIn = (label: Readonly<Record<string, string>>, language: Language) =>
  label[language] ?? Object.values(label)[0];

/** What a field is called; one of the company's own by its words, or by its key where it is gone. */
export function sayFieldName(field: string, { t, language, ownFields }: Words): string {
  const known = EVERYBODYS.find((each) => each === field);
  if (known) return t(`field-${known}`);
  const own = ownFields.find(({ key }) => key === field);
  return (own && wordsIn(own.label, language)) ?? field.replace(/^own\./, "");
}

/** What can be chosen of a field that has choices; null of any other. */
export function listFieldChoices(
  field: string,
  { t, language, ownFields }: Words,
): { value: string; label: string }[] | null {
  if (field === "kind")
    return (["person", "company"] as const).map((value) => ({ value, label: t(`kind-${value}`) }));
  const own = ownFields.find(({ key }) => key === field);
  if (own?.kind === "yes-no")
    return (["yes", "no"] as const).map((value) => ({ value, label: t(`answer-${value}`) }));
  if (own?.kind !== "choice" && own?.kind !== "choices") return null;
  return own.choices.map(({ value, label }) => ({
    ...{ value, label: wordsIn(label, language) ?? value },
  }));
}

function nameValues(field: string, values: readonly string[], words: Words): string[] {
  const choices = listFieldChoices(field, words) ?? [];
  return values.map((value) => choices.find((each) => each.value === value)?.label ?? value);
}

/** What a field says of somebody, as people read it. */
export function sayValue(field: string, value: string, words: Words): string {
  if (listFieldChoices(field, words) === null) return value;
  return list(nameValues(field, value.split("\n"), words), "conjunction", words);
}

/** A day of the year, MM-DD, such as "8 March". */
export function sayDayOfYear(day: string, language: Language): string {
  const [month = 1, date = 1] = day.split("-").map(Number);
  return new Intl.DateTimeFormat(LOCALE[language], {
    ...{ day: "numeric", month: "long", timeZone: "UTC" },
  }).format(new Date(Date.UTC(2024, month - 1, date)));
}

export function sayField({ field, test }: FieldCondition, words: Words): string {
  const { t, language } = words;
  const named = { field: sayFieldName(field, words) };
  switch (test.is) {
    case "known":
    case "unknown": {
      if (SAID.has(field)) return t(`say-${test.is}`, named);
      return t(test.is === "known" ? "say-filled" : "say-empty", named);
    }
    case "one-of": {
      const names = list(nameValues(field, test.values, words), "disjunction", words);
      const kind = words.ownFields.find(({ key }) => key === field)?.kind;
      return t(kind === "yes-no" ? "say-answer" : "say-one-of", { ...named, names });
    }
    case "has": {
      const type = test.which === "all" ? "conjunction" : "disjunction";
      return t("say-has", {
        ...named,
        names: list(nameValues(field, test.values, words), type, words),
      });
    }
    case "begins":
    case "contains":
      return t(`say-${test.is}`, { ...named, names: test.text });
    case "at-least":
    case "at-most":
      return t(`say-${test.is}-number`, { ...named, number: formatCount(language, test.number) });
    case "in-months": {
      const months = test.months.map((month) => nameOfMonth(language, month));
      return t("say-in-months", { ...named, names: list(months, "disjunction", words) });
    }
    case "in-next-days":
      return t("say-in-next-days", { ...named, count: test.days });
    case "on-days": {
      const [from, to] = [sayDayOfYear(test.from, language), sayDayOfYear(test.to, language)];
      return from === to
        ? t("say-on-day", { ...named, day: from })
        : t("say-on-days", { ...named, from, to });
    }
    case "dated":
      return sayDated(test, named, words);
    case "from-today":
      return sayFromToday(test, named, words);
  }
}

type Of<Is extends FieldTest["is"]> = Extract<FieldTest, { is: Is }>;
type Named = { field: string };

function sayDated({ from, to }: Of<"dated">, named: Named, { t, language }: Words): string {
  const [first, last] = [from, to].map((day) => day && formatDay(language, day, "long"));
  if (first && last) return t("say-dated", { ...named, from: first, to: last });
  return first
    ? t("say-dated-from", { ...named, day: first })
    : t("say-dated-to", { ...named, day: last ?? "" });
}

function sayFromToday({ min, max }: Of<"from-today">, named: Named, { t }: Words): string {
  if (min === 0 && max !== undefined) return t("say-coming", { ...named, count: max });
  if (max === 0 && min !== undefined) return t("say-past", { ...named, count: -min });
  if (min === undefined && max !== undefined && max < 0)
    return t("say-longer-ago", { ...named, count: -1 - max });
  if (max === undefined && min !== undefined && min > 0)
    return t("say-further", { ...named, count: min - 1 });
  return t("say-from-today", { ...named, min: min ?? "…", max: max ?? "…" });
}
