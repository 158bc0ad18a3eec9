import {
  ActionIcon,
  Anchor,
  Button,
  Checkbox,
  Group,
  Popover,
  ScrollArea,
  Stack,
  Text,
  Tooltip,
} from "@mantine/core";
import { IconDownload, IconFileSpreadsheet, IconFileText } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "wouter";
import { withQuery } from "../../../shell/api.ts";
import { Failure } from "../../../shell/failure.tsx";
import { useLanguage } from "../../../shell/language.tsx";
import { useMay } from "../../../shell/session.tsx";
import { READ_AGAIN_BY } from "../rules.ts";
import type { ExportColumnsReply } from "../schema.ts";
import { useTexts } from "./texts.ts";
import { useExportColumns, useKeepExportColumns } from "./use-export-columns.ts";

type ExportProps = {
  search: string;
  markId: string | null;
  segmentId: string | null;
  tree: string | null;
  /** Of the list only these; none: all of it. */
  ids: readonly string[];
};
/** As many as an address holds. */
const IDS_MAX = 100;
const FORMS = [
  ["xlsx", IconFileSpreadsheet],
  ["csv", IconFileText],
] as const;

/** What the list shows, all pages of it, as a file; for those who may change something here. */
export function ExportButton(props: ExportProps) {
  const t = useTexts();
  const [opened, setOpened] = useState(false);
  const mayExport = useMay("customers.export");
  const { data, error, refetch } = useExportColumns(mayExport && opened);
  if (!mayExport) return null;
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      position="bottom-end"
      shadow="md"
      width={320}
      trapFocus
    >
      <Tooltip label={t("export-hint")} withArrow multiline maw={260} disabled={opened}>
        <Popover.Target>
          <ActionIcon
            variant="default"
            size={36}
            aria-label={t("export")}
            onClick={() => setOpened((before) => !before)}
          >
            <IconDownload size={18} />
          </ActionIcon>
        </Popover.Target>
      </Tooltip>
      <Popover.Dropdown aria-label={t("export")}>
        {error && !data && <Failure error={error} retry={refetch} />}
        {opened && data && <Choice {...props} known={data} done={() => setOpened(false)} />}
      </Popover.Dropdown>
    </Popover>
  );
}

type ChoiceProps = ExportProps & { known: ExportColumnsReply; done: () => void };

/** Which columns, and in which form. */
function Choice({ known, ids, done, ...narrowing }: ChoiceProps) {
  const t = useTexts();
  const { language } = useLanguage();
  const keep = useKeepExportColumns();
  const [columns, setColumns] = useState<readonly string[]>(known.columns);
  const order = known.offered.map(({ key }) => key);
  const areTooMany = ids.length > IDS_MAX;
  const query = { ...narrowing, ids: ids.join(",") || null, columns: columns.join(","), language };
  const isReadAgain = columns.some((key) => READ_AGAIN_BY.includes(key));
  const setTaken = (key: string, isTaken: boolean) => {
    const rest = columns.filter((each) => each !== key);
    const next = isTaken ? [...rest, key] : rest;
    setColumns(next.toSorted((a, b) => order.indexOf(a) - order.indexOf(b)));
  };
  const take = () => {
    keep.mutate({ columns: [...columns] });
    done();
  };
  return (
    <Stack gap="sm">
      {ids.length > 0 && (
        <Text size="sm" role="status">
          {areTooMany
            ? t("export-too-many", { count: IDS_MAX })
            : t("export-chosen", { count: ids.length })}
        </Text>
      )}
      <Group justify="space-between" gap="xs">
        <Text size="xs" className="quiet">
          {t("export-columns")}
        </Text>
        <Group gap={4}>
          <Button size="compact-xs" variant="subtle" onClick={() => setColumns(known.usual)}>
            {t("export-usual")}
          </Button>
          <Button size="compact-xs" variant="subtle" onClick={() => setColumns(order)}>
            {t("export-every")}
          </Button>
        </Group>
      </Group>
      <ScrollArea.Autosize mah="min(36vh, 340px)" type="auto">
        <Stack gap={8} role="group" aria-label={t("export-columns")}>
          {known.offered.map(({ key, header }) => (
            <Checkbox
              key={key}
              size="sm"
              label={header[language]}
              checked={columns.includes(key)}
              onChange={(event) => setTaken(key, event.currentTarget.checked)}
            />
          ))}
        </Stack>
      </ScrollArea.Autosize>
      <Text size="xs" className="quiet" role="status">
        {columns.length === 0 && t("export-none")}
        {columns.length > 0 && !isReadAgain && t("export-not-again")}
      </Text>
      {FORMS.map(([form, Icon]) => (
        <Button
          key={form}
          {...(columns.length === 0 || areTooMany
            ? { disabled: true }
            : {
                component: "a",
                href: `/api/v1${withQuery(`/customers.${form}`, query)}`,
                download: true,
                onClick: take,
              })}
          variant="default"
          leftSection={<Icon size={16} />}
        >
          {t(`export-${form}`)}
        </Button>
      ))}
      <Anchor component={Link} href="/customers/exports" size="sm">
        {t("exports")}
      </Anchor>
    </Stack>
  );
}
