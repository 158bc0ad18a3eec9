import { Link } from "wouter";
import { useZoneOf } from "../../../shell/branches.ts";
import { Moment } from "../../../shell/moment.tsx";
import { useRecords } from "../../../shell/paging.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { BehindFrame } from "./behind-frame.tsx";
import type { VisitsReply } from "./replies.ts";
import { useTexts } from "./texts.ts";
import { useBehind } from "./use-behind.ts";

type Visit = VisitsReply["visits"][number];

/** The visits that a number of a report counts. */
export function BehindVisits() {
  const t = useTexts();
  const columns = useColumns();
  const { filters, kind, days } = useBehind();
  const records = useRecords<Visit, "visits">({
    ...{ path: "/reports/visits", noun: "visits", filters },
  });
  const title = t(kind === "anonymous" ? "behind-anonymous" : "behind-visits");
  const summary =
    records.rows && [t("counted-visits", { count: records.total }), ...days].join(" · ");
  return (
    <BehindFrame
      title={title}
      summary={summary}
      records={records}
      file={{ name: "visits", query: filters }}
    >
      <RecordTable label={title} columns={columns} rows={records.rows} rowKey={({ id }) => id} />
    </BehindFrame>
  );
}

function useColumns(): Column<Visit>[] {
  const t = useTexts();
  const format = useFormat();
  const zoneOf = useZoneOf();
  return [
    {
      key: "customer",
      header: t("customer"),
      narrow: "title",
      wraps: true,
      // Whoever may not know who came is told no id either; a customer's visit has a number.
      render: ({ customerId, customerName, number }) =>
        customerId === null ? (
          <span className="quiet">{number === null ? t("anonymous-guest") : "–"}</span>
        ) : (
          <Link href={`/customers/${customerId}`} className="record-link">
            {customerName ?? <span className="quiet">{t("no-name")}</span>}
          </Link>
        ),
    },
    {
      key: "number",
      header: t("visit-number"),
      align: "right",
      render: ({ number }) => (number === null ? "–" : format.count(number)),
    },
    {
      key: "start",
      header: t("start"),
      narrow: "aside",
      render: ({ startedAt, branchId }) => <Moment at={startedAt} timeZone={zoneOf(branchId)} />,
    },
    {
      key: "end",
      header: t("end"),
      render: ({ endedAt, branchId }) =>
        endedAt === null ? (
          <span className="quiet">{t("still-here")}</span>
        ) : (
          <Moment at={endedAt} timeZone={zoneOf(branchId)} />
        ),
    },
    {
      key: "branch",
      header: t("branch"),
      wraps: true,
      render: ({ branchName }) => branchName ?? "–",
    },
    {
      key: "online",
      header: t("online-time"),
      align: "right",
      render: ({ connectedSeconds }) =>
        connectedSeconds ? format.duration(connectedSeconds) : "–",
    },
    {
      key: "data",
      header: t("data"),
      align: "right",
      render: ({ uploadBytes, downloadBytes }) =>
        uploadBytes + downloadBytes ? format.bytes(uploadBytes + downloadBytes) : "–",
    },
  ];
}
