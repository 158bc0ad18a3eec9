import { useZoneOf } from "../../../shell/branches.ts";
import { Moment } from "../../../shell/moment.tsx";
import { useRecords } from "../../../shell/paging.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { BehindFrame } from "./behind-frame.tsx";
import { CustomerName } from "./customer-name.tsx";
import type { WaysInReply } from "./replies.ts";
import { useTexts } from "./texts.ts";
import { useBehind } from "./use-behind.ts";
import { useWayInName } from "./ways-in.ts";

type WayIn = WaysInReply["waysIn"][number];

/** The times guests came online that a number of a report counts. */
export function BehindWaysIn() {
  const t = useTexts();
  const columns = useColumns();
  const { filters, days } = useBehind();
  const records = useRecords<WayIn, "waysIn">({
    ...{ path: "/reports/ways-in", noun: "waysIn", filters },
  });
  const title = t("behind-ways-in");
  const summary =
    records.rows && [t("counted-ways-in", { count: records.total }), ...days].join(" · ");
  return (
    <BehindFrame title={title} summary={summary} records={records} file={null}>
      <RecordTable label={title} columns={columns} rows={records.rows} rowKey={({ id }) => id} />
    </BehindFrame>
  );
}

function useColumns(): Column<WayIn>[] {
  const t = useTexts();
  const zoneOf = useZoneOf();
  const nameOf = useWayInName();
  return [
    {
      ...{ key: "customer", header: t("customer"), narrow: "title", wraps: true },
      render: ({ customerId, customerName }) => (
        <CustomerName id={customerId} name={customerName} />
      ),
    },
    {
      ...{ key: "at", header: t("online-at"), narrow: "aside" },
      render: ({ at, branchId }) => <Moment at={at} timeZone={zoneOf(branchId)} />,
    },
    { key: "method", header: t("method"), render: ({ method }) => nameOf(method) },
    {
      ...{ key: "branch", header: t("branch"), wraps: true },
      render: ({ branchName }) => branchName ?? "–",
    },
  ];
}
