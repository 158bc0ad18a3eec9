import { Badge, Box, Button, Group, Text } from "@mantine/core";
import { useEffect, useRef } from "react";
import { AnswerFiles } from "../../../shell/answer-files.tsx";
import { useBranchChoices, useZoneOf } from "../../../shell/branches.ts";
import { useLanguage } from "../../../shell/language.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { Empty, Section } from "../../../shell/page.tsx";
import { More } from "../../../shell/paging.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { Whose } from "../../../shell/whose.tsx";
import { chooseWords } from "../rules.ts";
import type { Answer } from "../schema.ts";
import { type Filters, type Results, useAnswers, useSaleTypes } from "./replies.ts";
import { useTexts } from "./texts.ts";

type AnswerListProps = {
  surveyId: string | null;
  filters: Filters;
  results: Results;
  choose: (change: Partial<Filters>) => void;
};

const COLOURS = { satisfied: "teal", neutral: "gray", unsatisfied: "orange" } as const;

/** The theme's own are too pale upon themselves for WCAG 2.2, 1.4.3. */
const READABLE = {
  satisfied: "light-dark(#065f46, #7ee2c0)",
  neutral: "light-dark(#3b4644, #c4cdcc)",
  unsatisfied: "light-dark(#9a3412, #ffb38a)",
} as const;

/** The single answers behind the numbers, the newest first, each with the way to its customer. */
export function AnswerList({ surveyId, filters, results, choose }: AnswerListProps) {
  const t = useTexts();
  const { rows, total, hasNextPage, fetchNextPage, isFetchingNextPage } = useAnswers(
    surveyId,
    filters,
  );
  const { questionId, value, versions } = filters;
  const says = useGiven(results.questions);
  const isOne = questionId !== null && value !== null;
  const list = useRef<HTMLDivElement>(null);
  // Whoever opened a number wants to see what is behind it.
  useEffect(() => {
    if (isOne) list.current?.scrollIntoView({ block: "start" });
  }, [isOne, questionId, value, versions]);
  return (
    <div id="answers" ref={list}>
      <Section
        title={t("answers")}
        hint={t("answers-counted", { count: total })}
        flush
        actions={
          isOne && (
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => choose({ questionId: null, value: null, versions: null })}
            >
              {says(questionId, value, versions)} ×
            </Button>
          )
        }
      >
        {rows?.length === 0 && <Empty title={t("none-found")} hint={t("none-found-hint")} />}
        {rows?.map((answer) => (
          <OneAnswer key={answer.id} answer={answer} />
        ))}
        <More
          shown={rows?.length ?? 0}
          total={total}
          isLoading={isFetchingNextPage}
          load={hasNextPage ? () => void fetchNextPage() : null}
        />
      </Section>
    </div>
  );
}

/** What was given to a question, in words. */
function useGiven(questions: Results["questions"]) {
  const t = useTexts();
  const { language } = useLanguage();
  const labels = new Map(
    questions.flatMap(({ questionId, kind, counts }) =>
      counts.map(({ value, label, versions }) => [
        `${questionId} ${value} ${versions?.join() ?? null}`,
        kind === "rating"
          ? t("stars", { count: Number(value) })
          : kind === "scale"
            ? t("of-ten", { number: value })
            : label
              ? chooseWords(label, language)
              : value,
      ]),
    ),
  );
  return (questionId: string, value: string, versions: string | null) =>
    labels.get(`${questionId} ${value} ${versions}`) ?? value;
}

/** In the words that it was given to, whatever the survey asks by now. */
function OneAnswer({ answer }: { answer: Answer }) {
  const t = useTexts();
  const zoneOf = useZoneOf();
  const format = useFormat();
  const { language } = useLanguage();
  const names = new Map(useBranchChoices().map(({ id, name }) => [id, name]));
  const { data: saleTypes = [] } = useSaleTypes();
  const sold = saleTypes.find(({ id }) => id === answer.saleTypeId);
  const saleType = sold && chooseWords(sold.name, language);
  const { satisfaction, branchId, place, answeredAt, taken } = answer;
  const say = ({ rating, scale, date, chosen, text }: Answer["given"][number]) => {
    if (text !== null) return text;
    if (date !== null) return format.day(date);
    if (scale !== null) return t("of-ten", { number: scale });
    if (rating !== null) return t("stars", { count: rating });
    return chosen.map(({ id, label }) => (label && chooseWords(label, language)) || id).join(", ");
  };
  return (
    <Box component="article" px="md" py="sm" className="field-line">
      <Group justify="space-between" gap="xs" align="baseline">
        <Group gap="xs" align="baseline">
          <Whose row={answer} nameless={t("nameless")} nobody={t("nobody-known")} />
          {taken && (
            <Text span size="xs" className="quiet">
              {t(`taken-${taken.how}`, { name: taken.staffName ?? t("taken-gone") })}
            </Text>
          )}
          {satisfaction && (
            <Badge
              size="sm"
              variant="light"
              color={COLOURS[satisfaction]}
              tt="none"
              c={READABLE[satisfaction]}
            >
              {t(satisfaction)}
            </Badge>
          )}
        </Group>
        <Group gap="sm" className="quiet" fz="xs">
          <span>{[names.get(branchId), place, saleType].filter(Boolean).join(" · ")}</span>
          <Moment at={answeredAt} timeZone={zoneOf(branchId)} />
        </Group>
      </Group>
      {answer.given.map((given) => (
        <Text
          key={given.questionId}
          size="sm"
          className="any-length"
          style={{ whiteSpace: "pre-line" }}
        >
          <span className="quiet">
            {given.label ? chooseWords(given.label, language) : given.questionId}
          </span>{" "}
          {say(given)}
        </Text>
      ))}
      <AnswerFiles files={answer.files} />
    </Box>
  );
}
