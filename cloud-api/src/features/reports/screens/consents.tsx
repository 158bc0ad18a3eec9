import { meanOf } from "../../../shell/change.ts";
import { ChartFigure } from "../../../shell/chart-figure.tsx";
import { screenOf } from "../../../shell/report-filters.ts";
import { useFormat } from "../../../shell/use-format.ts";
import type { ConsentsReply } from "../schema.ts";
import { ReportPage } from "./report-page.tsx";
import { useSource } from "./source.tsx";
import { useTexts } from "./texts.ts";
import { useReport } from "./use-report.ts";

const ANSWERS = [
  { key: "given", tone: "accent" },
  { key: "withdrawn", tone: "orange" },
  { key: "unasked", tone: "pale" },
] as const;

/** Of those who came, who agreed to what. */
export function Consents() {
  const t = useTexts();
  const format = useFormat();
  const source = useSource();
  const { data, error, refetch, isPlaceholderData, asked } = useReport<ConsentsReply>("consents");
  const marketing = data?.rows.find(({ purpose }) => purpose === "marketing");
  const share = meanOf(marketing?.given ?? 0, data?.customers ?? 0);
  return (
    <ReportPage
      name="consents"
      summary={share === null ? undefined : t("summary-consents", { share: format.share(share) })}
      error={data ? null : error}
      retry={refetch}
      files={[{ name: "consents", query: asked.query }]}
    >
      <ChartFigure
        title={t("chart-consents")}
        unit={t("unit-consents")}
        source={source(data?.freshness, asked.zone)}
        slotHeader={t("purpose")}
        slots={data?.rows.map(({ purpose }) => ({
          key: purpose,
          short: t(`purpose-${purpose}`),
          long: t(`purpose-${purpose}`),
        }))}
        series={ANSWERS.map(({ key, tone }) => ({
          ...{ key, name: t(`answer-${key}`), tone, form: "bar", stack: "said" },
          values: data?.rows.map((row) => row[key]) ?? [],
        }))}
        say={format.count}
        isStale={isPlaceholderData}
        hrefOf={({ key }, series) => {
          const row = data?.rows.find(({ purpose }) => purpose === key);
          const answer = ANSWERS.find((each) => each.key === series);
          return row && answer && screenOf(row.opens[answer.key]);
        }}
      />
    </ReportPage>
  );
}
