import { Select, SimpleGrid, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { api, withQuery } from "../../../shell/api.ts";
import { Failure } from "../../../shell/failure.tsx";
import { HeatFigure } from "../../../shell/heat-figure.tsx";
import { Page } from "../../../shell/page.tsx";
import { Panels } from "../../../shell/panels.tsx";
import { readFilters, screenOf, writeNarrowing } from "../../../shell/report-filters.ts";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import { useFormat } from "../../../shell/use-format.ts";
import { POINTS, STANDINGS } from "../rules.ts";
import type { GridReply } from "../schema.ts";
import { useTexts } from "./texts.ts";

/** Customers by how lately, how often and for how long they come; every number opens whom it counts. */
export function GridPage() {
  const t = useTexts();
  const format = useFormat();
  const { parameters, change } = useSearchParameters();
  const length = POINTS.find((each) => String(each) === parameters.get("length")) ?? null;
  const { segmentId, tagId, languages } = writeNarrowing(readFilters(parameters));
  const asked = { length: length === null ? null : String(length), segmentId, tagId, languages };
  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: ["scores-grid", asked],
    queryFn: ({ signal }) => api.get<GridReply>(withQuery("/scores/grid", asked), signal),
    placeholderData: (before) => before,
    meta: { live: true },
  });
  const cellOf = (recency: string, frequency: string) =>
    data?.cells.find((cell) => `${cell.recency}` === recency && `${cell.frequency}` === frequency);
  return (
    <Page
      title={t("grid")}
      summary={
        data &&
        t("grid-summary", { count: data.customers, customers: format.count(data.customers) })
      }
      actions={
        <>
          <Select
            aria-label={t("length")}
            data={[
              { value: "", label: t("any-length") },
              ...POINTS.map((each) => ({
                value: String(each),
                label: t("length-of", { count: each }),
              })),
            ]}
            value={length === null ? "" : String(length)}
            onChange={(value) => change({ length: value || null })}
            allowDeselect={false}
            w={{ base: "100%", xs: 220 }}
          />
          <Panels place="narrowing-customers" />
          <Panels place="report" id={withQuery("/scores/grid", asked)} />
        </>
      }
    >
      {error && !data ? (
        <Failure error={error} retry={refetch} />
      ) : (
        <Stack gap="lg" style={{ opacity: isPlaceholderData ? 0.6 : 1 }}>
          <SimpleGrid cols={{ base: 2, sm: 3, md: 5 }} spacing="sm">
            {STANDINGS.map((standing) => {
              const told = data?.standings.find((each) => each.standing === standing);
              return (
                <Link
                  key={standing}
                  href={told ? screenOf(told.opens) : ""}
                  className="surface tile"
                >
                  <Text size="sm" fw={550}>
                    {t(`standing-${standing}`)}
                  </Text>
                  <Text className="tile-figure figure">
                    {told ? format.count(told.customers) : "–"}
                  </Text>
                  <Text size="xs" className="quiet">
                    {t(`standing-${standing}-hint`)}
                  </Text>
                </Link>
              );
            })}
          </SimpleGrid>
          <HeatFigure
            title={t("grid-title")}
            unit={t("grid-hint")}
            source={
              <>
                {data ? t("grid-as-of", { time: format.clock(data.asOf) }) : t("counting")}
                {data?.isBehind && ` · ${t("progress-begins")}`}
              </>
            }
            scale={{ least: t("few"), most: t("many") }}
            isBusy={!data}
            isStale={isPlaceholderData}
            rows={POINTS.toReversed().map((points) => ({
              key: String(points),
              short: String(points),
              long: t("recency-row", { points }),
            }))}
            columns={POINTS.map((points) => ({
              key: String(points),
              short: String(points),
              long: t("frequency-column", { points }),
            }))}
            numberOf={(recency, frequency) => cellOf(recency, frequency)?.customers ?? null}
            sayShort={format.count}
            say={(count) => t("customers-counted", { count, customers: format.count(count) })}
            hrefOf={(recency, frequency) => {
              const cell = cellOf(recency, frequency);
              return cell && cell.customers > 0 ? screenOf(cell.opens) : undefined;
            }}
            isNeverTurned
            hasSums
          />
        </Stack>
      )}
    </Page>
  );
}
