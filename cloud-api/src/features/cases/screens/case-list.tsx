import { Badge, Box, Button, Checkbox, Group, SegmentedControl, Text } from "@mantine/core";
import { IconChartBar, IconX } from "@tabler/icons-react";
import { Link } from "wouter";
import { BranchFilter } from "../../../shell/branch-filter.tsx";
import { useZoneOf } from "../../../shell/branches.ts";
import { Failure } from "../../../shell/failure.tsx";
import { LiveDot } from "../../../shell/live-dot.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { Empty, Page } from "../../../shell/page.tsx";
import { More, useRecords } from "../../../shell/paging.tsx";
import { readOnePlace } from "../../../shell/place-filter.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { readFilters, writeNarrowing } from "../../../shell/report-filters.ts";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import { useMay, useSession } from "../../../shell/session.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import type { CasesReply } from "../schema.ts";
import { MailChoice } from "./mail-choice.tsx";
import type { Case } from "./replies.ts";
import { useSaid, useWhere } from "./said.tsx";
import { StateBadge } from "./state-badge.tsx";
import { useTexts } from "./texts.ts";

const STATES = ["open", "closed", "all"] as const;

/** Low answers that wait for somebody, by the time they are due; and those that were closed. */
export function CaseList() {
  const t = useTexts();
  const format = useFormat();
  const { staff } = useSession();
  const mayEdit = useMay("cases.edit");
  const { parameters, change } = useSearchParameters();
  const state = STATES.find((each) => each === parameters.get("state")) ?? "open";
  const ownerId = parameters.get("mine") ? staff.id : null;
  const { branchId, ...ofReport } = readOnePlace(parameters);
  // Where a number of the report was opened: those that it counts.
  const days = useDays();
  const counted = {
    ...{ from: days?.from ?? null, to: days?.to ?? null, ...ofReport },
    ...writeNarrowing(readFilters(parameters)),
  };
  const isOfReport = Object.values(counted).some((value) => value !== null);
  const filters = { state, ownerId, branchId, ...counted };
  const query = useRecords<Case, "cases">({ path: "/cases", noun: "cases", filters });
  const { rows, total, error, hasNextPage, fetchNextPage, isFetchingNextPage } = query;
  // Of all of them, as the total is: not of those alone that are on the page.
  const late = (query.data?.pages[0] as CasesReply | undefined)?.late ?? 0;
  const columns = useColumns(state);
  return (
    <Page
      title={t("cases")}
      summary={
        rows &&
        [t(`counted-${state}`, { count: total }), late > 0 && t("late-counted", { count: late })]
          .filter(Boolean)
          .join(" · ")
      }
      actions={
        <>
          <LiveDot />
          <Button
            component={Link}
            href="/cases/report"
            variant="default"
            leftSection={<IconChartBar size={16} />}
          >
            {t("report")}
          </Button>
        </>
      }
    >
      <Group gap="sm">
        <SegmentedControl
          aria-label={t("cases")}
          value={state}
          onChange={(value) => change({ state: value === "open" ? null : value })}
          data={STATES.map((value) => ({ value, label: t(value) }))}
        />
        <BranchFilter branchId={branchId} choose={(chosen) => change({ branchId: chosen })} />
        {isOfReport && (
          <Button
            variant="default"
            fw={400}
            rightSection={<IconX size={14} aria-label={t("whenever")} />}
            onClick={() =>
              change(Object.fromEntries(Object.keys(counted).map((name) => [name, null])))
            }
          >
            {days ? t("raised-on", { days: format.dayRange(days) }) : t("of-report")}
          </Button>
        )}
        <Checkbox
          label={t("mine")}
          checked={ownerId !== null}
          onChange={(event) => change({ mine: event.currentTarget.checked ? "yes" : null })}
        />
      </Group>
      {error && !rows ? (
        <Failure error={error} retry={query.refetch} />
      ) : (
        <Box className="surface">
          {rows?.length === 0 ? (
            <Empty title={t(`none-${state}`)} hint={t(`none-${state}-hint`)} />
          ) : (
            <RecordTable label={t("cases")} columns={columns} rows={rows} rowKey={({ id }) => id} />
          )}
          <More
            shown={rows?.length ?? 0}
            total={total}
            isLoading={isFetchingNextPage}
            load={hasNextPage ? () => void fetchNextPage() : null}
          />
        </Box>
      )}
      {mayEdit && <MailChoice />}
    </Page>
  );
}

const WHEN = { open: "due", closed: "closed-at", all: "due-or-closed" } as const;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** The days on which they were raised, out of the address; null: whenever. */
function useDays(): { from: string; to: string } | null {
  const { parameters } = useSearchParameters();
  const [from, to] = [parameters.get("from"), parameters.get("to")];
  return from && to && DAY.test(from) && DAY.test(to) ? { from, to } : null;
}

function useColumns(state: (typeof STATES)[number]): Column<Case>[] {
  const t = useTexts();
  const zoneOf = useZoneOf();
  const said = useSaid();
  const where = useWhere();
  return [
    {
      key: "who",
      header: t("guest"),
      narrow: "title",
      wraps: true,
      render: ({ id, answer }) => (
        <>
          <Link href={`/cases/${id}`} className="record-link">
            {answer?.customerName ?? t(answer?.isCustomer ? "a-customer" : "unknown-guest")}
          </Link>
          <Text size="sm" className="quiet any-length" lineClamp={2} maw={460}>
            {answer?.given.map(said).join(" · ")}
          </Text>
        </>
      ),
    },
    {
      key: "where",
      header: t("where"),
      wraps: true,
      render: where,
    },
    {
      key: "state",
      header: t("state"),
      narrow: "aside",
      render: (each) => <StateBadge state={each.state} />,
    },
    {
      key: "owner",
      header: t("owner"),
      render: ({ ownerName }) => ownerName ?? <span className="quiet">{t("nobody")}</span>,
    },
    {
      key: "when",
      header: t(WHEN[state]),
      render: ({ dueAt, closedAt, branchId, isLate }) => (
        <Group gap="xs" wrap="nowrap">
          <Moment at={closedAt ?? dueAt} timeZone={zoneOf(branchId)} />
          {isLate && (
            <Badge size="sm" color="red" variant="light" tt="none">
              {t("late")}
            </Badge>
          )}
        </Group>
      ),
    },
  ];
}
