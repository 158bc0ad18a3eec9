import { Alert, Badge, Button, Group, Progress, Text } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Static } from "typebox";
import { api } from "../../../shell/api.ts";
import { Failure, Refusal } from "../../../shell/failure.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { Empty, Page, Section } from "../../../shell/page.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { useMayEverywhere } from "../../../shell/session.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import type { ChecksReply } from "../schema.ts";
import { type TextKey, useTexts } from "./check-texts.ts";

type Reply = Static<typeof ChecksReply>;
type Check = Reply["checks"][number];
type Difference = Reply["faults"][number];

const KEY = ["report-checks"];
const COUNTING_LOOK_MS = 1500;

/** What the nights' second count found, and counting everything anew. */
export function Checks() {
  const t = useTexts();
  const mayCount = useMayEverywhere("reports.edit");
  const { data, error, refetch } = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => api.get<Reply>("/reports/checks", signal),
    refetchInterval: ({ state }) =>
      (state.data?.recount.waiting ?? 0) > 0 ? COUNTING_LOOK_MS : false,
    meta: { live: true },
  });
  const isCounting = (data?.recount.waiting ?? 0) > 0;
  return (
    <Page
      title={t("checks")}
      summary={data && <Summary reply={data} />}
      parent={{ path: "/reports", label: t("reports") }}
      actions={
        mayCount && data && data.recount.branches > 0 && <CountAgain isCounting={isCounting} />
      }
    >
      {error && !data && <Failure error={error} retry={refetch} />}
      {data && isCounting && <Counting {...data.recount} />}
      {!error && <Differences differences={data?.faults} />}
      {!error && <Nights checks={data?.checks} />}
    </Page>
  );
}

/** The newest night's word: of the last days, and of some before them. */
function Summary({ reply: { checks } }: { reply: Reply }) {
  const t = useTexts();
  const [last] = checks;
  if (!last) return <>{t("never-checked")}</>;
  const since = Date.parse(last.checkedAt) - ONE_NIGHT_MS;
  const night = checks.filter(({ checkedAt }) => Date.parse(checkedAt) > since);
  const sum = (of: "branchDays" | "faults") => night.reduce((all, check) => all + check[of], 0);
  const words = { days: t("branch-days", { count: sum("branchDays") }) };
  const found = sum("faults");
  return (
    <>
      {t("last-checked")} <Moment at={last.checkedAt} />:{" "}
      {found === 0 ? t("all-agree", words) : t("some-differ", { ...words, count: found })}
    </>
  );
}
const ONE_NIGHT_MS = 12 * 60 * 60 * 1000;

function Counting({ branches, waiting }: Reply["recount"]) {
  const t = useTexts();
  const done = Math.max(0, branches - waiting);
  return (
    <Alert variant="light" color="foyer" title={t("counting")}>
      <Text size="sm" role="status">
        {t("counting-hint", { done, count: branches })}
      </Text>
      <Progress value={(done / Math.max(1, branches)) * 100} mt="xs" aria-label={t("counting")} />
    </Alert>
  );
}

function CountAgain({ isCounting }: { isCounting: boolean }) {
  const t = useTexts();
  const queries = useQueryClient();
  const count = useMutation({
    mutationFn: () => api.post("/reports/recounts"),
    onSuccess: () => queries.invalidateQueries({ queryKey: KEY }),
  });
  return (
    <>
      <Refusal error={count.error} />
      {count.isSuccess && !isCounting && (
        <Text size="sm" className="quiet" role="status">
          {t("counted-again")}
        </Text>
      )}
      <Button
        variant="default"
        leftSection={<IconRefresh size={16} aria-hidden />}
        loading={count.isPending || isCounting}
        onClick={() => count.mutate()}
      >
        {t("count-again")}
      </Button>
    </>
  );
}

function Differences({ differences }: { differences: readonly Difference[] | undefined }) {
  const t = useTexts();
  const format = useFormat();
  const columns: Column<Difference>[] = [
    {
      ...{ key: "day", header: t("day"), narrow: "title" },
      render: ({ day }) => <span className="figure">{format.day(day, "long")}</span>,
    },
    {
      ...{ key: "branch", header: t("branch"), narrow: "line" },
      render: ({ branchName }) => branchName ?? t("branch-gone"),
    },
    {
      ...{ key: "numbers", header: t("difference"), wraps: true },
      render: ({ numbers }) => <Numbers numbers={numbers} />,
    },
    {
      ...{ key: "state", header: t("check-state"), narrow: "aside" },
      render: ({ mendedAt }) => (
        <Badge variant="light" tt="none" fw={500} color={mendedAt ? "foyer" : "orange"}>
          {t(mendedAt ? "mended" : "not-mended")}
        </Badge>
      ),
    },
  ];
  if (differences?.length === 0) return null;
  return (
    <Section title={t("differences")} hint={t("differences-hint")} flush>
      <RecordTable
        label={t("differences")}
        columns={columns}
        rows={differences}
        rowKey={({ branchId, day, foundAt }) => `${branchId} ${day} ${foundAt}`}
      />
    </Section>
  );
}

/** What the report said, and what the visits say. */
function Numbers({ numbers }: Pick<Difference, "numbers">) {
  const t = useTexts();
  const format = useFormat();
  return (
    <>
      {Object.entries(numbers).map(([name, { report, visits }]) => (
        <Group key={name} gap={6} wrap="wrap">
          <Text size="sm">{t(`checked-${name}` as TextKey)}</Text>
          <Text size="sm" className="quiet">
            {t("reported-not", { report: format.count(report), visits: format.count(visits) })}
          </Text>
        </Group>
      ))}
    </>
  );
}

function Nights({ checks }: { checks: readonly Check[] | undefined }) {
  const t = useTexts();
  const format = useFormat();
  const columns: Column<Check>[] = [
    {
      ...{ key: "at", header: t("checked-at"), narrow: "title" },
      render: ({ checkedAt }) => <Moment at={checkedAt} />,
    },
    {
      ...{ key: "days", header: t("checked-days") },
      render: ({ firstDay, lastDay }) => format.dayRange({ from: firstDay, to: lastDay }),
    },
    {
      ...{ key: "count", header: t("counted-twice"), align: "right" },
      render: ({ branchDays }) => format.count(branchDays),
    },
    {
      ...{ key: "result", header: t("result"), narrow: "aside" },
      render: ({ faults }) => (
        <Badge variant="light" tt="none" fw={500} color={faults === 0 ? "foyer" : "orange"}>
          {faults === 0 ? t("agrees") : t("differs", { count: faults })}
        </Badge>
      ),
    },
  ];
  return (
    <Section title={t("nights")} hint={t("nights-hint")} flush>
      {checks?.length === 0 ? (
        <Empty title={t("no-nights")} hint={t("no-nights-hint")} />
      ) : (
        <RecordTable
          label={t("nights")}
          columns={columns}
          rows={checks}
          rowKey={({ checkedAt, firstDay }) => `${checkedAt} ${firstDay}`}
        />
      )}
    </Section>
  );
}
