import { Group, Skeleton, Stack } from "@mantine/core";
import { DatePickerInput } from "@mantine/dates";
import { IconCalendar } from "@tabler/icons-react";
import { BranchFilter } from "../../../shell/branch-filter.tsx";
import { Failure } from "../../../shell/failure.tsx";
import { useLanguage } from "../../../shell/language.tsx";
import { Empty, NothingHere, Page, Section } from "../../../shell/page.tsx";
import type { ScreenProps } from "../../../shell/screens.ts";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import { averageOf, chooseWords, sayAverage } from "../rules.ts";
import { QuestionAnswers } from "./question-answers.tsx";
import { type Answers, type Filters, type Survey, useAnswers, useSurveys } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** What guests answered to one survey. */
export function SurveyPage({ params }: ScreenProps) {
  const id = params.id ?? "";
  const t = useTexts();
  const { language } = useLanguage();
  const { parameters, change } = useSearchParameters();
  const filters: Filters = {
    branchId: parameters.get("branchId"),
    from: parameters.get("from"),
    to: parameters.get("to"),
  };
  const surveys = useSurveys();
  const { data, error, refetch, isPlaceholderData } = useAnswers(id, filters);
  const survey = surveys.data?.find((each) => each.id === id);
  if (surveys.data && !survey) return <NothingHere />;
  const failure = surveys.error ?? error;
  const isFiltered = Object.values(filters).some((value) => value !== null);
  return (
    <Page
      title={survey?.title ? chooseWords(survey.title, language) : id}
      summary={data && survey && <Summary survey={survey} answers={data} />}
      parent={{ path: "/surveys", label: t("surveys") }}
    >
      <FilterRow filters={filters} choose={change} />
      {failure && !(data && survey) && <Failure error={failure} retry={refetch} />}
      {!failure && !(data && survey) && <Skeleton height={300} radius="lg" />}
      {data && survey && (
        <Stack gap="lg" style={{ opacity: isPlaceholderData ? 0.6 : 1 }}>
          {data.total === 0 ? (
            <Section title={t("answers")}>
              <Empty
                title={t(isFiltered ? "none-found" : "no-answers")}
                hint={t(isFiltered ? "none-found-hint" : "no-answers-hint")}
              />
            </Section>
          ) : (
            <QuestionAnswers survey={survey} answers={data} />
          )}
        </Stack>
      )}
    </Page>
  );
}

/** The answer first: how many, and what they gave on the whole. */
function Summary({ survey, answers }: { survey: Survey; answers: Answers }) {
  const t = useTexts();
  const { language } = useLanguage();
  const rating = survey.questions.find(({ kind }) => kind === "rating");
  const average = averageOf(answers.counts.filter((each) => each.questionId === rating?.id));
  const counted = t("answers-counted", { count: answers.total });
  return average === null
    ? counted
    : `${t("average", { number: sayAverage(average, language) })} · ${counted}`;
}

type FilterRowProps = { filters: Filters; choose: (change: Partial<Filters>) => void };

function FilterRow({ filters, choose }: FilterRowProps) {
  const t = useTexts();
  return (
    <Group gap="sm">
      <BranchFilter branchId={filters.branchId} choose={(branchId) => choose({ branchId })} />
      <DatePickerInput
        type="range"
        allowSingleDateInRange
        aria-label={t("range")}
        placeholder={t("range-any")}
        leftSection={<IconCalendar size={16} />}
        value={[filters.from, filters.to]}
        onChange={([from, to]) => choose({ from, to })}
        valueFormat="D MMM YYYY"
        clearable
        w={{ base: "100%", xs: 280 }}
      />
    </Group>
  );
}
