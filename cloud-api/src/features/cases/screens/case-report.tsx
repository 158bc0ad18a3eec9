import { Anchor, Group, SimpleGrid, Skeleton, Stack } from "@mantine/core";
import { DatePickerInput } from "@mantine/dates";
import { IconCalendar } from "@tabler/icons-react";
import { Link } from "wouter";
import { withQuery } from "../../../shell/api.ts";
import { useBranchChoices, useZoneOf } from "../../../shell/branches.ts";
import { CountedAt, useCountedAt } from "../../../shell/counted-at.tsx";
import { Failure } from "../../../shell/failure.tsx";
import { addDays, readDay } from "../../../shell/format.ts";
import { useLanguage } from "../../../shell/language.tsx";
import { Empty, Page, Section } from "../../../shell/page.tsx";
import { Panels } from "../../../shell/panels.tsx";
import { OnePlaceFilter, readOnePlace } from "../../../shell/place-filter.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { readFilters, writeNarrowing } from "../../../shell/report-filters.ts";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import { StatTile } from "../../../shell/stat-tile.tsx";
import { LOCALE } from "../../../shell/translate.ts";
import { useFormat } from "../../../shell/use-format.ts";
import { CaseChart } from "./case-chart.tsx";
import { type Period, type Report, useReport } from "./replies.ts";
import { useWords } from "./said.tsx";
import { useTexts } from "./texts.ts";

const DAYS_SHOWN = 30;

/** What was done about cases, how soon, whether it brought anybody back; and the reasons guests name. */
export function CaseReport() {
  const t = useTexts();
  const { parameters, change } = useSearchParameters();
  const zoneOf = useZoneOf();
  const place = readOnePlace(parameters);
  const zone = zoneOf(place.branchId);
  const today = readDay(new Date(), zone);
  const from = parameters.get("from") ?? addDays(today, 1 - DAYS_SHOWN);
  const to = parameters.get("to") ?? today;
  const narrowed = writeNarrowing(readFilters(parameters));
  const asked = { ...place, from, to, ...narrowed };
  const { data, error, refetch, isPlaceholderData, dataUpdatedAt } = useReport(asked);
  const countedAt = useCountedAt({ at: dataUpdatedAt, zone });
  const chosen = {
    ...{ ...place, from: parameters.get("from"), to: parameters.get("to") },
    ...narrowed,
  };
  return (
    <Page
      title={t("report")}
      parent={{ path: "/cases", label: t("cases") }}
      actions={<Panels place="report" id={withQuery("/cases/report", chosen)} />}
    >
      <Group gap="sm">
        <OnePlaceFilter {...place} choose={change} />
        <DatePickerInput
          type="range"
          allowSingleDateInRange
          aria-label={t("days")}
          leftSection={<IconCalendar size={16} />}
          key={`${from} ${to}`}
          defaultValue={[from, to]}
          onChange={([first, last]) => first && last && change({ from: first, to: last })}
          valueFormat="D MMM YYYY"
          w={{ base: "100%", xs: 260 }}
        />
        <Panels place="narrowing" />
      </Group>
      {error && !data && <Failure error={error} retry={refetch} />}
      {!error && !data && <Skeleton height={300} radius="lg" />}
      {data && (
        <Stack gap="lg" style={{ opacity: isPlaceholderData ? 0.6 : 1 }}>
          <Tiles report={data} asked={asked} />
          <CaseChart report={data} asked={asked} source={countedAt} isStale={isPlaceholderData} />
          <Actions report={data} />
          <Reasons report={data} asked={asked} />
          <CountedAt at={dataUpdatedAt} zone={zone} />
        </Stack>
      )}
    </Page>
  );
}

function useShare(): (part: number, whole: number) => string {
  const { language } = useLanguage();
  const format = new Intl.NumberFormat(LOCALE[language], {
    ...{ style: "percent", maximumFractionDigits: 0 },
  });
  return (part, whole) => (whole === 0 ? "–" : format.format(part / whole));
}

type Told = { report: Report; asked: Period };

function Tiles({ report, asked }: Told) {
  const t = useTexts();
  const format = useFormat();
  const share = useShare();
  const { raised, closed, late, hoursToClose, closedOfKnown, returned } = report;
  const listOf = (state: "closed" | "all") => withQuery("/cases", { state, ...asked });
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm">
      <StatTile
        isFirst
        label={t("raised")}
        figure={format.count(raised)}
        hint={t("late-counted", { count: late })}
        href={listOf("all")}
      />
      <StatTile
        label={t("closed")}
        figure={format.count(closed)}
        hint={share(closed, raised)}
        href={listOf("closed")}
      />
      <StatTile
        label={t("time-to-close")}
        figure={hoursToClose === null ? "–" : format.duration(hoursToClose * 3600)}
        hint={t("at-the-median")}
        href={listOf("closed")}
      />
      <StatTile
        label={t("came-again")}
        figure={share(returned, closedOfKnown)}
        hint={t("came-again-hint", { returned, count: closedOfKnown })}
        href={listOf("closed")}
      />
    </SimpleGrid>
  );
}

type ActionSum = Report["actions"][number];

function Actions({ report }: { report: Report }) {
  const t = useTexts();
  const format = useFormat();
  const share = useShare();
  const columns: Column<ActionSum>[] = [
    {
      ...{ key: "name", header: t("action"), narrow: "title", wraps: true },
      render: ({ name }) => name,
    },
    {
      ...{ key: "count", header: t("times"), align: "right", narrow: "aside" },
      render: ({ count }) => format.count(count),
    },
    {
      ...{ key: "returned", header: t("came-again"), align: "right" },
      render: ({ returned, ofKnown }) =>
        `${share(returned, ofKnown)} (${format.count(returned)}/${format.count(ofKnown)})`,
    },
  ];
  return (
    <Section title={t("actions-done")} flush>
      {report.actions.length === 0 ? (
        <Empty title={t("no-actions")} hint={t("no-actions-hint")} />
      ) : (
        <RecordTable
          label={t("actions-done")}
          columns={columns}
          rows={report.actions}
          rowKey={({ actionId }) => actionId}
        />
      )}
    </Section>
  );
}

type Reason = Report["reasons"][number];

function Reasons({ report, asked }: Told) {
  const t = useTexts();
  const format = useFormat();
  const words = useWords();
  const names = new Map(useBranchChoices().map(({ id, name }) => [id, name]));
  const answersOf = (reason: Reason, branchId: string | null) => {
    const { surveyId, questionId, value, versions } = reason;
    const answer = {
      ...{ satisfaction: "unsatisfied", questionId, value },
      versions: versions?.join() ?? null,
    };
    return withQuery(`/surveys/${surveyId}`, { ...asked, ...answer, branchId });
  };
  const columns: Column<Reason>[] = [
    {
      ...{ key: "reason", header: t("reason"), narrow: "title", wraps: true },
      render: (reason) => (
        <>
          <Link href={answersOf(reason, asked.branchId)} className="record-link">
            {words(reason.label)}
          </Link>
          <div className="quiet" style={{ fontSize: "0.75rem" }}>
            {words(reason.question)}
            {reason.isEarlier && ` · ${t("earlier-wording")}`}
          </div>
        </>
      ),
    },
    {
      ...{ key: "count", header: t("times"), align: "right", narrow: "aside" },
      render: ({ count }) => format.count(count),
    },
    {
      ...{ key: "branches", header: t("by-branch"), wraps: true },
      render: (reason) =>
        reason.branches
          .toSorted((one, other) => other.count - one.count)
          .map(({ branchId: id, count }, index) => (
            <span key={id}>
              {index > 0 && " · "}
              <Anchor component={Link} href={answersOf(reason, id)} inherit>
                {names.get(id) ?? "–"} {format.count(count)}
              </Anchor>
            </span>
          )),
    },
    {
      ...{ key: "series", header: t(`by-${report.step}`), wraps: true },
      render: ({ series }) =>
        series.map(({ day, count }) => `${format.day(day)}: ${format.count(count)}`).join(" · "),
    },
  ];
  return (
    <Section title={t("reasons")} hint={t("reasons-hint")} flush>
      {report.reasons.length === 0 ? (
        <Empty title={t("no-reasons")} hint={t("no-reasons-hint")} />
      ) : (
        <RecordTable
          label={t("reasons")}
          columns={columns}
          rows={report.reasons}
          rowKey={({ surveyId, questionId, value, versions }) =>
            `${surveyId} ${questionId} ${value} ${versions}`
          }
        />
      )}
    </Section>
  );
}
