import { Box, Button, FileButton, Group } from "@mantine/core";
import { IconDownload, IconUpload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { Link, useLocation } from "wouter";
import { useZoneOf } from "../../../shell/branches.ts";
import { Failure, Refusal } from "../../../shell/failure.tsx";
import { useLanguage } from "../../../shell/language.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { Empty, Page } from "../../../shell/page.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { type ImportLine, uploadFile, useImports } from "./replies.ts";
import { StateBadge } from "./state-badge.tsx";
import { useTexts } from "./texts.ts";

/** Every file that was sent, and what became of it. */
export function ImportList() {
  const t = useTexts();
  const [, go] = useLocation();
  const { data: imports, error, refetch } = useImports();
  const columns = useColumns();
  const send = useMutation({
    mutationFn: uploadFile,
    onSuccess: ({ id }) => go(`/imports/${id}`),
  });
  const take = (file: File | null) => file && send.mutate(file);
  return (
    <Page
      title={t("imports")}
      summary={imports && t("imports-summary", { count: imports.length })}
      actions={
        <>
          <SampleButton />
          <ChooseButton take={take} isSending={send.isPending} />
        </>
      }
    >
      <Refusal error={send.error} />
      {error && !imports ? (
        <Failure error={error} retry={refetch} />
      ) : (
        <Box className="surface">
          {imports?.length === 0 ? (
            <Empty
              title={t("no-imports")}
              hint={
                <>
                  {t("no-imports-hint")} {t("choose-file-hint")}
                </>
              }
            />
          ) : (
            <RecordTable
              label={t("imports")}
              columns={columns}
              rows={imports}
              rowKey={({ id }) => id}
            />
          )}
        </Box>
      )}
    </Page>
  );
}

type ChooseProps = { take: (file: File | null) => void; isSending: boolean };

function ChooseButton({ take, isSending }: ChooseProps) {
  const t = useTexts();
  return (
    <FileButton onChange={take} accept=".xlsx,.csv,.txt,.tsv,text/csv,text/plain">
      {(props) => (
        <Button {...props} loading={isSending} leftSection={<IconUpload size={16} />}>
          {t("new-import")}
        </Button>
      )}
    </FileButton>
  );
}

function SampleButton() {
  const t = useTexts();
  const { language } = useLanguage();
  return (
    <Button
      component="a"
      href={`/api/v1/imports/sample.xlsx?language=${language}`}
      download
      variant="default"
      leftSection={<IconDownload size={16} />}
    >
      {t("sample")}
    </Button>
  );
}

function useColumns(): Column<ImportLine>[] {
  const t = useTexts();
  const format = useFormat();
  const zone = useZoneOf()(null);
  return [
    {
      key: "file",
      header: t("file"),
      narrow: "title",
      wraps: true,
      render: ({ id, fileName }) => (
        <Link href={`/imports/${id}`} className="record-link">
          {fileName}
        </Link>
      ),
    },
    { key: "state", header: t("state"), render: (line) => <StateBadge state={line.state} /> },
    {
      key: "when",
      header: t("when"),
      render: ({ createdAt }) => <Moment at={createdAt} timeZone={zone} />,
    },
    ...(["new", "changed", "bad"] as const).map((figure) => ({
      key: figure,
      header: t(figure),
      align: "right" as const,
      render: ({ result, checked, state }: ImportLine) => {
        const counted = state === "finished" || state === "running" ? result : checked;
        return counted ? (
          <Group justify="flex-end">{format.count(counted[figure])}</Group>
        ) : (
          <span className="quiet">–</span>
        );
      },
    })),
  ];
}
