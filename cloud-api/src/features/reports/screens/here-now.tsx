import { Box, Group, Skeleton, Stack, Text } from "@mantine/core";
import { Link } from "wouter";
import { withQuery } from "../../../shell/api.ts";
import { useSortByName } from "../../../shell/branches.ts";
import { Section } from "../../../shell/page.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import type { Overview } from "./replies.ts";
import { useTexts } from "./texts.ts";

const BRANCHES_SHOWN_MAX = 10;

/** The people here now, branch by branch, the fullest first. */
export function HereNow({ overview }: { overview: Overview | undefined }) {
  const t = useTexts();
  const format = useFormat();
  const sort = useSortByName();
  if (!overview)
    return (
      <Section title={t("here-now-by-branch")}>
        <Stack gap="sm" aria-busy="true">
          <Skeleton height={20} />
          <Skeleton height={20} />
          <Skeleton height={20} />
        </Stack>
      </Section>
    );
  const { total, branches } = overview.hereNow;
  const sorted = sort(branches).sort((a, b) => b.count - a.count);
  const most = Math.max(1, ...sorted.map(({ count }) => count));
  const left = sorted.length - BRANCHES_SHOWN_MAX;
  return (
    <Section title={t("here-now-by-branch")} hint={t("people-counted", { count: total })}>
      {sorted.length === 0 && (
        <Text size="sm" className="quiet">
          {t("no-branches")}
        </Text>
      )}
      <Stack component="ul" gap={10} className="steps">
        {sorted.slice(0, BRANCHES_SHOWN_MAX).map(({ branchId, name, count }) => (
          <li key={branchId}>
            <Link href={withQuery("/visits", { branchId, open: "true" })} className="plain-link">
              <Group justify="space-between" wrap="nowrap" gap="sm">
                <Text size="sm" truncate>
                  {name}
                </Text>
                <Text size="sm" fw={600} className={count ? "figure" : "figure quiet"}>
                  {format.count(count)}
                </Text>
              </Group>
              <Box className="bar">
                <Box className="bar-fill" style={{ width: `${(100 * count) / most}%` }} />
              </Box>
            </Link>
          </li>
        ))}
      </Stack>
      {left > 0 && (
        <Text size="xs" className="quiet" mt="xs">
          {t("more-branches", { count: left })}
        </Text>
      )}
    </Section>
  );
}
