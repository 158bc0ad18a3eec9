import { Grid, SimpleGrid, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api, withQuery } from "../../../shell/api.ts";
import { BranchFilter } from "../../../shell/branch-filter.tsx";
import { useZoneOf } from "../../../shell/branches.ts";
import { Failure } from "../../../shell/failure.tsx";
import { LiveDot } from "../../../shell/live-dot.tsx";
import { Page } from "../../../shell/page.tsx";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import { StatTile } from "../../../shell/stat-tile.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { linkToVisits } from "./filters.ts";
import { FirstSteps } from "./first-steps.tsx";
import { HereNow } from "./here-now.tsx";
import { LastDays } from "./last-days.tsx";
import { LatestVisits } from "./latest-visits.tsx";
import type { OverviewReply } from "./replies.ts";
import { isQuiet } from "./series.ts";
import { useTexts } from "./texts.ts";

/** What a manager opens every morning: who is here, who came today, how the month went. */
export function Overview() {
  const t = useTexts();
  const format = useFormat();
  const zoneOf = useZoneOf();
  const { parameters, change } = useSearchParameters();
  const branchId = parameters.get("branchId");
  const { data, error, refetch } = useQuery({
    queryKey: ["overview", branchId],
    queryFn: ({ signal }) => api.get<OverviewReply>(withQuery("/overview", { branchId }), signal),
    placeholderData: (before) => before,
    meta: { live: true },
  });
  const isNew = data !== undefined && data.hereNow.total === 0 && isQuiet(data.days);
  return (
    <Page
      title={t("overview")}
      summary={data && t("as-of", { time: format.clock(data.asOf, zoneOf(branchId)) })}
      actions={
        <>
          <LiveDot />
          <BranchFilter branchId={branchId} choose={(chosen) => change({ branchId: chosen })} />
        </>
      }
    >
      {error && !data ? (
        <Failure error={error} retry={refetch} />
      ) : (
        <Stack gap="lg">
          {isNew && <FirstSteps />}
          <Figures overview={data} branchId={branchId} />
          {!isNew && (
            <>
              <Grid gap="lg">
                <Grid.Col span={{ base: 12, md: 8.5 }}>
                  <LastDays overview={data} branchId={branchId} />
                </Grid.Col>
                <Grid.Col span={{ base: 12, md: 3.5 }}>
                  <HereNow overview={data} />
                </Grid.Col>
              </Grid>
              <LatestVisits branchId={branchId} />
            </>
          )}
        </Stack>
      )}
    </Page>
  );
}

type FiguresProps = { overview: OverviewReply | undefined; branchId: string | null };

function Figures({ overview, branchId }: FiguresProps) {
  const t = useTexts();
  const format = useFormat();
  const today = overview?.days.at(-1)?.day ?? null;
  const yesterday = overview?.days.at(-2);
  const linkToday = { branchId, from: today, to: today };
  const before = (count: number | undefined) =>
    count === undefined ? null : t("yesterday", { count });
  const say = (count: number | undefined) =>
    count === undefined ? undefined : format.count(count);
  return (
    <SimpleGrid cols={{ base: 2, md: 5 }} spacing="sm">
      <StatTile
        isFirst
        label={t("here-now")}
        figure={say(overview?.hereNow.total)}
        hint={t("people")}
        href={linkToVisits({ branchId, open: true })}
      />
      <StatTile
        label={t("visits-today")}
        figure={say(overview?.today.visits)}
        hint={before(yesterday?.visits)}
        href={linkToVisits(linkToday)}
      />
      <StatTile
        label={t("new-customers")}
        figure={say(overview?.today.newCustomers)}
        hint={before(yesterday?.newCustomers)}
        href={linkToVisits({ ...linkToday, kind: "new" })}
      />
      <StatTile
        label={t("returning-customers")}
        figure={say(overview?.today.returningCustomers)}
        hint={before(yesterday?.returningCustomers)}
        href={linkToVisits({ ...linkToday, kind: "returning" })}
      />
      <StatTile
        label={
          <Text span inherit title={t("anonymous-hint")}>
            {t("anonymous-visits")}
          </Text>
        }
        figure={say(overview?.today.anonymousVisits)}
        hint={before(yesterday?.anonymousVisits)}
        href={linkToVisits({ ...linkToday, kind: "anonymous" })}
      />
    </SimpleGrid>
  );
}
