import { ActionIcon, Grid, Stack, Tooltip } from "@mantine/core";
import { IconDeviceTv, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { api, withQuery } from "../../../shell/api.ts";
import { LiveDot } from "../../../shell/live-dot.tsx";
import { Page } from "../../../shell/page.tsx";
import { Panels } from "../../../shell/panels.tsx";
import { PeriodFilter } from "../../../shell/period-filter.tsx";
import { PlaceFilter } from "../../../shell/place-filter.tsx";
import type { OverviewReply } from "../schema.ts";
import { HereNow } from "./here-now.tsx";
import { MainChart } from "./main-chart.tsx";
import { OverviewTiles } from "./overview-tiles.tsx";
import { PlaceTable } from "./place-table.tsx";
import { isNarrowed, Refused } from "./refused.tsx";
import { SlotFilter } from "./slot-filter.tsx";
import "./reports.css";
import type { ReportFilters } from "../../../shell/report-filters.ts";
import { useMay } from "../../../shell/session.tsx";
import { type Asked, useReportFilters } from "../../../shell/use-report-filters.ts";
import { useSource } from "./source.tsx";
import { useTexts } from "./texts.ts";
import { addressOf } from "./use-report.ts";
import { WhoFilter } from "./who-filter.tsx";

/** What a manager opens every morning: who is here, who came, who came back, and where they fell out. */
export function Overview() {
  const t = useTexts();
  const source = useSource();
  const asked = useReportFilters();
  const mayRead = useMay("reports.read");
  const { query, parameters, filters, zone } = asked;
  const by = parameters.get("by") === "brand" ? "brand" : null;
  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: ["report-overview", query, by],
    queryFn: ({ signal }) =>
      api.get<OverviewReply>(withQuery("/reports/overview", { ...query, by }), signal),
    enabled: mayRead,
    placeholderData: (before) => before,
    meta: { live: true },
  });
  const isNew = data !== undefined && isOfAll(filters) && data.hereNow.total === 0 && isQuiet(data);
  const isAtWall = parameters.get("look") === "wall";
  const ofAll = isNarrowed(filters) ? [t("here-of-all")] : [];
  // In the morning it would seem that half of the guests stayed away.
  const soFar = asked.days.from === asked.today ? [t("today-so-far")] : [];
  return (
    <div className="report-page" data-wall={isAtWall || undefined}>
      <Page
        title={t("overview")}
        summary={data && [source(data.freshness, zone), ...soFar, ...ofAll].join(" · ")}
        actions={<Controls asked={asked} isAtWall={isAtWall} />}
      >
        {error && !data ? (
          <Refused error={error} retry={refetch} />
        ) : (
          <Stack gap="lg" style={{ opacity: isPlaceholderData ? 0.6 : 1 }}>
            {isNew && <Panels place="overview-first" />}
            {mayRead && <OverviewTiles overview={data} places={filters} />}
            {!isNew && mayRead && (
              <Grid gap="lg">
                <Grid.Col span={{ base: 12, md: 8.5 }}>
                  <MainChart asked={asked} overview={data} />
                </Grid.Col>
                <Grid.Col span={{ base: 12, md: 3.5 }}>
                  <div className="report-fill">
                    <HereNow overview={data} />
                  </div>
                </Grid.Col>
              </Grid>
            )}
            {!isNew && mayRead && !isAtWall && <PlaceTable overview={data} asked={asked} />}
            {!isNew && <Panels place="overview" />}
          </Stack>
        )}
      </Page>
    </div>
  );
}

function Controls({ asked, isAtWall }: { asked: Asked; isAtWall: boolean }) {
  const t = useTexts();
  const by = asked.parameters.get("by");
  const label = isAtWall ? t("leave-wall") : t("wall");
  const Icon = isAtWall ? IconX : IconDeviceTv;
  return (
    <>
      <LiveDot />
      <PlaceFilter place={asked.filters} choose={asked.choose} />
      <PeriodFilter {...asked} />
      {!isAtWall && <SlotFilter {...asked} />}
      {!isAtWall && <WhoFilter asked={asked} />}
      {!isAtWall && <Panels place="report" id={addressOf("overview", asked, { by })} />}
      <Tooltip label={label}>
        <ActionIcon
          variant="default"
          size={36}
          aria-label={label}
          visibleFrom="md"
          onClick={() => asked.change({ look: isAtWall ? null : "wall" })}
        >
          <Icon size={18} stroke={1.7} />
        </ActionIcon>
      </Tooltip>
    </>
  );
}

/** Whether it leaves no visit out: what is narrowed may be of nothing in a company of many. */
const isOfAll = (filters: ReportFilters): boolean =>
  !isNarrowed(filters) &&
  filters.brandId === null &&
  filters.branchKind === null &&
  [filters.branchIds, filters.weekdays, filters.hours].every(({ length }) => length === 0);

/** Whether nothing at all happened, neither now nor before: the company is new, or its boxes are silent. */
function isQuiet({ figures, before, lastYear }: OverviewReply): boolean {
  return [figures, before.figures, lastYear.figures].every(({ visits }) => visits === 0);
}
