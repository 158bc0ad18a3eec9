import { Box, Group, Skeleton, Stack, Text } from "@mantine/core";
import { Link } from "wouter";
import { useSortByName } from "../../../shell/branches.ts";
import { Section } from "../../../shell/page.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { linkToVisits } from "./filters.ts";
import type { OverviewReply } from "./replies.ts";
import { useTexts } from "./texts.ts";

const BRANCHES_SHOWN_MAX = 12;

/** The people here now, branch by branch, the fullest first. */
export function HereNow({ overview }: { overview: OverviewReply | undefined }) {
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
  const branches = sort(overview.hereNow.branches).sort((a, b) => b.count - a.count);
  const most = Math.max(1, ...branches.map((branch) => branch.count));
  return (
    <Section
      title={t("here-now-by-branch")}
      hint={t("people-counted", { count: overview.hereNow.total })}
    >
      {branches.length === 0 ? (
        <Text size="sm" className="quiet">
          {t("no-branches")}
        </Text>
      ) : (
        <Stack component="ul" gap={10} className="steps">
          {branches.slice(0, BRANCHES_SHOWN_MAX).map((branch) => (
            <li key={branch.branchId}>
              <Link
                href={linkToVisits({ branchId: branch.branchId, open: true })}
                className="plain-link"
              >
                <Group justify="space-between" wrap="nowrap" gap="sm">
                  <Text size="sm" truncate>
                    {branch.name}
                  </Text>
                  <Text size="sm" fw={600} className={branch.count ? "figure" : "figure quiet"}>
                    {format.count(branch.count)}
                  </Text>
                </Group>
                <Box className="bar">
                  <Box className="bar-fill" style={{ width: `${(100 * branch.count) / most}%` }} />
                </Box>
              </Link>
            </li>
          ))}
        </Stack>
      )}
    </Section>
  );
}
