import { Box, Button } from "@mantine/core";
import { IconUsersPlus } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { Failure } from "../../../shell/failure.tsx";
import { Empty, Page } from "../../../shell/page.tsx";
import { More } from "../../../shell/paging.tsx";
import { useMay } from "../../../shell/session.tsx";
import { FileMenu, type ReportFile } from "./file-menu.tsx";
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
  /** Where a segment of such customers begins; null: no segment asks for what tells them apart. */
  segment?: string | null;
  children: ReactNode;
};

/** What a number counts, row by row. */
export function BehindFrame(props: BehindFrameProps) {
  const { title, summary, records, file, segment, children } = props;
  const t = useTexts();
  const [mayExport, mayGroup] = [useMay("customers.export"), useMay("segments.edit")];
  const { rows, total, isTotalExact } = records;
  return (
    <Page
      title={title}
      summary={summary}
      parent={{ path: "/", label: t("back") }}
      actions={
        <>
          {segment && mayGroup && (
            <Button
              component={Link}
              href={segment}
              variant="default"
              leftSection={<IconUsersPlus size={16} stroke={1.7} />}
            >
              {t("segment-of-these")}
            </Button>
          )}
          {file && mayExport && <FileMenu files={[file]} />}
        </>
      }
    >
      {records.error && !rows ? (
        <Failure error={records.error} retry={records.refetch} />
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
