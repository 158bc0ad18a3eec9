import { Box } from "@mantine/core";
import type { ReactNode } from "react";
import { Empty, Page } from "../../../shell/page.tsx";
import { More } from "../../../shell/paging.tsx";
import { useMay } from "../../../shell/session.tsx";
import { PRINTED_ROWS_MAX } from "../rules.ts";
import { FileMenu, type ReportFile } from "./file-menu.tsx";
import { Refused } from "./refused.tsx";
import { SegmentButton } from "./segment-button.tsx";
import { useTexts } from "./texts.ts";

type BehindFrameProps = {
  title: string;
  summary: string | undefined;
  records: {
    rows: readonly unknown[] | undefined;
    total: number;
    isTotalExact: boolean;
    error: Error | null;
    refetch: () => unknown;
    isFetchingNextPage: boolean;
    hasNextPage: boolean;
    fetchNextPage: () => unknown;
    isPlaceholderData: boolean;
  };
  /** As the API calls the list; null: it leaves as none. */
  file: ReportFile | null;
  /** What it was asked for, word by word, where it is of customers or of their visits. */
  list?: Readonly<Record<string, string>>;
  children: ReactNode;
};

/** What a number counts, row by row. */
export function BehindFrame(props: BehindFrameProps) {
  const { title, summary, records, file, list, children } = props;
  const t = useTexts();
  const [mayExport, mayGroup] = [useMay("customers.export"), useMay("segments.edit")];
  const { rows, total, isTotalExact } = records;
  const isTooLongToPrint = !isTotalExact || total > PRINTED_ROWS_MAX;
  return (
    <Page
      title={title}
      summary={summary}
      parent={{ path: "/", label: t("back") }}
      actions={
        <>
          {list && mayGroup && <SegmentButton list={list} />}
          {file && mayExport && <FileMenu files={[{ ...file, isTooLongToPrint }]} />}
        </>
      }
    >
      {records.error && !rows ? (
        <Refused error={records.error} retry={records.refetch} />
      ) : (
        <Box className="surface" style={{ opacity: records.isPlaceholderData ? 0.6 : 1 }}>
          {rows?.length === 0 ? <Empty title={t("nobody")} hint={t("nobody-hint")} /> : children}
          {rows && rows.length > 0 && (
            <More
              shown={rows.length}
              total={total}
              isTotalExact={isTotalExact}
              isLoading={records.isFetchingNextPage}
              load={records.hasNextPage ? () => void records.fetchNextPage() : null}
            />
          )}
        </Box>
      )}
    </Page>
  );
}
