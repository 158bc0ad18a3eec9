import { ActionIcon, Menu, Tooltip } from "@mantine/core";
import { IconDownload, IconFileSpreadsheet, IconFileText, IconHistory } from "@tabler/icons-react";
import { Link } from "wouter";
import { withQuery } from "../../../shell/api.ts";
import { useLanguage } from "../../../shell/language.tsx";
import { useMay } from "../../../shell/session.tsx";
import { useTexts } from "./texts.ts";

type ExportProps = { search: string; markId: string | null; segmentId: string | null };
const FORMS = [
  ["xlsx", IconFileSpreadsheet],
  ["csv", IconFileText],
] as const;

/** What the list shows, all pages of it, as a file; for those who may change something here. */
export function ExportButton(narrowing: ExportProps) {
  const t = useTexts();
  const { language } = useLanguage();
  if (!useMay("customers.export")) return null;
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
        <Menu.Label>{t("export")}</Menu.Label>
        {FORMS.map(([form, Icon]) => (
          <Menu.Item
            key={form}
            component="a"
            href={`/api/v1${withQuery(`/customers.${form}`, { ...narrowing, language })}`}
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
