import { Box } from "@mantine/core";
import { Empty } from "../../../shell/page.tsx";
import { More, useRecords } from "../../../shell/paging.tsx";
import { RecordTable } from "../../../shell/record-table.tsx";
import { useMay } from "../../../shell/session.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { useCustomerColumns } from "./behind-customers.tsx";
import type { CustomersReply } from "./replies.ts";
import { ReportPage } from "./report-page.tsx";
import { useTexts } from "./texts.ts";
import { useAsked } from "./use-report.ts";

type Customer = CustomersReply["customers"][number];

/** Who came over the Wi-Fi, one by one. */
export function People() {
  const t = useTexts();
  const format = useFormat();
  const columns = useCustomerColumns();
  const mayExport = useMay("customers.export");
  const { query } = useAsked("people");
  const records = useRecords<Customer, "customers">({
    ...{ path: "/reports/customers", noun: "customers", filters: query },
  });
  const { rows, total, error, refetch } = records;
  return (
    <ReportPage
      name="people"
      summary={rows && t("summary-people", { count: total, customers: format.count(total) })}
      error={rows ? null : error}
      retry={refetch}
      files={mayExport ? [{ name: "customers", query }] : []}
    >
      <Box className="surface" style={{ opacity: records.isPlaceholderData ? 0.6 : 1 }}>
        {rows?.length === 0 ? (
          <Empty title={t("nobody-came")} />
        ) : (
          <RecordTable
            label={t("report-people")}
            columns={columns}
            rows={rows}
            rowKey={({ id }) => id}
          />
        )}
        {rows && rows.length > 0 && (
          <More
            shown={rows.length}
            total={total}
            isLoading={records.isFetchingNextPage}
            load={records.hasNextPage ? () => void records.fetchNextPage() : null}
          />
        )}
      </Box>
    </ReportPage>
  );
}
