import { meanOf } from "../../../shell/change.ts";
import { HeatFigure } from "../../../shell/heat-figure.tsx";
import { Empty } from "../../../shell/page.tsx";
import { screenOf } from "../../../shell/report-filters.ts";
import { useFormat } from "../../../shell/use-format.ts";
import { useNameSlot } from "../../../shell/use-name-slot.ts";
import type { CohortsReply } from "../schema.ts";
import { ReportPage } from "./report-page.tsx";
import { useSource } from "./source.tsx";
import { useTexts } from "./texts.ts";
import { useReport } from "./use-report.ts";

/** Of those who came first in a month: how many came in the months after. */
export function Cohorts() {
  const t = useTexts();
  const format = useFormat();
  const source = useSource();
  const nameSlot = useNameSlot();
  const { data, error, refetch, isPlaceholderData, asked } = useReport<CohortsReply>("cohorts");
  const cohorts = data?.cohorts ?? [];
  const months = Math.max(0, ...cohorts.map((each) => each.months.length));
  const columns = Array.from({ length: months }, (_, after) => ({
    key: String(after),
    short: after === 0 ? t("month-0") : `+${after}`,
    long: after === 0 ? t("month-0-long") : t("months-after", { count: after }),
  }));
  const find = (month: string, after: string) => {
    const cohort = cohorts.find((each) => each.month === month);
    return { cohort, cell: cohort?.months.find((each) => String(each.after) === after) };
  };
  const shareOf = (month: string, after: string) => {
    const { cohort, cell } = find(month, after);
    return cohort && cell ? meanOf(cell.customers, cohort.customers) : null;
  };
  const later = cohorts.flatMap(({ month, months: held }) =>
    held.flatMap(({ after }) => (after === 0 ? [] : [shareOf(month, String(after)) ?? 0])),
  );
  return (
    <ReportPage
      name="cohorts"
      error={data ? null : error}
      retry={refetch}
      files={[{ name: "cohorts", query: asked.query }]}
    >
      <HeatFigure
        title={t("chart-cohorts")}
        unit={t("unit-cohorts")}
        source={source(data?.freshness, asked.zone)}
        scale={{ least: t("heat-least"), most: t("heat-most") }}
        isBusy={!data}
        isStale={isPlaceholderData}
        empty={
          data &&
          cohorts.length === 0 && <Empty title={t("no-cohorts")} hint={t("no-cohorts-hint")} />
        }
        rows={cohorts.map(({ month, customers }) => {
          const named = nameSlot(month, "month");
          const words = t("cohort", { month: named.short, count: customers });
          return { key: month, short: words, long: words };
        })}
        columns={columns}
        numberOf={shareOf}
        say={format.share}
        sayShort={format.share}
        hrefOf={(month, after) => {
          const { cell } = find(month, after);
          return cell && screenOf(cell.opens);
        }}
        highest={Math.max(0.01, ...later)}
        isNeverTurned
        hasNames
      />
    </ReportPage>
  );
}
