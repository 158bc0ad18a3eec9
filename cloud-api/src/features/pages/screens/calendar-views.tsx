import { Text, Tooltip, UnstyledButton } from "@mantine/core";
import { IconCake, IconConfetti } from "@tabler/icons-react";
import type { Tone } from "../../../shell/chart-colours.ts";
import { useLanguage } from "../../../shell/language.tsx";
import { LOCALE } from "../../../shell/translate.ts";
import type { CalendarReply } from "../schema.ts";
import { useTexts } from "./texts.ts";

export type Day = CalendarReply["days"][number];
type Stretch = Day["stretches"][number];
export type NamedPage = { name: string; number: number; tone: Tone };

type ViewProps = {
  days: readonly Day[];
  named: ReadonlyMap<string, NamedPage>;
  today: string;
  chosen: string;
  choose: (day: string) => void;
};

const HOURS = [0, 6, 12, 18, 24];

/** A line a day from midnight to midnight. */
export function WeekRows({ days, named, today, chosen, choose }: ViewProps) {
  const t = useTexts();
  const { language } = useLanguage();
  const format = new Intl.DateTimeFormat(LOCALE[language], {
    ...{ weekday: "short", day: "numeric", month: "numeric", timeZone: "UTC" },
  });
  return (
    <div className="page-week">
      <div className="page-hours" aria-hidden>
        {HOURS.map((hour) => (
          <span key={hour}>{hour}</span>
        ))}
      </div>
      <ul aria-label={t("calendar-week")}>
        {days.map((day) => (
          <li key={day.day}>
            <UnstyledButton
              className="page-week-day"
              data-today={day.day === today || undefined}
              aria-pressed={day.day === chosen}
              onClick={() => choose(day.day)}
            >
              <span className="page-week-name figure">
                {format.format(new Date(`${day.day}T00:00:00Z`))}
                <DayMarks day={day} />
              </span>
              <Bar day={day} named={named} hasNames />
            </UnstyledButton>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** A month as it hangs on a wall, Monday first. */
export function MonthGrid({
  days,
  named,
  today,
  chosen,
  choose,
  month,
}: ViewProps & { month: string }) {
  const t = useTexts();
  const { language } = useLanguage();
  const weekday = new Intl.DateTimeFormat(LOCALE[language], { weekday: "short", timeZone: "UTC" });
  return (
    <div className="page-month">
      {days.slice(0, 7).map(({ day }) => (
        <Text key={day} size="xs" className="quiet" ta="center" aria-hidden>
          {weekday.format(new Date(`${day}T00:00:00Z`))}
        </Text>
      ))}
      {days.map((day) => (
        <UnstyledButton
          key={day.day}
          className="page-month-day"
          data-today={day.day === today || undefined}
          data-other={!day.day.startsWith(month) || undefined}
          aria-pressed={day.day === chosen}
          aria-label={sayDay(day, { named, none: t("calendar-none") })}
          onClick={() => choose(day.day)}
        >
          <span className="page-month-number figure">
            {Number(day.day.slice(8))}
            <DayMarks day={day} />
          </span>
          <Bar day={day} named={named} />
        </UnstyledButton>
      ))}
    </div>
  );
}

type Said = { named: ReadonlyMap<string, NamedPage>; none: string };

function sayDay({ day, stretches }: Day, { named, none }: Said): string {
  const said = stretches.map(
    ({ from, to, pageId }) => `${from}–${to} ${(pageId && named.get(pageId)?.name) ?? none}`,
  );
  return `${day}: ${said.join(", ")}`;
}

/** A feast, and birthdays that are kept for want of their own day. */
function DayMarks({ day }: { day: Day }) {
  const t = useTexts();
  const notes = useNotes(day);
  if (notes.length === 0) return null;
  return (
    <Tooltip label={notes.join(" · ")}>
      <span className="page-day-mark" role="img" aria-label={notes.join(", ")} title={t("notes")}>
        {day.feasts.length > 0 ? <IconConfetti size={13} /> : <IconCake size={13} />}
      </span>
    </Tooltip>
  );
}

function useNotes(day: Day): string[] {
  const t = useTexts();
  const feasts = day.feasts.map((feast) => t(`feast-${feast}`));
  return day.keepsLeapBirthdays ? [...feasts, t("leap-birthdays")] : feasts;
}

type BarProps = { day: Day; named: ReadonlyMap<string, NamedPage>; hasNames?: boolean };

/** Midnight to midnight; a day on which the clock is changed is as wide as the others. */
function Bar({ day, named, hasNames = false }: BarProps) {
  const t = useTexts();
  return (
    <span className="page-day-bar" data-tall={hasNames || undefined}>
      {day.stretches.map((stretch) => {
        const page = stretch.pageId === null ? null : named.get(stretch.pageId);
        return (
          <span
            key={stretch.from}
            data-tone={page?.tone ?? "none"}
            style={{ flexGrow: stretch.minutes }}
            title={`${stretch.from}–${stretch.to} ${page?.name ?? t("calendar-none")}`}
          >
            {hasNames && (page?.name ?? t("calendar-none"))}
          </span>
        );
      })}
    </span>
  );
}

/** One day in words: from when to when, which page, and which it keeps from being seen. */
export function DayDetail({ day, named }: { day: Day; named: ReadonlyMap<string, NamedPage> }) {
  const t = useTexts();
  const { language } = useLanguage();
  const notes = useNotes(day);
  const title = new Intl.DateTimeFormat(LOCALE[language], {
    ...{ weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" },
  }).format(new Date(`${day.day}T00:00:00Z`));
  const nameOf = (id: string) => named.get(id)?.name ?? "";
  const list = new Intl.ListFormat(LOCALE[language], { type: "conjunction" });
  return (
    <section className="page-day" aria-label={title}>
      <Text fw={600}>{title}</Text>
      {notes.length > 0 && (
        <Text size="sm" className="quiet">
          {notes.join(" · ")}
        </Text>
      )}
      <ul>
        {day.stretches.map((stretch) => (
          <DayLine key={stretch.from} {...{ stretch, named, nameOf, list }} />
        ))}
        {day.birthdayPages.length > 0 && (
          <li>
            <IconCake size={16} aria-hidden />
            <Text size="sm">
              {t("calendar-birthday", { pages: list.format(day.birthdayPages.map(nameOf)) })}
            </Text>
          </li>
        )}
      </ul>
    </section>
  );
}

type DayLineProps = {
  stretch: Stretch;
  named: ReadonlyMap<string, NamedPage>;
  nameOf: (id: string) => string;
  list: Intl.ListFormat;
};

function DayLine({ stretch, named, nameOf, list }: DayLineProps) {
  const t = useTexts();
  const { from, to, pageId, alsoFit } = stretch;
  const page = pageId === null ? null : named.get(pageId);
  return (
    <li>
      <span className="page-tone" data-tone={page?.tone ?? "none"} aria-hidden />
      <Text size="sm">
        <span className="figure">{`${from}–${to}`}</span> <b>{page?.name ?? t("calendar-none")}</b>
        {alsoFit.length > 0 && (
          <Text span size="xs" className="quiet">
            {" · "}
            {t("calendar-also", { pages: list.format(alsoFit.map(nameOf)) })}
          </Text>
        )}
      </Text>
    </li>
  );
}
