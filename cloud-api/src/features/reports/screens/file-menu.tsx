import { Button, Menu } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { withQuery } from "../../../shell/api.ts";
import { useLanguage } from "../../../shell/language.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { PRINTED_ROWS_MAX } from "../rules.ts";
import { useTexts } from "./texts.ts";

/** A table of the API's that can be taken away, with the same filters as the page. */
export type ReportFile = {
  /** As the API calls it: `heat-map`. */
  name: string;
  /** Absent where it is the page's only one. */
  label?: string;
  query: Record<string, string | null>;
  /** No list of so many rows leaves as pages. */
  isTooLongToPrint?: boolean;
};

const FORMS = ["csv", "xlsx", "pdf"] as const;

/** The numbers of a page as a file, in the reader's language. */
export function FileMenu({ files }: { files: readonly ReportFile[] }) {
  const t = useTexts();
  return (
    <Menu position="bottom-end" shadow="md" withinPortal>
      <Menu.Target>
        <Button
          variant="default"
          fw={400}
          leftSection={<IconDownload size={16} />}
          flex={{ base: "1 1 auto", xs: "none" }}
        >
          {t("download")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {files.flatMap((file) =>
          FORMS.map((form) => <FileItem key={`${file.name}.${form}`} {...{ file, form }} />),
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

function FileItem({ file, form }: { file: ReportFile; form: (typeof FORMS)[number] }) {
  const t = useTexts();
  const format = useFormat();
  const { language } = useLanguage();
  const { name, label, query, isTooLongToPrint = false } = file;
  if (form === "pdf" && isTooLongToPrint)
    return (
      <Menu.Item disabled>
        {t("file-pdf-up-to", { count: format.count(PRINTED_ROWS_MAX) })}
      </Menu.Item>
    );
  return (
    <Menu.Item
      component="a"
      href={withQuery(`/api/v1/reports/${name}.${form}`, { ...query, file: language })}
      download
    >
      {label ? t("file-of", { label, form: form.toUpperCase() }) : t(`file-${form}`)}
    </Menu.Item>
  );
}
