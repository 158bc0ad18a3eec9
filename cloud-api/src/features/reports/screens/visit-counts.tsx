import { SegmentedControl } from "@mantine/core";
import { useLocation } from "wouter";
import { meanOf } from "../../../shell/change.ts";
import { ChartFigure } from "../../../shell/chart-figure.tsx";
import { HeatFigure } from "../../../shell/heat-figure.tsx";
import { screenOf } from "../../../shell/report-filters.ts";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import { useFormat } from "../../../shell/use-format.ts";
import type { VisitCountsReply } from "../schema.ts";
import { ReportPage } from "./report-page.tsx";
import { useSource } from "./source.tsx";
import { type TextKey, useTexts } from "./texts.ts";
import { useReport } from "./use-report.ts";

const ANONYMOUS = "anonymous";
const CLASSES = ["1", "2", "3", "6", "11", ANONYMOUS] as const;

/** Visits by which of their customer's visits they were: the first, the second, 3 to 5 and so on. */
export function VisitCounts() {
  const t = useTexts();
  const format = useFormat();
  const source = useSource();
  const [, navigate] = useLocation();
  const { parameters, change } = useSearchParameters();
  const at = parameters.get("counted") === "branch" ? "branch" : null;
  const { data, error, refetch, isPlaceholderData, asked } = useReport<VisitCountsReply>(
    "visit-counts",
    { counted: at },
  );
  const { zone } = asked;
  const rows = data?.rows.toSorted((a, b) => b.visits - a.visits) ?? [];
  const readOf = (of: VisitCountsReply["total"], key: string) =>
    key === ANONYMOUS
      ? of.anonymousVisits
      : (of.classes.find(({ visitClass }) => String(visitClass) === key)?.visits ?? 0);
  const opensOf = (of: VisitCountsReply["total"] | undefined, key: string) => {
    const found = of?.classes.find(({ visitClass }) => String(visitClass) === key);
    const address = key === ANONYMOUS ? of?.opensAnonymous : found?.opensVisits;
    return address && screenOf(address);
  };
  const nameOf = (key: string) => t(`class-${key}` as TextKey);
  const slots = CLASSES.map((key) => ({ key, short: nameOf(key), long: nameOf(key) }));
  const total = data?.total;
  const loyal = total ? total.visits - readOf(total, "1") - readOf(total, ANONYMOUS) : 0;
  const share = meanOf(loyal, total?.visits ?? 0);
  return (
    <ReportPage
      name="visit-counts"
      summary={
        share === null ? undefined : t("summary-visit-counts", { share: format.share(share) })
      }
      error={data ? null : error}
      retry={refetch}
      files={[{ name: "visit-counts", query: { ...asked.query, counted: at } }]}
    >
      <ChartFigure
        title={t("chart-visit-counts")}
        unit={t("unit-visit-counts")}
        source={source(data?.freshness, zone)}
        slotHeader={t("visit-number")}
        slots={data && slots}
        series={[
          {
            ...{ key: "visits", name: t("visits"), tone: "accent", form: "bar" },
            values: CLASSES.map((key) => (total ? readOf(total, key) : null)),
          },
        ]}
        say={format.count}
        isStale={isPlaceholderData}
        {...(total && {
          totals: { visits: total.visits },
          totalHrefs: { visits: screenOf(total.opensVisits) },
        })}
        hrefOf={({ key }) => opensOf(total, key)}
        open={({ key }) => {
          const address = opensOf(total, key);
          if (address) navigate(address);
        }}
        actions={
          <SegmentedControl
            size="xs"
            aria-label={t("counted-at")}
            value={at ?? "everywhere"}
            onChange={(value) => change({ counted: value === "branch" ? value : null })}
            data={[
              { value: "everywhere", label: t("counted-everywhere") },
              { value: "branch", label: t("counted-branch") },
            ]}
          />
        }
      />
      <HeatFigure
        title={t("by-branch")}
        unit={t("by-branch-visits-hint")}
        source={source(data?.freshness, asked.zone)}
        isBusy={!data}
        isStale={isPlaceholderData}
        rows={rows.map(({ branchId, name }) => ({ key: branchId, short: name, long: name }))}
        columns={slots}
        numberOf={(row, column) => {
          const found = rows.find(({ branchId }) => branchId === row);
          return found ? readOf(found, column) : null;
        }}
        sayShort={format.count}
        say={format.count}
        hrefOf={(row, column) =>
          opensOf(
            rows.find(({ branchId }) => branchId === row),
            column,
          )
        }
        isNeverTurned
        hasNames
        hasSums
      />
    </ReportPage>
  );
}
