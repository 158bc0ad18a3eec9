import { Group, Stack, Text } from "@mantine/core";
import { Link } from "wouter";
import { useZoneOf } from "../../../shell/branches.ts";
import { Moment } from "../../../shell/moment.tsx";
import { Section } from "../../../shell/page.tsx";
import { useCustomerCases } from "./replies.ts";
import { useSaid, useWhere } from "./said.tsx";
import { StateBadge } from "./state-badge.tsx";
import { useTexts } from "./texts.ts";

/** What a customer was not content with, the newest first, and how far it is; nothing where nothing was. */
export function CustomerCases({ id }: { id: string }) {
  const t = useTexts();
  const said = useSaid();
  const zoneOf = useZoneOf();
  const where = useWhere();
  const { data: cases = [] } = useCustomerCases(id);
  if (cases.length === 0) return null;
  return (
    <Section title={t("low-answers")}>
      <Stack gap="sm">
        {cases.map(({ id: caseId, state, branchId, answer, raisedAt }) => (
          <div key={caseId}>
            <Group gap="xs" justify="space-between" wrap="nowrap" align="flex-start">
              <Link href={`/cases/${caseId}`} className="record-link any-length">
                {answer?.given.map(said).join(" · ") || t("case")}
              </Link>
              <StateBadge state={state} />
            </Group>
            <Text size="xs" className="quiet">
              {where({ branchId, answer })} ·{" "}
              <Moment at={answer?.answeredAt ?? raisedAt} timeZone={zoneOf(branchId)} />
            </Text>
          </div>
        ))}
      </Stack>
    </Section>
  );
}
