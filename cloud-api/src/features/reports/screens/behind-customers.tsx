import { Link } from "wouter";
import { formatPhone } from "../../../shell/format.ts";
import { useRecords } from "../../../shell/paging.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { BehindFrame } from "./behind-frame.tsx";
import type { CustomersReply } from "./replies.ts";
import { useTexts } from "./texts.ts";
import { useBehind } from "./use-behind.ts";

type Customer = CustomersReply["customers"][number];

/** The customers whom a number of a report counts. */
export function BehindCustomers() {
  const t = useTexts();
  const columns = useCustomerColumns();
  const { filters, kind, days } = useBehind();
  const records = useRecords<Customer, "customers">({
    ...{ path: "/reports/customers", noun: "customers", filters },
  });
  const title =
    kind === "new" || kind === "returning" ? t(`behind-${kind}`) : t("behind-customers");
  const said = records.isTotalExact ? "counted-customers" : "counted-more-customers";
  const summary = records.rows && [t(said, { count: records.total }), ...days].join(" · ");
  return (
    <BehindFrame
      title={title}
      summary={summary}
      records={records}
      list={filters}
      file={{ name: "customers", query: filters }}
    >
      <RecordTable label={title} columns={columns} rows={records.rows} rowKey={({ id }) => id} />
    </BehindFrame>
  );
}

/** Who somebody is, and since when they come. */
export function useCustomerColumns(): Column<Customer>[] {
  const t = useTexts();
  const format = useFormat();
  return [
    {
      key: "name",
      header: t("name"),
      narrow: "title",
      wraps: true,
      render: ({ id, name }) => (
        <Link href={`/customers/${id}`} className="record-link">
          {name ?? <span className="quiet">{t("no-name")}</span>}
        </Link>
      ),
    },
    {
      key: "phone",
      header: t("phone"),
      render: ({ phone }) => (phone ? formatPhone(phone) : <span className="quiet">–</span>),
    },
    {
      key: "visits",
      header: t("visits-ever"),
      align: "right",
      render: ({ visits }) => format.count(visits),
    },
    {
      key: "first",
      header: t("first-day"),
      render: ({ firstDay }) => format.day(firstDay, "long"),
    },
    { key: "last", header: t("last-day"), render: ({ lastDay }) => format.day(lastDay, "long") },
  ];
}
