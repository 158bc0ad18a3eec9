import { Box, Group, SimpleGrid, Text, VisuallyHidden } from "@mantine/core";
import { Link } from "wouter";
import { useBranchChoices } from "../../../shell/branches.ts";
import { useLanguage } from "../../../shell/language.tsx";
import { Section } from "../../../shell/page.tsx";
import { StatTile } from "../../../shell/stat-tile.tsx";
import { LOCALE } from "../../../shell/translate.ts";
import { useFormat } from "../../../shell/use-format.ts";
import { sayAverage } from "../rules.ts";
import type { Filters, Results } from "./replies.ts";
import { useTexts } from "./texts.ts";
import "./results.css";

export type LinkTo = (more: Partial<Filters>) => string;
type SummaryProps = { results: Results; linkTo: LinkTo };

/** Of a hundred how many, as the language writes it; a dash where there is nothing to divide. */
export function useShare(): (part: number, whole: number) => string {
  const { language } = useLanguage();
  const format = new Intl.NumberFormat(LOCALE[language], {
    ...{ style: "percent", maximumFractionDigits: 0 },
  });
  return (part, whole) => (whole === 0 ? "–" : format.format(part / whole));
}

export function useAverage(): (average: number | null) => string {
  const { language } = useLanguage();
  return (average) => (average === null ? "–" : sayAverage(average, language));
}

/** The five numbers that everybody asks for first. */
export function ResultTiles({ results, linkTo }: SummaryProps) {
  const t = useTexts();
  const format = useFormat();
  const share = useShare();
  const average = useAverage();
  const { answers, rated, satisfied, unsatisfied, takingPart, thresholds } = results;
  return (
    <SimpleGrid cols={{ base: 2, md: 5 }} spacing="sm">
      <StatTile
        isFirst
        label={t("satisfied")}
        figure={share(satisfied, rated)}
        hint={t("satisfied-hint", { count: satisfied, from: thresholds.satisfiedFrom })}
        href={linkTo({ satisfaction: "satisfied" })}
      />
      <StatTile
        label={t("unsatisfied")}
        figure={share(unsatisfied, rated)}
        hint={t("unsatisfied-hint", { count: unsatisfied, to: thresholds.lowUpTo })}
        href={linkTo({ satisfaction: "unsatisfied" })}
      />
      <StatTile
        label={t("score")}
        figure={average(results.average)}
        hint={t("of-rated", { count: rated })}
        href="#answers"
      />
      <StatTile label={t("answers")} figure={format.count(answers)} href="#answers" />
      <StatTile
        label={t("participation")}
        figure={share(takingPart.answered, takingPart.visitors)}
        hint={t("participation-hint", {
          answered: takingPart.answered,
          count: takingPart.visitors,
        })}
        href="#answers"
      />
    </SimpleGrid>
  );
}

/** A column for each day, week or month: how many were content, and how many not. Each opens its own. */
export function OverTime({ results, linkTo }: SummaryProps) {
  const t = useTexts();
  const format = useFormat();
  const average = useAverage();
  const { series, step } = results;
  const most = Math.max(1, ...series.map(({ answers }) => answers));
  return (
    <Section title={t("over-time")} hint={t(`by-${step}`)}>
      <ol className="result-columns">
        {series.map(({ day, answers, satisfied, unsatisfied, average: mean }) => {
          const said = t("column", {
            ...{ day: format.day(day), count: answers, average: average(mean) },
            ...{ satisfied, unsatisfied },
          });
          const height = (count: number) => `${(count / most) * 100}%`;
          return (
            <li key={day}>
              <Link href={linkTo({ from: day, to: lastDayOf(day, step) })} title={said}>
                <span className="result-column" aria-hidden="true">
                  <span
                    className="is-other"
                    style={{ height: height(answers - satisfied - unsatisfied) }}
                  />
                  <span className="is-low" style={{ height: height(unsatisfied) }} />
                  <span className="is-content" style={{ height: height(satisfied) }} />
                </span>
                <span className="result-day">{format.day(day)}</span>
                <span className="result-mean">{average(mean)}</span>
                <VisuallyHidden>{said}</VisuallyHidden>
              </Link>
            </li>
          );
        })}
      </ol>
      <Group gap="md" fz="xs" className="quiet" mt="xs">
        <span className="result-key is-content">{t("satisfied")}</span>
        <span className="result-key is-low">{t("unsatisfied")}</span>
        <span className="result-key is-other">{t("others")}</span>
      </Group>
    </Section>
  );
}

/** The last day of the day, week or month that begins on a day. */
function lastDayOf(day: string, step: Results["step"]): string {
  const last = new Date(`${day}T00:00:00Z`);
  if (step === "week") last.setUTCDate(last.getUTCDate() + 6);
  if (step === "month") last.setUTCMonth(last.getUTCMonth() + 1, 0);
  return last.toISOString().slice(0, 10);
}

/** How the kitchen, the service, the delivery … are rated, in all and at each branch. */
export function ByPart({ results }: { results: Results }) {
  const t = useTexts();
  const share = useShare();
  const average = useAverage();
  const names = new Map(useBranchChoices().map(({ id, name }) => [id, name]));
  const parts = results.parts.filter(({ branchId }) => branchId === null);
  if (parts.length === 0) return null;
  return (
    <Section title={t("by-part")}>
      <SimpleGrid cols={{ base: 1, sm: 2, md: 3 }} spacing="lg">
        {parts.map(({ partId, name, average: mean, satisfied, ratings }) => {
          const own = results.parts.filter((each) => each.partId === partId && each.branchId);
          return (
            <Box key={partId}>
              <Group justify="space-between" align="baseline" wrap="nowrap">
                <Text fw={600} className="any-length">
                  {name}
                </Text>
                <Text className="figure" fw={650} fz="lg">
                  {average(mean)}
                </Text>
              </Group>
              <div className="bar">
                <div className="bar-fill" style={{ width: `${((mean ?? 0) / 5) * 100}%` }} />
              </div>
              <Text size="xs" className="quiet">
                {t("part-hint", { share: share(satisfied, ratings), count: ratings })}
              </Text>
              {names.size > 1 &&
                own.map(({ branchId, average: theirs, ratings: count }) => (
                  <Group key={branchId} justify="space-between" fz="sm" wrap="nowrap" mt={4}>
                    <span className="any-length">{names.get(branchId ?? "")}</span>
                    <span className="figure">
                      {average(theirs)} <span className="quiet">({count})</span>
                    </span>
                  </Group>
                ))}
            </Box>
          );
        })}
      </SimpleGrid>
    </Section>
  );
}
