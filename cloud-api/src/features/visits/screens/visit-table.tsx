import { Badge, Group, Text } from "@mantine/core";
import { Link } from "wouter";
import { useZoneOf } from "../../../shell/branches.ts";
import { useNow } from "../../../shell/clock.ts";
import { countSecondsSince } from "../../../shell/format.ts";
import { Moment } from "../../../shell/moment.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { Disconnect } from "./disconnect.tsx";
import type { Visit } from "./replies.ts";
import { useTexts } from "./texts.ts";

type VisitTableProps = {
  rows: readonly Visit[] | undefined;
  /** On a customer's own page every row is theirs. */
  showsCustomer: boolean;
};

/** Visits, newest first: who, when from and to, where, on what, how long and how much. */
export function VisitTable({ rows, showsCustomer }: VisitTableProps) {
  const t = useTexts();
  const columns = useColumns();
  return (
    <RecordTable
      label={t("visits")}
      columns={columns.filter((column) => showsCustomer || column.key !== "customer")}
      rows={rows}
      rowKey={(visit) => visit.id}
    />
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
      render: (visit) => <Visitor visit={visit} />,
    },
    { key: "number", header: t("number"), align: "right", narrow: "none", render: showNumber },
    {
      key: "start",
      header: t("start"),
      narrow: "aside",
      render: (visit) => <Moment at={visit.startedAt} timeZone={zoneOf(visit.branchId)} />,
    },
    { key: "end", header: t("end"), render: (visit) => <End visit={visit} /> },
    { key: "branch", header: t("branch"), render: (visit) => visit.branchName },
    {
      key: "device",
      header: t("device"),
      render: (visit) => (
        <Text span size="xs" ff="monospace" style={{ whiteSpace: "nowrap" }}>
          {visit.deviceMac ?? "–"}
        </Text>
      ),
    },
    {
      key: "online",
      header: t("online"),
      align: "right",
      render: (visit) => format.duration(visit.connectedSeconds),
    },
    {
      key: "traffic",
      header: t("traffic"),
      align: "right",
      render: (visit) => <Traffic visit={visit} />,
    },
  ];

  function showNumber(visit: Visit) {
    return visit.number === null ? "–" : format.count(visit.number);
  }
}

function Visitor({ visit }: { visit: Visit }) {
  const t = useTexts();
  if (visit.customerId === null) return <span className="quiet">{t("anonymous-guest")}</span>;
  return (
    <Group gap={6} wrap="nowrap">
      <Link href={`/customers/${visit.customerId}`} className="record-link">
        {visit.customerName ?? t("no-name")}
      </Link>
      {visit.number === 1 && (
        <Badge size="xs" variant="light" tt="none">
          {t("first-visit")}
        </Badge>
      )}
    </Group>
  );
}

function End({ visit }: { visit: Visit }) {
  const t = useTexts();
  const format = useFormat();
  const zoneOf = useZoneOf();
  const now = useNow();
  if (visit.endedAt !== null)
    return <Moment at={visit.endedAt} timeZone={zoneOf(visit.branchId)} />;
  const stay = format.duration(countSecondsSince(visit.startedAt, now));
  return (
    <Group gap="xs" wrap="nowrap" justify="flex-start">
      <Group gap={6} wrap="nowrap">
        <span className="live-dot" data-state="live" aria-hidden />
        <Text span size="sm" style={{ whiteSpace: "nowrap" }}>
          {t("here-for", { duration: stay })}
        </Text>
      </Group>
      <Disconnect visit={visit} />
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
  return <span title={hint}>{format.bytes(visit.downloadBytes + visit.uploadBytes)}</span>;
}
