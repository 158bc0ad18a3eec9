import { ActionIcon, Menu, Tooltip } from "@mantine/core";
import { IconDownload, IconFileSpreadsheet, IconFileText, IconHistory } from "@tabler/icons-react";
import { Link } from "wouter";
import { withQuery } from "../../../shell/api.ts";
import { useLanguage } from "../../../shell/language.tsx";
import { useMay } from "../../../shell/session.tsx";
import { useTexts } from "./texts.ts";

type ExportProps = {
  search: string;
  markId: string | null;
  segmentId: string | null;
  tree: string | null;
  /** Of the list only these; none: all of it. */
  ids: readonly string[];
};
/** As many as an address holds; of more the whole list is taken. */
const IDS_MAX = 100;
const FORMS = [
  ["xlsx", IconFileSpreadsheet],
  ["csv", IconFileText],
] as const;

/** What the list shows, all pages of it, as a file; for those who may change something here. */
export function ExportButton({ ids, ...narrowing }: ExportProps) {
  const t = useTexts();
  const { language } = useLanguage();
  if (!useMay("customers.export")) return null;
  const isChosen = ids.length > 0 && ids.length <= IDS_MAX;
  const query = { ...narrowing, ids: isChosen ? ids.join(",") : null, language };
  return (
    <Menu position="bottom-end" shadow="md" width={240}>
      <Tooltip label={t("export-hint")} withArrow multiline maw={260}>
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label={t("export")}>
            <IconDownload size={18} />
          </ActionIcon>
        </Menu.Target>
      </Tooltip>
      <Menu.Dropdown>
        <Menu.Label>
          {isChosen ? t("export-chosen", { count: ids.length }) : t("export")}
        </Menu.Label>
        {FORMS.map(([form, Icon]) => (
          <Menu.Item
            key={form}
            component="a"
            href={`/api/v1${withQuery(`/customers.${form}`, query)}`}
            download
            leftSection={<Icon size={16} />}
          >
            {t(`export-${form}`)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item
          component={Link}
          href="/customers/exports"
          leftSection={<IconHistory size={16} />}
        >
          {t("exports")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
