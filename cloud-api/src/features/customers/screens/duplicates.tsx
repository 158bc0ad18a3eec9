import { Badge, Box, Button, Group, SimpleGrid, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { api } from "../../../shell/api.ts";
import { useZoneOf } from "../../../shell/branches.ts";
import { Failure, Refusal } from "../../../shell/failure.tsx";
import { formatPhone } from "../../../shell/format.ts";
import { Moment } from "../../../shell/moment.tsx";
import { Empty, Page } from "../../../shell/page.tsx";
import { useMay } from "../../../shell/session.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import type { SuggestionsReply } from "../schema.ts";
import { useMergeFault } from "./merge-dialog.tsx";
import type { Party, Suggestion } from "./replies.ts";
import { useTexts } from "./texts.ts";
import { useDismiss, useMerge } from "./use-merge.ts";

/** Pairs of records that may be one person. */
export function useSuggestions() {
  return useQuery({
    queryKey: ["customer-suggestions"],
    queryFn: ({ signal }) => api.get<SuggestionsReply>("/customer-suggestions", signal),
    meta: { live: true },
  });
}

/** Records that may be one person, side by side, for somebody to judge. */
export function Duplicates() {
  const t = useTexts();
  const { data, error, refetch } = useSuggestions();
  return (
    <Page
      title={t("duplicates")}
      parent={{ path: "/customers", label: t("customers") }}
      summary={data && t("duplicates-count", { count: data.total })}
    >
      {error && !data && <Failure error={error} retry={refetch} />}
      {!data && !error && <Skeleton height={180} radius="lg" />}
      {data?.suggestions.length === 0 && (
        <Box className="surface">
          <Empty title={t("no-duplicates")} hint={t("no-duplicates-hint")} />
        </Box>
      )}
      {data?.suggestions.map((suggestion) => (
        <Pair key={`${suggestion.one.id} ${suggestion.other.id}`} suggestion={suggestion} />
      ))}
    </Page>
  );
}

const KINDS = ["phone", "email", "card", "posId", "zaloId"] as const;

function Pair({ suggestion }: { suggestion: Suggestion }) {
  const t = useTexts();
  const mayChange = useMay("customers.merge");
  const merge = useMerge();
  const dismiss = useDismiss();
  const sayFault = useMergeFault();
  const { one, other, kinds } = suggestion;
  // Who was there first keeps their place; staff may turn it round on either page.
  const [kept, gone] = one.firstSeenAt <= other.firstSeenAt ? [one, other] : [other, one];
  const names = [one, other].map(({ name }) => name ?? t("no-name")).join(" · ");
  return (
    <Box component="section" className="surface" aria-label={names} p="md">
      <Stack gap="sm">
        <Group gap="xs">
          <Text size="sm" className="quiet">
            {t("same")}
          </Text>
          {KINDS.filter((kind) => kinds.includes(kind)).map((kind) => (
            <Badge key={kind} variant="default" tt="none" fw={500}>
              {t(`field-${kind}`)}
            </Badge>
          ))}
        </Group>
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
          {[kept, gone].map((party) => (
            <Side key={party.id} party={party} />
          ))}
        </SimpleGrid>
        <Refusal error={merge.error ?? dismiss.error} {...sayFault(merge.error)} />
        {mayChange && (
          <Group justify="flex-end" gap="xs">
            <Button
              variant="default"
              loading={dismiss.isPending}
              disabled={merge.isPending}
              onClick={() => dismiss.mutate({ oneId: one.id, otherId: other.id })}
            >
              {t("not-the-same")}
            </Button>
            <Button
              loading={merge.isPending}
              disabled={dismiss.isPending}
              onClick={() => merge.mutate({ keptId: kept.id, goneId: gone.id })}
            >
              {t("merge")}
            </Button>
          </Group>
        )}
      </Stack>
    </Box>
  );
}

function Side({ party }: { party: Party }) {
  const t = useTexts();
  const format = useFormat();
  const zone = useZoneOf()(null);
  const lines: [string, React.ReactNode][] = [
    [t("field-phone"), party.phone && formatPhone(party.phone)],
    [t("field-email"), party.email],
    [t("field-birthday"), party.birthday && format.birthday(party.birthday)],
    [t("visits"), format.count(party.visits)],
    [t("last-visit"), party.lastVisitAt && <Moment at={party.lastVisitAt} timeZone={zone} />],
    [t("first-seen"), <Moment key="first" at={party.firstSeenAt} timeZone={zone} />],
    [t("source"), party.sourceBranchName],
  ];
  return (
    <Box p="sm" style={{ border: "1px solid var(--foyer-line)", borderRadius: 8 }}>
      <Link href={`/customers/${party.id}`} className="record-link">
        {party.name ?? <span className="quiet">{t("no-name")}</span>}
      </Link>
      <dl className="facts">
        {lines.map(([label, value]) => (
          <Group key={label} gap="sm" wrap="nowrap" mt={4} align="baseline">
            <Text component="dt" size="xs" className="quiet" w={110} style={{ flexShrink: 0 }}>
              {label}
            </Text>
            <Text component="dd" size="sm" className="figure any-length" miw={0}>
              {value || <span className="quiet">–</span>}
            </Text>
          </Group>
        ))}
      </dl>
    </Box>
  );
}
