import { Anchor, Box } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { api, withQuery } from "../../../shell/api.ts";
import { Failure } from "../../../shell/failure.tsx";
import { useLanguage } from "../../../shell/language.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { Empty, NothingHere, Page } from "../../../shell/page.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { useMay } from "../../../shell/session.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import type { ExportListReply } from "../schema.ts";
import { useTexts } from "./texts.ts";
import { useExportColumns } from "./use-export-columns.ts";

type Taken = ExportListReply["exports"][number];

/** Who took customers away as a file, the newest first. */
export function ExportList() {
  const t = useTexts();
  const mayExport = useMay("customers.export");
  const columns = useColumns();
  const { data, error, refetch } = useQuery({
    queryKey: ["customer-exports"],
    queryFn: ({ signal }) => api.get<ExportListReply>("/customer-exports", signal),
    select: ({ exports }) => exports,
    enabled: mayExport,
  });
  if (!mayExport) return <NothingHere />;
  return (
    <Page
      title={t("exports")}
      summary={t("exports-summary")}
      parent={{ path: "/customers", label: t("customers") }}
    >
      {error && !data ? (
        <Failure error={error} retry={refetch} />
      ) : (
        <Box className="surface">
          {data?.length === 0 ? (
            <Empty title={t("exports-none")} hint={t("exports-none-hint")} />
          ) : (
            <RecordTable
              label={t("exports")}
              columns={columns}
              rows={data}
              rowKey={({ id }) => id}
            />
          )}
        </Box>
      )}
    </Page>
  );
}

function useColumns(): Column<Taken>[] {
  const t = useTexts();
  const format = useFormat();
  const { language } = useLanguage();
  const sayWhich = ({ search, markId, segmentId, narrowed }: Taken) => {
    const parts = [
      ...(narrowed && "report" in narrowed ? [t("export-report")] : []),
      ...(narrowed && "visits" in narrowed ? [t("export-visits")] : []),
      ...(search ? [t("export-search", { search })] : []),
      ...(markId ? [t("export-mark")] : []),
      ...(segmentId ? [t("export-segment")] : []),
    ];
    return parts.join(" · ") || t("export-all");
  };
  const { data: known } = useExportColumns(true);
  const headers = new Map(known?.offered.map(({ key, header }) => [key, header[language]]));
  const sayColumns = (columns: Taken["columns"]) =>
    columns?.map((key) => headers.get(key) ?? key).join(", ") ?? "–";
  return [
    {
      key: "who",
      header: t("export-who"),
      narrow: "title",
      wraps: true,
      render: ({ staffName }) => <b>{staffName ?? "–"}</b>,
    },
    { key: "when", header: t("export-when"), render: ({ at }) => <Moment at={at} /> },
    {
      key: "which",
      header: t("export-which"),
      wraps: true,
      render: (taken) => {
        const { search, markId, segmentId } = taken;
        return (
          <Anchor
            component={Link}
            href={withQuery("/customers", { search, markId, segmentId })}
            size="sm"
          >
            {sayWhich(taken)}
          </Anchor>
        );
      },
    },
    {
      key: "columns",
      header: t("export-held"),
      wraps: true,
      render: ({ columns }) => <span className="quiet">{sayColumns(columns)}</span>,
    },
    {
      key: "rows",
      header: t("export-rows"),
      align: "right",
      render: ({ customers }) =>
        customers === null ? (
          <span className="quiet">{t("export-broke")}</span>
        ) : (
          format.count(customers)
        ),
    },
  ];
}
