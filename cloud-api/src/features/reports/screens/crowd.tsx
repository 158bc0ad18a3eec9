import { useLocation } from "wouter";
import { ChartFigure } from "../../../shell/chart-figure.tsx";
import { NumberLink } from "../../../shell/number-link.tsx";
import { Section } from "../../../shell/page.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { screenOf } from "../../../shell/report-filters.ts";
import { useFormat } from "../../../shell/use-format.ts";
import { hourSpan, hourWords } from "../../../shell/weekdays.ts";
import type { CrowdReply } from "../schema.ts";
import { ReportPage } from "./report-page.tsx";
import { useSource } from "./source.tsx";
import { useTexts } from "./texts.ts";
import { useReport } from "./use-report.ts";

type Row = CrowdReply["rows"][number];

/** How full it was at the fullest: by hour of the day, and branch by branch. */
export function Crowd() {
  const t = useTexts();
  const format = useFormat();
  const source = useSource();
  const [, navigate] = useLocation();
  const columns = useColumns();
  const { data, error, refetch, isPlaceholderData, asked } = useReport<CrowdReply>("crowd");
  const fullest = data?.rows.toSorted((one, other) => other.peak - one.peak)[0];
  const opensOf = (key: string) => {
    const opens = data?.hours.find(({ hour }) => String(hour) === key)?.opens;
    return opens ? screenOf(opens) : undefined;
  };
  return (
    <ReportPage
      name="crowd"
      summary={
        fullest?.day && fullest.hour !== null
          ? t("summary-crowd", {
              count: fullest.peak,
              place: fullest.name,
              day: format.day(fullest.day, "long"),
              hour: hourSpan(fullest.hour),
            })
          : undefined
      }
      error={data ? null : error}
      retry={refetch}
      files={[
        { name: "crowd", label: t("chart-crowd"), query: asked.query },
        { name: "crowd-branches", label: t("by-branch"), query: asked.query },
      ]}
    >
      <ChartFigure
        title={t("chart-crowd")}
        unit={t("unit-crowd")}
        source={source(data?.freshness, asked.zone)}
        slotHeader={t("slot-hour")}
        slots={data?.hours.map(({ hour }) => ({
          key: String(hour),
          short: hourWords(hour),
          long: hourSpan(hour),
        }))}
        series={[
          {
            ...{ key: "peak", name: t("peak"), tone: "accent", form: "bar" },
            values: data?.hours.map(({ peak }) => peak) ?? [],
          },
        ]}
        say={format.count}
        isStale={isPlaceholderData}
        hrefOf={({ key }) => opensOf(key)}
        open={({ key }) => {
          const address = opensOf(key);
          if (address) navigate(address);
        }}
      />
      <Section title={t("by-branch")} hint={t("crowd-branch-hint")} flush>
        <RecordTable
          label={t("by-branch")}
          columns={columns}
          rows={data?.rows}
          rowKey={({ branchId }) => branchId}
        />
      </Section>
    </ReportPage>
  );
}

function useColumns(): Column<Row>[] {
  const t = useTexts();
  const format = useFormat();
  const none = <span className="quiet">–</span>;
  return [
    { key: "name", header: t("branch"), narrow: "title", wraps: true, render: ({ name }) => name },
    {
      ...{ key: "peak", header: t("peak"), align: "right", narrow: "aside" },
      render: ({ peak, opens }) => (
        <NumberLink href={opens && screenOf(opens)}>{format.count(peak)}</NumberLink>
      ),
    },
    {
      ...{ key: "day", header: t("slot-day") },
      render: ({ day }) => (day ? format.day(day, "long") : none),
    },
    {
      ...{ key: "hour", header: t("slot-hour") },
      render: ({ hour }) => (hour === null ? none : hourSpan(hour)),
    },
  ];
}
