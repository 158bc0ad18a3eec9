import { SimpleGrid } from "@mantine/core";
import { useLocation } from "wouter";
import { ChartFigure } from "../../../shell/chart-figure.tsx";
import { screenOf } from "../../../shell/report-filters.ts";
import { useFormat } from "../../../shell/use-format.ts";
import { RECENCIES } from "../rules.ts";
import type { RecencyReply } from "../schema.ts";
import { meanOf } from "./change.ts";
import { FigureTile } from "./figure-tile.tsx";
import { ReportPage } from "./report-page.tsx";
import { useSource } from "./source.tsx";
import { useTexts } from "./texts.ts";
import { useReport } from "./use-report.ts";

/** Who still comes, who is about to stay away, and who stayed away. */
export function RecencyReport() {
  const t = useTexts();
  const format = useFormat();
  const source = useSource();
  const [, navigate] = useLocation();
  const { data, error, refetch, isPlaceholderData, asked } = useReport<RecencyReply>("recency");
  const { days, zone } = asked;
  const values = { atRisk: data?.atRiskDays ?? 0, lapsed: data?.lapsedDays ?? 0 };
  const rowOf = (recency: string) => data?.rows.find((row) => row.recency === recency);
  const opensOf = (recency: string) => {
    const row = rowOf(recency);
    return row && screenOf(row.opens);
  };
  return (
    <ReportPage
      name="recency"
      summary={data && t("summary-recency", { day: format.day(days.to, "long") })}
      error={data ? null : error}
      retry={refetch}
      csv={
        data && {
          name: `recency-${days.to}`,
          header: [t("recency"), t("customers")],
          rows: data.rows.map(({ recency, customers }) => [t(`recency-${recency}`), customers]),
        }
      }
    >
      <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
        {RECENCIES.map((recency) => {
          const customers = rowOf(recency)?.customers;
          return (
            <FigureTile
              key={recency}
              label={t(`recency-${recency}`)}
              figure={customers === undefined ? undefined : format.count(customers)}
              href={opensOf(recency)}
            >
              <span className="delta">{t(`recency-${recency}-hint`, values)}</span>
              <span className="delta">
                {t("share-of-all", {
                  share: format.share(meanOf(customers ?? 0, data?.customers ?? 0)),
                })}
              </span>
            </FigureTile>
          );
        })}
      </SimpleGrid>
      <ChartFigure
        title={t("chart-recency")}
        unit={t("unit-recency")}
        source={source(data?.freshness, zone)}
        slotHeader={t("recency")}
        slots={data?.rows.map(({ recency }) => ({
          key: recency,
          short: t(`recency-${recency}`),
          long: t(`recency-${recency}`),
        }))}
        series={[
          {
            ...{ key: "customers", name: t("customers"), tone: "accent", form: "bar" },
            values: data?.rows.map(({ customers }) => customers) ?? [],
          },
        ]}
        say={format.count}
        isStale={isPlaceholderData}
        {...(data ? { totals: { customers: data.customers } } : {})}
        hrefOf={({ key }) => opensOf(key)}
        open={({ key }) => {
          const address = opensOf(key);
          if (address) navigate(address);
        }}
      />
    </ReportPage>
  );
}
