import { meanOf } from "../../../shell/change.ts";
import { NumberLink } from "../../../shell/number-link.tsx";
import { Section } from "../../../shell/page.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import type { AccessPointsReply } from "../schema.ts";
import { Refusals } from "./refusals.tsx";
import { ReportPage } from "./report-page.tsx";
import { useSource } from "./source.tsx";
import { useTexts } from "./texts.ts";
import { UseBars } from "./use-bars.tsx";
import { behind, keyOfPlace, ShareOfSessions, useUseColumns } from "./use-columns.tsx";
import { useReport } from "./use-report.ts";

type Row = AccessPointsReply["rows"][number];

/** How the network holds, access controller by access controller. */
export function AccessPoints() {
  const t = useTexts();
  const source = useSource();
  const format = useFormat();
  const columns = useColumns();
  const report = useReport<AccessPointsReply>("access-points");
  const { data, error, refetch, isPlaceholderData, asked } = report;
  const { lost = 0, sessions = 0 } = data?.total ?? {};
  const share = meanOf(lost, sessions);
  return (
    <ReportPage
      name="access-points"
      summary={
        share === null ? undefined : t("summary-access-points", { share: format.share(share) })
      }
      error={data ? null : error}
      retry={refetch}
      files={[{ name: "access-points", query: asked.query }]}
    >
      <UseBars
        {...{ title: t("chart-lost"), unit: t("unit-lost") }}
        {...{ nameHeader: t("access-controller"), countHeader: t("lost") }}
        rows={data?.rows}
        countOf={(row) => row.lost}
        opensOf={({ opens }) => opens.lost}
        total={lost}
        opens={data?.total.opens.lost}
        isStale={isPlaceholderData}
        source={source(data?.freshness, asked.zone)}
      />
      <Section title={t("network-health")} hint={t("use-hint")} flush>
        <RecordTable
          label={t("network-health")}
          columns={columns}
          rows={data?.rows}
          rowKey={keyOfPlace}
        />
      </Section>
      {data && <Refusals rows={data.rows} refused={data.total.refused} />}
    </ReportPage>
  );
}

function useColumns(): Column<Row>[] {
  const t = useTexts();
  const format = useFormat();
  const columns = useUseColumns<Row>(t("access-controller"));
  return [
    ...columns,
    {
      ...{ key: "lost", header: t("lost"), align: "right" },
      render: ({ lost, sessions, opens }) => (
        <ShareOfSessions count={lost} sessions={sessions} opens={opens.lost} />
      ),
    },
    {
      ...{ key: "short", header: t("short"), align: "right" },
      render: ({ short, sessions, opens }) => (
        <ShareOfSessions count={short} sessions={sessions} opens={opens.short} />
      ),
    },
    {
      ...{ key: "refused", header: t("refused"), align: "right" },
      render: ({ refused }) => (refused === null ? "–" : format.count(refused)),
    },
    {
      ...{ key: "going", header: t("going"), align: "right" },
      render: ({ going, opens }) => (
        <NumberLink href={behind(going, opens.going)}>{format.count(going)}</NumberLink>
      ),
    },
  ];
}
