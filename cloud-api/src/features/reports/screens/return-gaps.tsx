import { useLocation } from "wouter";
import { ChartFigure } from "../../../shell/chart-figure.tsx";
import { screenOf } from "../../../shell/report-filters.ts";
import { useFormat } from "../../../shell/use-format.ts";
import type { GapsReply } from "../schema.ts";
import { ReportPage } from "./report-page.tsx";
import { useSource } from "./source.tsx";
import { useTexts } from "./texts.ts";
import { useReport } from "./use-report.ts";

/** How many days lie between a visit and the one before. */
export function ReturnGaps() {
  const t = useTexts();
  const format = useFormat();
  const source = useSource();
  const [, navigate] = useLocation();
  const { data, error, refetch, isPlaceholderData, asked } = useReport<GapsReply>("return-gaps");
  const { zone } = asked;
  const name = ({ fromDays, toDays }: GapsReply["gaps"][number]) => {
    if (fromDays === 0 && toDays === 0) return t("same-day");
    if (toDays === null) return t("days-from", { count: fromDays });
    return fromDays === toDays
      ? format.days(fromDays)
      : t("days-span", { from: fromDays, to: toDays });
  };
  const opensOf = (key: string) => {
    const gap = data?.gaps.find(({ fromDays }) => String(fromDays) === key);
    return gap && screenOf(gap.opens);
  };
  const median = data?.medianDays ?? null;
  return (
    <ReportPage
      name="return-gaps"
      summary={median === null ? undefined : t("summary-gaps", { days: format.days(median) })}
      error={data ? null : error}
      retry={refetch}
      files={[{ name: "return-gaps", query: asked.query }]}
    >
      <ChartFigure
        title={t("chart-gaps")}
        unit={t("unit-gaps")}
        source={source(data?.freshness, zone)}
        slotHeader={t("gap")}
        slots={data?.gaps.map((gap) => ({
          key: String(gap.fromDays),
          short: name(gap),
          long: name(gap),
        }))}
        series={[
          {
            ...{ key: "returns", name: t("returns"), tone: "accent", form: "bar" },
            values: data?.gaps.map(({ returns }) => returns) ?? [],
          },
        ]}
        say={format.count}
        isStale={isPlaceholderData}
        hrefOf={({ key }) => opensOf(key)}
        open={({ key }) => {
          const address = opensOf(key);
          if (address) navigate(address);
        }}
        {...(data
          ? { totals: { returns: data.returns }, totalHrefs: { returns: screenOf(data.opens) } }
          : {})}
      />
    </ReportPage>
  );
}
