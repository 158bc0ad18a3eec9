import { Section } from "../../../shell/page.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import type { PoliciesReply } from "../schema.ts";
import { ReportPage } from "./report-page.tsx";
import { useSource } from "./source.tsx";
import { useTexts } from "./texts.ts";
import { UseBars } from "./use-bars.tsx";
import { keyOfPlace, ShareOfSessions, useUseColumns } from "./use-columns.tsx";
import { useReport } from "./use-report.ts";

type Row = PoliciesReply["rows"][number];

/** What guests used under which access policy. */
export function Policies() {
  const t = useTexts();
  const source = useSource();
  const columns = useColumns();
  const { data, error, refetch, isPlaceholderData, asked } = useReport<PoliciesReply>("policies");
  return (
    <ReportPage
      name="policies"
      error={data ? null : error}
      retry={refetch}
      files={[{ name: "policies", query: asked.query }]}
    >
      <UseBars
        {...{ title: t("chart-policies"), unit: t("unit-sessions") }}
        {...{ nameHeader: t("policy"), countHeader: t("sessions") }}
        rows={data?.rows}
        countOf={(row) => row.sessions}
        opensOf={({ opens }) => opens.sessions}
        total={data?.total.sessions ?? 0}
        opens={data?.total.opens.sessions}
        isStale={isPlaceholderData}
        source={source(data?.freshness, asked.zone)}
      />
      <Section title={t("use-of-policies")} hint={t("use-hint")} flush>
        <RecordTable
          label={t("use-of-policies")}
          columns={columns}
          rows={data?.rows}
          rowKey={keyOfPlace}
        />
      </Section>
    </ReportPage>
  );
}

function useColumns(): Column<Row>[] {
  const t = useTexts();
  const columns = useUseColumns<Row>(t("policy"));
  return [
    ...columns,
    {
      ...{ key: "timed", header: t("timed-out"), align: "right" },
      render: ({ timedOut, sessions, opens }) => (
        <ShareOfSessions count={timedOut} sessions={sessions} opens={opens.timedOut} />
      ),
    },
  ];
}
