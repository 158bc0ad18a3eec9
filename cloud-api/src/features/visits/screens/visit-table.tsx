import { Badge, Group, Text } from "@mantine/core";
import { Link } from "wouter";
import { useZoneOf } from "../../../shell/branches.ts";
import { useNow } from "../../../shell/clock.ts";
import { countSecondsSince, formatPhone, readDay } from "../../../shell/format.ts";
import { Moment } from "../../../shell/moment.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { useMay } from "../../../shell/session.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { Whose } from "../../../shell/whose.tsx";
import { Disconnect } from "./disconnect.tsx";
import { linkToVisits } from "./filters.ts";
import type { Visit } from "./replies.ts";
import { useTexts } from "./texts.ts";

export type VisitColumn =
  | "customer"
  | "number"
  | "start"
  | "end"
  | "branch"
  | "device"
  | "online"
  | "traffic";

type VisitTableProps = {
  rows: readonly Visit[] | undefined;
  /** Columns that would say the same in every row, or too much. */
  without?: readonly VisitColumn[];
};

/** Visits, newest first: who, when from and to, where, on what, how long and how much. */
export function VisitTable({ rows, without = [] }: VisitTableProps) {
  const t = useTexts();
  const columns = useColumns(without.includes("customer"));
  return (
    <RecordTable
      label={t("visits")}
      columns={columns.filter((column) => !without.includes(column.key))}
      rows={rows}
      rowKey={(visit) => visit.id}
    />
  );
}

function useColumns(isOneCustomer: boolean): (Column<Visit> & { key: VisitColumn })[] {
  const t = useTexts();
  const format = useFormat();
  const zoneOf = useZoneOf();
  return [
    {
      key: "customer",
      header: t("customer"),
      narrow: "title",
      wraps: true,
      render: (visit) => <Visitor visit={visit} />,
    },
    {
      key: "number",
      header: t("number"),
      align: "right",
      render: (visit) => <VisitNumber visit={visit} />,
    },
    {
      key: "start",
      header: t("start"),
      narrow: isOneCustomer ? "title" : "aside",
      render: (visit) => <Moment at={visit.startedAt} timeZone={zoneOf(visit.branchId)} />,
    },
    { key: "end", header: t("end"), render: (visit) => <End visit={visit} /> },
    {
      key: "branch",
      header: t("branch"),
      wraps: true,
      render: (visit) => (
        <Link href={linkToVisits({ branchIds: [visit.branchId] })} className="plain-link two-lines">
          {visit.branchName ?? "–"}
        </Link>
      ),
    },
    {
      key: "device",
      header: t("device"),
      narrow: isOneCustomer ? "line" : "none",
      render: (visit) => (
        <Text span size="xs" ff="monospace">
          {visit.deviceMac ?? "–"}
        </Text>
      ),
    },
    {
      key: "online",
      header: t("online"),
      align: "right",
      // A session that goes on may not have told its usage yet.
      render: (visit) => (visit.connectedSeconds ? format.duration(visit.connectedSeconds) : "–"),
    },
    {
      key: "traffic",
      header: t("traffic"),
      align: "right",
      narrow: isOneCustomer ? "line" : "none",
      render: (visit) => <Traffic visit={visit} />,
    },
  ];
}

function Visitor({ visit }: { visit: Visit }) {
  const t = useTexts();
  const { customerPhone } = visit;
  // Without a name the number tells them apart.
  const number = customerPhone ? formatPhone(customerPhone) : t("no-name");
  return (
    <Whose
      row={visit}
      nameless={<span className="quiet figure">{number}</span>}
      nobody={t("anonymous-guest")}
    />
  );
}

function VisitNumber({ visit }: { visit: Visit }) {
  const t = useTexts();
  const format = useFormat();
  if (visit.number === null) return <span className="quiet">–</span>;
  const hint =
    visit.numberAtBranch !== null
      ? t("number-at-branch", { count: visit.numberAtBranch, branch: visit.branchName ?? "–" })
      : undefined;
  if (visit.number > 1) return <span title={hint}>{format.count(visit.number)}</span>;
  return (
    <Badge size="sm" variant="light" tt="none" fw={600} title={hint} miw="max-content">
      {t("first-visit")}
    </Badge>
  );
}

/** When it ended, the day only when it is another; or how long the guest has been here. */
function End({ visit }: { visit: Visit }) {
  const t = useTexts();
  const format = useFormat();
  const zone = useZoneOf()(visit.branchId);
  const now = useNow();
  const mayChange = useMay("visits.disconnect");
  if (visit.endedAt !== null) {
    const isSameDay =
      readDay(new Date(visit.startedAt), zone) === readDay(new Date(visit.endedAt), zone);
    return <Moment at={visit.endedAt} timeZone={zone} form={isSameDay ? "clock" : "day"} />;
  }
  if (!visit.hereNow)
    return (
      <span className="quiet" title={t("left-hint")}>
        {t("left")}
      </span>
    );
  const stay = format.duration(countSecondsSince(visit.startedAt, now));
  return (
    <Group gap={6} wrap="nowrap" display="inline-flex">
      <span className="live-dot" data-state="live" aria-hidden />
      {t("here-for", { duration: stay })}
      {mayChange && <Disconnect visit={visit} />}
    </Group>
  );
}

function Traffic({ visit }: { visit: Visit }) {
  const t = useTexts();
  const format = useFormat();
  const hint = t("traffic-hint", {
    down: format.bytes(visit.downloadBytes),
    up: format.bytes(visit.uploadBytes),
  });
  const bytes = visit.downloadBytes + visit.uploadBytes;
  return <span title={hint}>{bytes ? format.bytes(bytes) : "–"}</span>;
}
