import { Failure } from "../../../shell/failure.tsx";
import { Empty, Section } from "../../../shell/page.tsx";
import { More, useRecords } from "../../../shell/paging.tsx";
import { Panels } from "../../../shell/panels.tsx";
import type { Visit } from "./replies.ts";
import { useTexts } from "./texts.ts";
import { VisitTable } from "./visit-table.tsx";

/** On a customer's page: every visit they made. */
export function CustomerVisits({ id }: { id: string }) {
  const t = useTexts();
  const records = useRecords<Visit, "visits">({ path: `/customers/${id}/visits`, noun: "visits" });
  const { rows, total } = records;
  if (records.error && !rows) return <Failure error={records.error} retry={records.refetch} />;
  return (
    <Section
      title={t("every-visit")}
      hint={rows && t("visits-counted", { count: total })}
      actions={<Panels place="report" id={`/customers/${id}`} />}
      flush
    >
      {rows?.length === 0 ? (
        <Empty title={t("no-visits-of-customer")} />
      ) : (
        <VisitTable rows={rows} without={["customer"]} />
      )}
      {rows && rows.length > 0 && (
        <More
          shown={rows.length}
          total={total}
          isLoading={records.isFetchingNextPage}
          load={records.hasNextPage ? records.fetchNextPage : null}
        />
      )}
    </Section>
  );
}
