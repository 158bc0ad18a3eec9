import { Button, Skeleton, Stack } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { withQuery } from "../../../shell/api.ts";
import { useZoneOf } from "../../../shell/branches.ts";
import { CountedAt } from "../../../shell/counted-at.tsx";
import { Failure } from "../../../shell/failure.tsx";
import { useLanguage } from "../../../shell/language.tsx";
import { Empty, Section } from "../../../shell/page.tsx";
import { useMay } from "../../../shell/session.tsx";
import { AnswerList } from "./answer-list.tsx";
import { FilterRow } from "./filter-row.tsx";
import { useFilters } from "./filters.ts";
import { QuestionAnswers } from "./question-answers.tsx";
import { type Filters, useResults } from "./replies.ts";
import { ByPart, OverTime, ResultTiles } from "./results-summary.tsx";
import { ByBranch, BySaleType } from "./results-tables.tsx";
import { useTexts } from "./texts.ts";

/** What answers come to, of one survey or of all (null): numbers first, then the answers behind them. */
export function Results({ surveyId }: { surveyId: string | null }) {
  const t = useTexts();
  const { filters, change, linkTo } = useFilters();
  const { data, error, refetch, isPlaceholderData, dataUpdatedAt } = useResults(surveyId, filters);
  const zoneOf = useZoneOf();
  const isFiltered = Object.values(filters).some((value) => value !== null);
  return (
    <Stack gap="lg">
      <FilterRow filters={filters} choose={change} />
      {error && !data && <Failure error={error} retry={refetch} />}
      {!error && !data && <Skeleton height={300} radius="lg" />}
      {data?.answers === 0 && (
        <Section title={t("answers")}>
          <Empty
            title={t(isFiltered ? "none-found" : "no-answers")}
            hint={t(isFiltered ? "none-found-hint" : "no-answers-hint")}
          />
        </Section>
      )}
      {data && data.answers > 0 && (
        <Stack gap="lg" style={{ opacity: isPlaceholderData ? 0.6 : 1 }}>
          <ResultTiles results={data} linkTo={linkTo} />
          <OverTime results={data} linkTo={linkTo} />
          <ByBranch results={data} linkTo={linkTo} />
          <BySaleType results={data} linkTo={linkTo} />
          <ByPart results={data} />
          {surveyId !== null && <QuestionAnswers results={data} linkTo={linkTo} />}
          <CountedAt at={dataUpdatedAt} zone={zoneOf(filters.branchId)} />
          <AnswerList surveyId={surveyId} filters={filters} results={data} choose={change} />
        </Stack>
      )}
    </Stack>
  );
}

/** The answers that are listed, as a table to take along. */
export function CsvButton({ surveyId }: { surveyId: string }) {
  const t = useTexts();
  const { language } = useLanguage();
  const { filters } = useFilters();
  if (!useMay("surveys.export")) return null;
  const query: Filters & { surveyId: string; language: string } = {
    ...{ surveyId, language },
    ...filters,
  };
  return (
    <Button
      component="a"
      href={withQuery("/api/v1/survey-answers.csv", query)}
      download
      variant="default"
      leftSection={<IconDownload size={16} />}
    >
      {t("export")}
    </Button>
  );
}
