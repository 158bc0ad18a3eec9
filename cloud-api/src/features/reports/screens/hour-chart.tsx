import { useLocation } from "wouter";
import { meanOf } from "../../../shell/change.ts";
import { ChartFigure } from "../../../shell/chart-figure.tsx";
import { screenOf } from "../../../shell/report-filters.ts";
import { useFormat } from "../../../shell/use-format.ts";
import { hourSpan, hourWords } from "../../../shell/weekdays.ts";
import type { HoursReply } from "../schema.ts";
import { useSource } from "./source.tsx";
import { useTexts } from "./texts.ts";
import type { useReport } from "./use-report.ts";

const SECONDS_AN_HOUR = 3600;

const OPENS = {
  ...{ arrivals: "opens", departures: "opensDepartures", present: "opensPresent" },
} as Readonly<Record<string, "opens" | "opensDepartures" | "opensPresent">>;

type HourChartProps = { report: ReturnType<typeof useReport<HoursReply>> };

/** Arrivals, departures and guests at once over the hours of a day, on average of its days. */
export function HourChart({ report: { data, asked, isPlaceholderData } }: HourChartProps) {
  const t = useTexts();
  const format = useFormat();
  const source = useSource();
  const [, navigate] = useLocation();
  const days = data?.days ?? 0;
  const aDay = (count: number) => {
    const mean = meanOf(count, days);
    return mean === null ? null : Math.round(mean * 10) / 10;
  };
  const find = (key: string) => data?.hours.find(({ hour }) => String(hour) === key);
  const total = data?.total;
  return (
    <ChartFigure
      title={t("chart-hours")}
      unit={t("unit-hours", { count: days })}
      source={source(data?.freshness, asked.zone)}
      slotHeader={t("slot-hour")}
      slots={data?.hours.map(({ hour }) => ({
        key: String(hour),
        short: hourWords(hour),
        long: hourSpan(hour),
      }))}
      series={[
        {
          ...{ key: "arrivals", name: t("arrivals"), tone: "accent", form: "bar", stack: "in" },
          values: data?.hours.map(({ visits }) => aDay(visits)) ?? [],
        },
        {
          ...{ key: "departures", name: t("departures"), tone: "orange", form: "line" },
          values: data?.hours.map(({ departures }) => aDay(departures)) ?? [],
        },
        {
          ...{ key: "present", name: t("present"), tone: "blue", form: "line" },
          values: data?.hours.map((hour) => aDay(hour.presentSeconds / SECONDS_AN_HOUR)) ?? [],
        },
      ]}
      say={format.count}
      isStale={isPlaceholderData}
      totalsLabel={t("a-day")}
      {...(total
        ? { totals: { arrivals: aDay(total.visits), departures: aDay(total.departures) } }
        : {})}
      hrefOf={({ key }, series) => {
        const hour = find(key);
        const address = hour?.[OPENS[series] ?? "opens"];
        return address === undefined ? undefined : screenOf(address);
      }}
      open={({ key }) => {
        const hour = find(key);
        if (hour) navigate(screenOf(hour.opens));
      }}
    />
  );
}
