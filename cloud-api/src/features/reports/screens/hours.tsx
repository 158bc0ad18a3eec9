import { Select } from "@mantine/core";
import { meanOf } from "../../../shell/change.ts";
import { HeatFigure } from "../../../shell/heat-figure.tsx";
import { useLanguage } from "../../../shell/language.tsx";
import { screenOf } from "../../../shell/report-filters.ts";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import { useFormat } from "../../../shell/use-format.ts";
import { hourSpan, hourWords, nameWeekday, WEEKDAYS } from "../../../shell/weekdays.ts";
import { listHours } from "../rules.ts";
import type { HeatMapReply, HoursReply } from "../schema.ts";
import { HourChart } from "./hour-chart.tsx";
import { ReportPage } from "./report-page.tsx";
import { useSource } from "./source.tsx";
import { useTexts } from "./texts.ts";
import { useReport } from "./use-report.ts";

export const HEAT_METRICS = ["arrivals", "present", "stay"] as const;
type HeatMetric = (typeof HEAT_METRICS)[number];
type Cell = HeatMapReply["cells"][number];
const SECONDS_AN_HOUR = 3600;

/** When guests come, stay and leave: hour by day of the week, and over the day. */
export function Hours() {
  const t = useTexts();
  const { language } = useLanguage();
  const heat = useReport<HeatMapReply>("heat-map");
  const hours = useReport<HoursReply>("hours");
  const busiest = heat.data?.cells.reduce<Cell | null>(
    (best, cell) => (cell.visits > (best?.visits ?? 0) ? cell : best),
    null,
  );
  return (
    <ReportPage
      name="hours"
      summary={
        busiest &&
        t("summary-hours", {
          day: nameWeekday(busiest.weekday, language, "long"),
          hour: hourSpan(busiest.hour),
        })
      }
      error={heat.data ? null : heat.error}
      retry={() => {
        void heat.refetch();
        void hours.refetch();
      }}
      files={[
        { name: "heat-map", label: t("chart-heat"), query: heat.asked.query },
        { name: "hours", label: t("chart-hours"), query: heat.asked.query },
      ]}
    >
      <WeekHeat report={heat} />
      <HourChart report={hours} />
    </ReportPage>
  );
}

type WeekHeatProps = { report: ReturnType<typeof useReport<HeatMapReply>> };

function WeekHeat({ report: { data, asked, isPlaceholderData } }: WeekHeatProps) {
  const t = useTexts();
  const source = useSource();
  const { language } = useLanguage();
  const { parameters, change } = useSearchParameters();
  const metric = HEAT_METRICS.find((each) => each === parameters.get("metric")) ?? "arrivals";
  const { read, say, sayShort, none } = useHeat(metric);
  // As a day of the branches passes: one that begins at four ends with the hour from three on.
  const hours = [...new Set(data?.cells.map(({ hour }) => hour) ?? listHours(0))];
  const weekdays = WEEKDAYS.filter(
    (day) => data?.cells.some(({ weekday }) => weekday === day) ?? true,
  );
  const find = (weekday: string, hour: string) =>
    data?.cells.find((cell) => `${cell.weekday}` === weekday && `${cell.hour}` === hour);
  return (
    <HeatFigure
      title={t("chart-heat")}
      unit={t(`unit-heat-${metric}`)}
      source={source(data?.freshness, asked.zone)}
      scale={{ least: t("heat-least"), most: t("heat-most") }}
      isBusy={!data}
      isStale={isPlaceholderData}
      actions={
        <Select
          size="xs"
          aria-label={t("metric")}
          data={HEAT_METRICS.map((value) => ({ value, label: t(`heat-${value}`) }))}
          value={metric}
          onChange={(value) => change({ metric: value === "arrivals" ? null : value })}
          allowDeselect={false}
          w={190}
        />
      }
      rows={weekdays.map((day) => ({
        key: String(day),
        short: nameWeekday(day, language, "short"),
        long: nameWeekday(day, language, "long"),
      }))}
      columns={hours.map((hour) => ({
        key: String(hour),
        short: hourWords(hour),
        long: hourSpan(hour),
      }))}
      {...(none === undefined ? {} : { none })}
      numberOf={(weekday, hour) => {
        const cell = find(weekday, hour);
        return cell ? read(cell) : null;
      }}
      say={say}
      sayShort={sayShort}
      hrefOf={(weekday, hour) => {
        const cell = find(weekday, hour);
        return cell && screenOf(metric === "present" ? cell.opensPresent : cell.opens);
      }}
      hasSums={metric === "arrivals"}
    />
  );
}

type Heat = {
  read: (cell: Cell) => number | null;
  say: (value: number) => string;
  sayShort: (value: number) => string;
  none?: string;
};

function useHeat(metric: HeatMetric): Heat {
  const t = useTexts();
  const format = useFormat();
  const one = (value: number) => format.count(Math.round(value * 10) / 10);
  const metrics: Record<HeatMetric, Heat> = {
    arrivals: {
      read: ({ visits }) => visits,
      say: (value: number) => t("visits-counted", { count: value }),
      sayShort: format.count,
    },
    present: {
      read: ({ presentSeconds, days }) => meanOf(presentSeconds / SECONDS_AN_HOUR, days),
      say: (value: number) => t("present-on-average", { count: one(value) }),
      ...{ sayShort: one, none: t("no-such-day") },
    },
    stay: {
      read: ({ dwellSeconds, endedVisits }) => meanOf(dwellSeconds, endedVisits),
      say: format.duration,
      // Minutes: whole words have no room in a cell.
      sayShort: (value: number) => format.count(Math.round(value / 60)),
      none: t("none-over"),
    },
  };
  return metrics[metric];
}
