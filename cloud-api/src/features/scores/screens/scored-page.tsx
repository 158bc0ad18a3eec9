import { Box } from "@mantine/core";
import { Link } from "wouter";
import { Failure } from "../../../shell/failure.tsx";
import { formatPhone } from "../../../shell/format.ts";
import { Moment } from "../../../shell/moment.tsx";
import { Empty, Page } from "../../../shell/page.tsx";
import { More, useRecords } from "../../../shell/paging.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import { useFormat } from "../../../shell/use-format.ts";
import { STANDINGS } from "../rules.ts";
import type { ScoredReply } from "../schema.ts";
import { useTexts } from "./texts.ts";

type Scored = ScoredReply["customers"][number];

/** The customers whom a number of the grid counts. */
export function ScoredPage() {
  const t = useTexts();
  const format = useFormat();
  const columns = useColumns();
  const { parameters } = useSearchParameters();
  const records = useRecords<Scored, "customers">({
    ...{ path: "/scores/customers", noun: "customers", filters: Object.fromEntries(parameters) },
  });
  const { rows, total, error, refetch } = records;
  const standing = STANDINGS.find((each) => each === parameters.get("standing"));
  const title = standing ? t(`standing-${standing}`) : t("behind-grid");
  return (
    <Page
      title={title}
      summary={rows && t("customers-counted", { count: total, customers: format.count(total) })}
      parent={{ path: "/scores/grid", label: t("grid") }}
    >
      {error && !rows ? (
        <Failure error={error} retry={refetch} />
      ) : (
        <Box className="surface" style={{ opacity: records.isPlaceholderData ? 0.6 : 1 }}>
          {rows?.length === 0 ? (
            <Empty title={t("nobody")} hint={t("nobody-hint")} />
          ) : (
            <RecordTable label={title} columns={columns} rows={rows} rowKey={({ id }) => id} />
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
      )}
    </Page>
  );
}

function useColumns(): Column<Scored>[] {
  const t = useTexts();
  const format = useFormat();
  return [
    {
      ...{ key: "name", header: t("name"), narrow: "title", wraps: true },
      render: ({ id, name }) => (
        <Link href={`/customers/${id}`} className="record-link">
          {name ?? <span className="quiet">{t("no-name")}</span>}
        </Link>
      ),
    },
    {
      ...{ key: "phone", header: t("phone") },
      render: ({ phone }) => (phone ? formatPhone(phone) : <span className="quiet">–</span>),
    },
    {
      ...{ key: "visits", header: t("visits-counted"), align: "right" },
      render: ({ visits }) => format.count(visits),
    },
    { key: "last", header: t("last-visit"), render: ({ lastAt }) => <Moment at={lastAt} /> },
    {
      ...{ key: "points", header: t("points-of-parts"), align: "right" },
      render: ({ length, recency, frequency }) => `${length} · ${recency} · ${frequency}`,
    },
  ];
}
