import { useZoneOf } from "../../../shell/branches.ts";
import { Moment } from "../../../shell/moment.tsx";
import { useRecords } from "../../../shell/paging.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { BehindFrame } from "./behind-frame.tsx";
import { CustomerName } from "./customer-name.tsx";
import type { VisitsReply } from "./replies.ts";
import { type TextKey, useTexts } from "./texts.ts";
import { useBehind } from "./use-behind.ts";

type Visit = VisitsReply["visits"][number];

/** The visits that a number of a report counts. */
export function BehindVisits() {
  const t = useTexts();
  const columns = useColumns();
  const { filters, kind, days } = useBehind();
  const moment = useMoment(filters);
  const records = useRecords<Visit, "visits", Pick<VisitsReply, "leavesAsFile">>({
    ...{ path: "/reports/visits", noun: "visits", filters },
  });
  const title = t(moment ? "behind-present" : (TITLES[kind ?? ""] ?? "behind-visits"));
  const said = records.isTotalExact ? "counted-visits" : "counted-more-visits";
  const leaves = records.data?.pages.every((page) => page.leavesAsFile) ?? false;
  const summary =
    records.rows &&
    [t(said, { count: records.total }), ...days, ...(moment ? [moment] : [])].join(" · ");
  return (
    <BehindFrame
      title={title}
      summary={summary}
      records={records}
      list={filters}
      file={leaves ? { name: "visits", query: filters } : null}
    >
      <RecordTable label={title} columns={columns} rows={records.rows} rowKey={keyOf} />
    </BehindFrame>
  );
}

/** Who was there in several hours stands there for each. */
const keyOf = ({ id, day, hour }: Visit) => `${id} ${day} ${hour}`;

const TITLES: Readonly<Record<string, TextKey>> = {
  anonymous: "behind-anonymous",
  again: "behind-again",
  departed: "behind-departed",
  there: "behind-there",
};

/** The moment at which they were there, on the clock of their branch; null: none is asked for. */
function useMoment({ presentAt, branchIds }: Readonly<Record<string, string>>): string | null {
  const t = useTexts();
  const format = useFormat();
  const zone = useZoneOf()(branchIds ?? "");
  if (!presentAt || Number.isNaN(Date.parse(presentAt))) return null;
  return t("present-at", { time: format.clock(presentAt, zone) });
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
      // A customer's visit has a number, for whoever may not know whose it is as well.
      render: ({ customerId, customerName, number }) => (
        <CustomerName
          id={customerId}
          name={customerName}
          {...(number === null && { unknown: t("anonymous-guest") })}
        />
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
          <span className="quiet">{t("not-over")}</span>
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
