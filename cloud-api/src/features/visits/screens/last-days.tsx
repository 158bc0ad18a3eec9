import { SegmentedControl, Skeleton, VisuallyHidden } from "@mantine/core";
import { Suspense, useState } from "react";
import { Section } from "../../../shell/page.tsx";
import { lazyScreen } from "../../../shell/screens.ts";
import { useFormat } from "../../../shell/use-format.ts";
import { ChartLegend } from "./chart-legend.tsx";
import { DayTable } from "./day-table.tsx";
import type { OverviewReply } from "./replies.ts";
import { countCustomers, findBusiestDay } from "./series.ts";
import { useTexts } from "./texts.ts";

const CHART_HEIGHT = 280;

// ECharts weighs more than the rest of the app together: it comes after everything else.
const DayChart = lazyScreen(() => import("./day-chart.tsx"), "DayChart");

type LastDaysProps = { overview: OverviewReply | undefined; branchId: string | null };

/** The last 30 days as a chart, or as a table of the same numbers. */
export function LastDays({ overview, branchId }: LastDaysProps) {
  const t = useTexts();
  const format = useFormat();
  const [form, setForm] = useState("chart");
  const waiting = <Skeleton height={CHART_HEIGHT} radius="md" />;
  const busiest = overview ? findBusiestDay(overview.days) : null;
  return (
    <Section
      title={t("last-30-days")}
      hint={
        busiest
          ? t("busiest", { day: format.day(busiest.day, "long"), count: countCustomers(busiest) })
          : t("customers-a-day")
      }
      actions={
        <SegmentedControl
          size="xs"
          style={{ flexShrink: 0 }}
          aria-label={t("shown-as")}
          value={form}
          onChange={setForm}
          data={[
            { value: "chart", label: t("chart") },
            { value: "table", label: t("table") },
          ]}
        />
      }
    >
      {!overview && waiting}
      {overview && form === "table" && <DayTable days={overview.days} branchId={branchId} />}
      {overview && form === "chart" && (
        <>
          <Suspense fallback={waiting}>
            <DayChart days={overview.days} branchId={branchId} height={CHART_HEIGHT} />
          </Suspense>
          <ChartLegend />
          {/* The drawing says nothing to a screen reader; the same numbers do. */}
          <VisuallyHidden>
            <DayTable days={overview.days} branchId={branchId} isHidden />
          </VisuallyHidden>
        </>
      )}
    </Section>
  );
}
