import { Box, Group, Stack, Text } from "@mantine/core";
import { type ReactNode, useEffect, useRef } from "react";
import { Link } from "wouter";
import { withQuery } from "../../../shell/api.ts";
import { Page } from "../../../shell/page.tsx";
import { Panels } from "../../../shell/panels.tsx";
import { PeriodFilter } from "../../../shell/period-filter.tsx";
import { PlaceFilter } from "../../../shell/place-filter.tsx";
import { type Asked, useReportFilters } from "../../../shell/use-report-filters.ts";
import { FileMenu, type ReportFile } from "./file-menu.tsx";
import { Refused } from "./refused.tsx";
import { REPORTS, type ReportName, standardPeriodOf } from "./report-names.ts";
import "./reports.css";
import { SlotFilter } from "./slot-filter.tsx";
import { useTexts } from "./texts.ts";
import { addressOf } from "./use-report.ts";
import { WhoFilter } from "./who-filter.tsx";

type ReportPageProps = {
  name: ReportName;
  /** The answer before the controls. */
  summary?: ReactNode;
  error: Error | null;
  retry: () => void;
  files: readonly ReportFile[];
  children: ReactNode;
};

/** The frame of every report: the way to the others, its filters, and its numbers as a file. */
export function ReportPage({ name, summary, error, retry, files, children }: ReportPageProps) {
  const t = useTexts();
  const asked = useReportFilters(standardPeriodOf(name));
  return (
    <div className="report-page">
      <Page title={t(`report-${name}`)} summary={summary ?? t(`about-${name}`)}>
        <Stack gap="md">
          <ReportTabs active={name} asked={asked} />
          {/* So that all of them stand in one line on a small desk. */}
          <Group gap={8}>
            <PlaceFilter place={asked.filters} choose={asked.choose} />
            <PeriodFilter {...asked} />
            <SlotFilter {...asked} />
            <WhoFilter asked={asked} />
            <Panels place="report" id={addressOf(name, asked, ownOf(files))} />
            {files.length > 0 && <FileMenu files={files} />}
          </Group>
          {isOfSomeVisits(asked) && (
            <Text size="xs" className="quiet">
              {t("of-some-visits")}
            </Text>
          )}
        </Stack>
        {error ? <Refused {...{ error, retry }} /> : children}
      </Page>
    </div>
  );
}

/** Whether it counts some visits of somebody and not others. */
const isOfSomeVisits = ({ filters: { hours, weekdays, ...came } }: Asked): boolean =>
  [hours, weekdays, came.devices, came.systems, came.forms, came.methods].some(
    (chosen) => chosen.length > 0,
  );

/** What a page's numbers are asked beside its filters. */
const ownOf = (files: readonly ReportFile[]) =>
  Object.fromEntries(files.flatMap(({ query }) => Object.entries(query)));

/** The reports, each by the filters that are chosen. */
function ReportTabs({ active, asked }: { active: ReportName; asked: Asked }) {
  const t = useTexts();
  const list = useRef<HTMLDivElement>(null);
  // On a phone the one that is open may stand beyond the edge.
  useEffect(() => {
    if (active)
      list.current
        ?.querySelector("[aria-current]")
        ?.scrollIntoView({ inline: "center", block: "nearest" });
  }, [active]);
  return (
    <Box component="nav" aria-label={t("reports")} className="report-tabs" ref={list}>
      {REPORTS.map(({ name, icon: Icon }) => (
        <Link
          key={name}
          href={withQuery(`/reports/${name}`, asked.written)}
          className="report-tab"
          aria-current={name === active ? "page" : undefined}
        >
          <Icon size={16} stroke={1.7} aria-hidden />
          {t(`report-${name}`)}
        </Link>
      ))}
    </Box>
  );
}
