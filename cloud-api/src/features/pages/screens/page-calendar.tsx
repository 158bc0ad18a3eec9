import "./calendar.css";
import {
  ActionIcon,
  Button,
  Group,
  NumberInput,
  SegmentedControl,
  Skeleton,
  Stack,
  Text,
} from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../../shell/api.ts";
import { SIDE_BY_SIDE } from "../../../shell/chart-colours.ts";
import { Failure } from "../../../shell/failure.tsx";
import { useLanguage } from "../../../shell/language.tsx";
import { Section } from "../../../shell/page.tsx";
import { LOCALE } from "../../../shell/translate.ts";
import { readWall } from "../../../shell/zoned.ts";
import type { BranchPagesReply, CalendarReply } from "../schema.ts";
import { daysShown, moveBy, type Span } from "./calendar-days.ts";
import { type Day, DayDetail, MonthGrid, type NamedPage, WeekRows } from "./calendar-views.tsx";
import { useTexts } from "./texts.ts";

type PageCalendarProps = { branchId: string; pages: BranchPagesReply["pages"]; timeZone: string };
type Who = "new" | "regular";

const REGULAR_VISIT = 5;
const SETTLED_MS = 250;

/** Which page shows when, by week or by month, on the branch's own calendar. */
export function PageCalendar({ branchId, pages, timeZone }: PageCalendarProps) {
  const t = useTexts();
  const [span, setSpan] = useState<Span>("week");
  const [day, setDay] = useState(() => readWall(new Date(), timeZone).slice(0, 10));
  const [who, setWho] = useState<Who>("regular");
  const [visitNumber, setVisitNumber] = useState(REGULAR_VISIT);
  const person = who === "new" ? {} : { name: t("somebody"), visitNumber };
  const [body] = useDebouncedValue({ ...daysShown(day, span), person }, SETTLED_MS);
  const { data, error, refetch } = useQuery({
    queryKey: ["branch-pages", branchId, "calendar", body],
    queryFn: () => api.post<CalendarReply>(`/branches/${branchId}/page-calendar`, body),
    placeholderData: (before) => before,
    meta: { live: true },
  });
  const named = nameAll(pages, t("nameless"));
  const chosen = data?.days.find((each) => each.day === day) ?? null;
  return (
    <Section title={t("calendar")} hint={t("calendar-hint", { zone: timeZone })}>
      <Stack gap="md">
        <Group justify="space-between" gap="sm">
          <Turning {...{ span, day, setDay }} today={data?.today ?? day} />
          <SegmentedControl
            size="xs"
            value={span}
            onChange={(value) => setSpan(value === "month" ? "month" : "week")}
            data={(["week", "month"] as const).map((value) => ({
              value,
              label: t(`calendar-${value}`),
            }))}
            aria-label={t("calendar-span")}
          />
        </Group>
        <Group gap="sm">
          <SegmentedControl
            size="xs"
            value={who}
            onChange={(value) => setWho(value === "new" ? "new" : "regular")}
            data={(["new", "regular"] as const).map((value) => ({
              value,
              label: t(`calendar-${value}`),
            }))}
            aria-label={t("calendar-who")}
          />
          {who === "regular" && (
            <NumberInput
              size="xs"
              w={96}
              aria-label={t("try-visit")}
              prefix={t("calendar-visit")}
              min={1}
              max={100_000}
              allowDecimal={false}
              value={visitNumber}
              onChange={(typed) => setVisitNumber(Math.max(1, Number(typed) || 1))}
            />
          )}
        </Group>
        {error && !data && <Failure error={error} retry={refetch} />}
        {!data && !error && <Skeleton height={260} radius="md" aria-busy="true" />}
        {data && (
          <>
            {/* The days that are there: those asked for may be on their way. */}
            {data.days.length === 7 ? (
              <WeekRows
                {...{ named, today: data.today, chosen: day }}
                days={data.days}
                choose={setDay}
              />
            ) : (
              <MonthGrid
                {...{ named, today: data.today, chosen: day }}
                days={data.days}
                choose={setDay}
                month={day.slice(0, 7)}
              />
            )}
            <Legend named={named} days={data.days} />
            {chosen && <DayDetail day={chosen} named={named} />}
          </>
        )}
      </Stack>
    </Section>
  );
}

/** Each page by its place, which says its colour; after the sixth they come again. */
function nameAll(
  pages: readonly { id: string; name: string }[],
  nameless: string,
): ReadonlyMap<string, NamedPage> {
  return new Map(
    pages.map(({ id, name }, index) => {
      const tone = SIDE_BY_SIDE[index % SIDE_BY_SIDE.length] ?? "quiet";
      return [id, { name: name.trim() || nameless, number: index + 1, tone }];
    }),
  );
}

type TurningProps = { span: Span; day: string; setDay: (day: string) => void; today: string };

function Turning({ span, day, setDay, today }: TurningProps) {
  const t = useTexts();
  const { language } = useLanguage();
  const { from, days } = daysShown(day, span);
  const format = new Intl.DateTimeFormat(LOCALE[language], {
    ...{ month: "long", year: "numeric", timeZone: "UTC" },
    ...(span === "week" && { day: "numeric" }),
  });
  const at = (each: string) => new Date(`${each}T00:00:00Z`);
  const said =
    span === "month"
      ? format.format(at(day))
      : format.formatRange(at(from), at(moveBy(from, "week", 1)).getTime() - 1);
  return (
    <Group gap="xs" data-days={days}>
      <ActionIcon
        variant="default"
        size={30}
        onClick={() => setDay(moveBy(day, span, -1))}
        aria-label={t(`calendar-before-${span}`)}
      >
        <IconChevronLeft size={16} />
      </ActionIcon>
      <ActionIcon
        variant="default"
        size={30}
        onClick={() => setDay(moveBy(day, span, 1))}
        aria-label={t(`calendar-after-${span}`)}
      >
        <IconChevronRight size={16} />
      </ActionIcon>
      <Text fw={600} aria-live="polite">
        {said}
      </Text>
      {day !== today && (
        <Button size="compact-xs" variant="subtle" onClick={() => setDay(today)}>
          {t("calendar-today")}
        </Button>
      )}
    </Group>
  );
}

/** The pages that are seen in these days, each with its colour. */
function Legend({ named, days }: { named: ReadonlyMap<string, NamedPage>; days: readonly Day[] }) {
  const t = useTexts();
  const seen = new Set(days.flatMap(({ stretches }) => stretches.map(({ pageId }) => pageId)));
  return (
    <ul className="page-legend" aria-label={t("calendar-legend")}>
      {[...named].flatMap(([id, { name, number, tone }]) =>
        seen.has(id) ? (
          <li key={id} data-tone={tone}>
            {`${number}. ${name}`}
          </li>
        ) : (
          []
        ),
      )}
      {seen.has(null) && <li data-tone="none">{t("calendar-none")}</li>}
    </ul>
  );
}
