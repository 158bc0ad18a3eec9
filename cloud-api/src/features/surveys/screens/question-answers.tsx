import { Anchor, Group, Stack, Text } from "@mantine/core";
import { Link } from "wouter";
import { useLanguage } from "../../../shell/language.tsx";
import { Section } from "../../../shell/page.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { chooseWords, saySigned } from "../rules.ts";
import type { Question, Results } from "./replies.ts";
import { type LinkTo, useAverage, useShare } from "./results-summary.tsx";
import { useTexts } from "./texts.ts";

type QuestionAnswersProps = { results: Results; linkTo: LinkTo };

/** One surface a question, in the order guests are asked; then what is asked no more. */
export function QuestionAnswers({ results, linkTo }: QuestionAnswersProps) {
  return results.questions
    .filter(({ kind }) => kind !== "text" && kind !== "date")
    .map((question) => (
      <OneQuestion
        key={`${question.surveyId} ${question.questionId} ${question.kind}`}
        question={question}
        linkTo={linkTo}
      />
    ));
}

/** How often each answer was given, and of a hundred answers how many; each opens its answers. */
function OneQuestion({ question, linkTo }: { question: Question; linkTo: LinkTo }) {
  const t = useTexts();
  const format = useFormat();
  const share = useShare();
  const { language } = useLanguage();
  const { questionId, kind, label, counts, isFollowUp } = question;
  const given = counts.reduce((sum, { count }) => sum + count, 0);
  const title = label ? chooseWords(label, language) : questionId;
  return (
    <Section title={title} hint={<Hint question={question} given={given} />}>
      <Stack gap="xs" component="ul" m={0} p={0} style={{ listStyle: "none" }}>
        {counts.map(({ value, label: option, count, versions, isEarlier }) => (
          <li key={`${value} ${versions}`}>
            <Group justify="space-between" wrap="nowrap" gap="sm" align="baseline">
              <Text size="sm" className="any-length" component="div">
                {kind === "rating"
                  ? t("stars", { count: Number(value) })
                  : option
                    ? chooseWords(option, language)
                    : value}
                {isEarlier && (
                  <Text size="xs" className="quiet">
                    {t("earlier-wording")}
                  </Text>
                )}
              </Text>
              <Group gap="sm" wrap="nowrap" flex="none">
                <Text size="sm" className="figure" fw={600} ta="right" miw={40} component="span">
                  {count > 0 ? (
                    <Anchor
                      component={Link}
                      href={linkTo({ questionId, value, versions: versions?.join() ?? null })}
                      inherit
                    >
                      {format.count(count)}
                    </Anchor>
                  ) : (
                    format.count(count)
                  )}
                </Text>
                <Text size="sm" className="figure quiet" ta="right" miw={44}>
                  {share(count, given)}
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
      {isFollowUp && (
        <Text size="xs" className="quiet" mt="xs">
          {t("follow-up")}
        </Text>
      )}
    </Section>
  );
}

function Hint({ question, given }: { question: Question; given: number }) {
  const t = useTexts();
  const share = useShare();
  const average = useAverage();
  const counted = t("given", { count: given });
  const { language } = useLanguage();
  const { kind, satisfied, unsatisfied, ratings } = question;
  if (question.average === null) return counted;
  const number = average(question.average);
  if (kind === "scale")
    return [
      t("promoter-score", { number: saySigned(question.promoterScore ?? 0, language) }),
      t("promoters", { share: share(satisfied, ratings) }),
      t("detractors", { share: share(unsatisfied, ratings) }),
      t("average-of-ten", { number }),
      counted,
    ].join(" · ");
  return [
    t("average", { number }),
    t("share-satisfied", { share: share(satisfied, ratings) }),
    counted,
  ].join(" · ");
}
