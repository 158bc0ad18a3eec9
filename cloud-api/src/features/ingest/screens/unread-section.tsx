import { Text } from "@mantine/core";
import { useBranchChoices } from "../../../shell/branches.ts";
import { Moment } from "../../../shell/moment.tsx";
import { Empty, Section } from "../../../shell/page.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import type { Unread } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** What boxes sent and nobody could read: kept as it came. */
export function UnreadSection({ events, total }: { events: Unread[] | undefined; total: number }) {
  const t = useTexts();
  const columns = useColumns();
  return (
    <Section title={t("unread")} hint={t("unread-hint")} flush>
      {events?.length === 0 ? (
        <Empty title={t("nothing-unread")} hint={t("nothing-unread-hint")} />
      ) : (
        <RecordTable label={t("unread")} columns={columns} rows={events} rowKey={({ id }) => id} />
      )}
      {events && total > events.length && (
        <Text size="sm" className="quiet record-row">
          {t("newest-shown", { shown: events.length, count: total })}
        </Text>
      )}
    </Section>
  );
}

function useColumns(): Column<Unread>[] {
  const t = useTexts();
  const branches = useBranchChoices();
  return [
    {
      key: "branch",
      header: t("branch"),
      narrow: "title",
      wraps: true,
      render: ({ branchId }) => (
        <b>{branches.find(({ id }) => id === branchId)?.name ?? t("gone-branch")}</b>
      ),
    },
    {
      key: "reason",
      header: t("reason"),
      wraps: true,
      render: ({ reason }) => (
        <Text size="xs" ff="monospace" className="any-length">
          {reason}
        </Text>
      ),
    },
    {
      key: "received",
      header: t("received"),
      narrow: "aside",
      render: ({ receivedAt }) => <Moment at={receivedAt} />,
    },
  ];
}
