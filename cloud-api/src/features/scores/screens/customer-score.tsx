import { Group, Progress, SimpleGrid, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import { Failure } from "../../../shell/failure.tsx";
import { Section } from "../../../shell/page.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { POINTS_MAX, TOTAL_MAX } from "../rules.ts";
import type { CustomerScoreReply } from "../schema.ts";
import { useTexts } from "./texts.ts";

const PARTS = ["length", "recency", "frequency"] as const;
const DAY_MS = 86_400_000;
const daysBetween = (from: string, to: string) =>
  Math.max(0, Math.floor((Date.parse(to) - Date.parse(from)) / DAY_MS));

/** On a customer's page: the points of their visits, and what each is for. Hidden without a visit. */
export function CustomerScore({ id }: { id: string }) {
  const t = useTexts();
  const format = useFormat();
  const { data, error, refetch } = useQuery({
    queryKey: ["customer-score", id],
    queryFn: ({ signal }) => api.get<CustomerScoreReply>(`/customers/${id}/score`, signal),
    meta: { live: true },
  });
  if (error && !data) return <Failure error={error} retry={refetch} />;
  if (!data?.score) return null;
  const { score, windowDays } = data;
  const why = {
    length: t("why-length", { count: daysBetween(score.firstAt, score.lastAt) }),
    recency: t("why-recency", {
      count: daysBetween(score.lastAt, new Date().toISOString()),
    }),
    frequency: t("why-frequency", { count: score.visits, days: format.count(windowDays) }),
  };
  return (
    <Section title={t("score")} hint={t("score-hint", { total: score.total, most: TOTAL_MAX })}>
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        {PARTS.map((part) => (
          <Stack key={part} gap={4}>
            <Group justify="space-between" gap="xs" wrap="nowrap">
              <Text size="sm" fw={550}>
                {t(part)}
              </Text>
              <Text size="sm" className="figure">
                {score[part]} / {POINTS_MAX}
              </Text>
            </Group>
            <Progress value={(score[part] / POINTS_MAX) * 100} aria-label={t(part)} />
            <Text size="xs" className="quiet">
              {why[part]}
            </Text>
          </Stack>
        ))}
      </SimpleGrid>
    </Section>
  );
}
