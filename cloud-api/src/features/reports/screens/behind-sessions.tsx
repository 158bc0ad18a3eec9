import { useRecords } from "../../../shell/paging.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { useSessionColumns } from "../../../shell/session-columns.tsx";
import { BehindFrame } from "./behind-frame.tsx";
import { CustomerName } from "./customer-name.tsx";
import type { SessionsReply } from "./replies.ts";
import { type TextKey, useTexts } from "./texts.ts";
import { useBehind } from "./use-behind.ts";

type Session = SessionsReply["sessions"][number];

const TITLES: Readonly<Record<string, TextKey>> = {
  "timed-out": "behind-timed-out",
  going: "behind-going",
  lost: "behind-lost",
  short: "behind-short",
};

/** The sessions on the Wi-Fi that a number of a report counts. */
export function BehindSessions() {
  const t = useTexts();
  const columns = useColumns();
  const { filters, days } = useBehind();
  const records = useRecords<Session, "sessions">({
    ...{ path: "/reports/sessions", noun: "sessions", filters },
  });
  const title = t(TITLES[filters.end ?? ""] ?? "behind-sessions");
  const summary =
    records.rows && [t("counted-sessions", { count: records.total }), ...days].join(" · ");
  return (
    <BehindFrame title={title} summary={summary} records={records} file={null}>
      <RecordTable label={title} columns={columns} rows={records.rows} rowKey={({ id }) => id} />
    </BehindFrame>
  );
}

function useColumns(): Column<Session>[] {
  const t = useTexts();
  return [
    {
      key: "customer",
      header: t("customer"),
      narrow: "title",
      wraps: true,
      render: ({ customerId, customerName }) => (
        <CustomerName id={customerId} name={customerName} />
      ),
    },
    ...useSessionColumns<Session>().map((column) =>
      column.key === "start" ? { ...column, narrow: "line" as const } : column,
    ),
  ];
}
