import { Box, Group, ScrollArea, Skeleton, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";
import { withQuery } from "../../../shell/api.ts";
import { useSortByName } from "../../../shell/branches.ts";
import { Section } from "../../../shell/page.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { BranchesLeft } from "./branches-left.tsx";
import type { Overview } from "./replies.ts";
import { useTexts } from "./texts.ts";

const BRANCHES_SHOWN = 10;
/** Of all of them, beside a chart: the rest of the page stays near. */
const HEIGHT_MAX = 480;

/** The people here now, branch by branch, the fullest first. */
export function HereNow({ overview }: { overview: Overview | undefined }) {
  const t = useTexts();
  const sort = useSortByName();
  const [isWhole, setWhole] = useState(false);
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
  const shown = isWhole ? sorted : sorted.slice(0, BRANCHES_SHOWN);
  const left = shown.reduce((sum, { count }) => sum - count, total);
  return (
    <Section title={t("here-now-by-branch")} hint={t("people-counted", { count: total })}>
      {sorted.length === 0 && (
        <Text size="sm" className="quiet">
          {t("no-branches")}
        </Text>
      )}
      <ScrollArea.Autosize mah={HEIGHT_MAX} offsetScrollbars="present" type="auto">
        <Stack component="ul" gap={10} className="steps">
          {shown.map((branch) => (
            <Here key={branch.branchId} {...{ branch, most }} />
          ))}
        </Stack>
      </ScrollArea.Autosize>
      <Box mt="sm">
        <BranchesLeft
          all={sorted.length}
          shown={BRANCHES_SHOWN}
          come={t("people-counted", { count: left })}
          {...{ isWhole, setWhole }}
        />
      </Box>
    </Section>
  );
}

type HereProps = { branch: Overview["hereNow"]["branches"][number]; most: number };

/** Who is at one of them, beside the fullest. */
function Here({ branch: { branchId, name, count }, most }: HereProps) {
  const format = useFormat();
  return (
    <li>
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
  );
}
