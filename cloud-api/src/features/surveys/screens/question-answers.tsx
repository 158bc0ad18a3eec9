import { Box, Group, Stack, Text } from "@mantine/core";
import { Link } from "wouter";
import { useBranchChoices, useZoneOf } from "../../../shell/branches.ts";
import { useLanguage } from "../../../shell/language.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { Section } from "../../../shell/page.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { averageOf, chooseWords, sayAverage, type Tally } from "../rules.ts";
import type { Answers, Question, Survey } from "./replies.ts";
import { useTexts } from "./texts.ts";

const RATINGS = ["5", "4", "3", "2", "1"];
const TEXTS_SHOWN = 20;

type QuestionAnswersProps = { survey: Survey; answers: Answers };

/** One surface a question, in the order guests are asked; then what is asked no more. */
export function QuestionAnswers({ survey, answers }: QuestionAnswersProps) {
  const known = new Set(survey.questions.map(({ id }) => id));
  const gone = [...new Set(answers.counts.map(({ questionId }) => questionId))].filter(
    (id) => !known.has(id),
  );
  return (
    <>
      {survey.questions.map((question) => (
        <OneQuestion key={question.id} question={question} answers={answers} />
      ))}
      {gone.map((id) => (
        <Tallies key={id} title={id} bars={talliesOf(answers, id).map(toBar)} />
      ))}
    </>
  );
}

function OneQuestion({ question, answers }: { question: Question; answers: Answers }) {
  const t = useTexts();
  const { language } = useLanguage();
  const title = chooseWords(question.label, language);
  const tallies = talliesOf(answers, question.id);
  const countOf = (value: string) => tallies.find((each) => each.value === value)?.count ?? 0;
  switch (question.kind) {
    case "text":
      return <LastTexts title={title} questionId={question.id} answers={answers} />;
    case "rating": {
      const average = averageOf(tallies);
      const bars = RATINGS.map((value) => ({
        ...{ value, label: t("stars", { count: Number(value) }), count: countOf(value) },
      }));
      const number = average === null ? undefined : sayAverage(average, language);
      return (
        <Tallies
          title={title}
          bars={bars}
          {...(number === undefined ? {} : { figure: t("average", { number }) })}
        />
      );
    }
    case "choice": {
      const options = question.options.map(({ id, label }) => ({
        ...{ value: id, label: chooseWords(label, language), count: countOf(id) },
      }));
      const known = new Set(options.map(({ value }) => value));
      const gone = tallies.filter(({ value }) => !known.has(value)).map(toBar);
      return <Tallies title={title} bars={[...options, ...gone]} />;
    }
    default:
      return assertNever(question);
  }
}

const talliesOf = ({ counts }: Answers, questionId: string): Tally[] =>
  counts.filter((each) => each.questionId === questionId);

type Bar = Tally & { label: string };
const toBar = (tally: Tally): Bar => ({ ...tally, label: tally.value });

/** How often each answer was given, and of a hundred answers how many. */
function Tallies({ title, bars, figure }: { title: string; bars: Bar[]; figure?: string }) {
  const t = useTexts();
  const format = useFormat();
  const { language } = useLanguage();
  const given = bars.reduce((sum, { count }) => sum + count, 0);
  const share = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 });
  const counted = t("given", { count: given });
  return (
    <Section title={title} hint={figure === undefined ? counted : `${figure} · ${counted}`}>
      <Stack gap="xs" component="ul" m={0} p={0} style={{ listStyle: "none" }}>
        {bars.map(({ value, label, count }) => (
          <li key={value}>
            <Group justify="space-between" wrap="nowrap" gap="sm" align="baseline">
              <Text size="sm" className="any-length">
                {label}
              </Text>
              <Group gap="sm" wrap="nowrap" flex="none">
                <Text size="sm" className="figure" fw={600} ta="right" miw={40}>
                  {format.count(count)}
                </Text>
                <Text size="sm" className="figure quiet" ta="right" miw={44}>
                  {share.format(given === 0 ? 0 : count / given)}
                </Text>
              </Group>
            </Group>
            <div className="bar">
              <div
                className="bar-fill"
                style={{ width: `${given === 0 ? 0 : (count / given) * 100}%` }}
              />
            </div>
          </li>
        ))}
      </Stack>
    </Section>
  );
}

type LastTextsProps = { title: string; questionId: string; answers: Answers };

function LastTexts({ title, questionId, answers }: LastTextsProps) {
  const t = useTexts();
  const zoneOf = useZoneOf();
  const names = new Map(useBranchChoices().map(({ id, name }) => [id, name]));
  const written = answers.answers
    .flatMap((answer) => {
      const text = answer.texts?.[questionId] ?? "";
      return text === "" ? [] : [{ ...answer, text }];
    })
    .slice(0, TEXTS_SHOWN);
  return (
    <Section title={title} hint={t("newest-first")}>
      {written.length === 0 && (
        <Text size="sm" className="quiet">
          {t("no-texts")}
        </Text>
      )}
      {written.map(({ id, text, branchId, place, customerId, customerName, answeredAt }) => (
        <Box key={id} py="xs" className="field-line">
          <Text size="sm" className="any-length" style={{ whiteSpace: "pre-line" }}>
            {text}
          </Text>
          <Group gap={6} className="quiet" fz="xs">
            {customerId !== null && (
              <Link href={`/customers/${customerId}`}>{customerName ?? t("nameless")}</Link>
            )}
            <span>{[names.get(branchId), place].filter(Boolean).join(" · ")}</span>
            <Moment at={answeredAt} timeZone={zoneOf(branchId)} />
          </Group>
        </Box>
      ))}
    </Section>
  );
}

function assertNever(question: never): never {
  throw new Error(`unknown kind of question ${JSON.stringify(question)}`);
}
