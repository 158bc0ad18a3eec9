import { SimpleGrid } from "@mantine/core";
import { FigureTile } from "../../../shell/figure-tile.tsx";
import { screenOf } from "../../../shell/report-filters.ts";
import { ShareFigure } from "../../../shell/share-figure.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { RECENCIES } from "../rules.ts";
import type { RecencyReply } from "../schema.ts";
import { ReportPage } from "./report-page.tsx";
import { useSource } from "./source.tsx";
import { useTexts } from "./texts.ts";
import { useReport } from "./use-report.ts";

/** Who still comes, who is about to stay away, and who stayed away. */
export function RecencyReport() {
  const t = useTexts();
  const format = useFormat();
  const source = useSource();
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
      files={[{ name: "recency", query: asked.query }]}
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
            </FigureTile>
          );
        })}
      </SimpleGrid>
      <ShareFigure
        title={t("chart-recency")}
        unit={t("unit-recency")}
        source={source(data?.freshness, zone)}
        nameHeader={t("recency")}
        countHeader={t("customers")}
        shares={
          data &&
          RECENCIES.map((recency) => ({
            key: recency,
            name: t(`recency-${recency}`),
            count: rowOf(recency)?.customers ?? 0,
            href: opensOf(recency),
          }))
        }
        total={data?.customers ?? 0}
        isStale={isPlaceholderData}
      />
    </ReportPage>
  );
}
