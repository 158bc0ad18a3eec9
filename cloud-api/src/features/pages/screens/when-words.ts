import type { Language } from "../../../shell/translate.ts";
import { LOCALE } from "../../../shell/translate.ts";
import { sayHours } from "../../../shell/weekly-hours.ts";
import type { PageContent } from "../schema.ts";
import type { useTexts } from "./texts.ts";

type When = PageContent["when"];
type Translate = ReturnType<typeof useTexts>;

type Words = {
  t: Translate;
  language: Language;
  /** What a group, a tag or a tier is called; undefined: it is there no more, or not to be seen. */
  nameMark: (id: string) => string | undefined;
};

/** Whom and when a page is for, in words: all of them have to be true. */
export function sayWhen(when: When, { t, language, nameMark }: Words): string {
  const locale = LOCALE[language];
  const marks = [...(when.groups ?? []), ...(when.tags ?? []), ...(when.tiers ?? [])];
  const either = new Intl.ListFormat(locale, { type: "disjunction" });
  const languages = new Intl.DisplayNames(locale, { type: "language" });
  const parts = [
    t(`say-${when.guests}`),
    marks.length > 0 &&
      t("say-marks", { names: either.format(marks.map((id) => nameMark(id) ?? "?")) }),
    sayVisits(when, t, either),
    when.survey && t(when.survey.answered ? "say-answered" : "say-unanswered"),
    when.birthday && t("say-birthday"),
    when.languages?.length &&
      t("say-languages", {
        names: either.format(when.languages.map((each) => languages.of(each) ?? each)),
      }),
    sayRange(when.daysSinceVisitMin, when.daysSinceVisitMax, {
      between: (from, to) => t("say-away-between", { from, to }),
      from: (from) => t("say-away-from", { from }),
      to: (to) => t("say-away-to", { to }),
    }),
    sayDates(when.dates, t, locale),
    when.hours?.length &&
      when.hours.map((each) => sayHours(each, { language, everyDay: t("every-day") })).join("; "),
  ];
  const said = parts.filter((part): part is string => typeof part === "string" && part !== "");
  const sentence = said.join(", ");
  return sentence.charAt(0).toLocaleUpperCase(locale) + sentence.slice(1);
}

function sayVisits(when: When, t: Translate, either: Intl.ListFormat): string | null {
  const { visitNumbers, visitNumberMin, visitNumberMax, ...rest } = when;
  const byCompany =
    rest.tenantVisitNumbers?.length || rest.tenantVisitNumberMin || rest.tenantVisitNumberMax;
  const own =
    visitNumbers.length > 0
      ? t("say-visits", { numbers: either.format(visitNumbers.map(String)) })
      : sayRange(visitNumberMin, visitNumberMax, {
          between: (from, to) => t("say-visit-between", { from, to }),
          from: (from) => t("say-visit-from", { from }),
          to: (to) => t("say-visit-to", { to }),
        });
  return [own, byCompany ? t("say-company-visits") : null].filter(Boolean).join(", ") || null;
}

type RangeWords<Value> = {
  between: (from: Value, to: Value) => string;
  from: (from: Value) => string;
  to: (to: Value) => string;
};

function sayRange<Value>(
  from: Value | undefined,
  to: Value | undefined,
  words: RangeWords<Value>,
): string | null {
  if (from !== undefined && to !== undefined) return words.between(from, to);
  if (from !== undefined) return words.from(from);
  return to === undefined ? null : words.to(to);
}

function sayDates(dates: When["dates"], t: Translate, locale: string): string | null {
  const format = new Intl.DateTimeFormat(locale, {
    ...{ day: "numeric", month: "short", year: "numeric", timeZone: "UTC" },
  });
  const say = (day: string | undefined) =>
    day === undefined ? undefined : format.format(new Date(`${day}T00:00:00Z`));
  return sayRange(say(dates?.from), say(dates?.to), {
    between: (from, to) => t("say-between-days", { from, to }),
    from: (from) => t("say-from-day", { from }),
    to: (to) => t("say-to-day", { to }),
  });
}
