import { Badge, Box, Button, Group, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { Failure } from "../../../shell/failure.tsx";
import { Empty, Page } from "../../../shell/page.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { useMay } from "../../../shell/session.tsx";
import { OwnFieldDialog } from "./own-field-dialog.tsx";
import type { OwnField } from "./replies.ts";
import { useTexts } from "./texts.ts";
import { useLabel, useOwnFields } from "./use-own-fields.ts";

type Opened = { field: OwnField | null } | null;

/** The fields that the company made up for its customers. */
export function OwnFieldList() {
  const t = useTexts();
  const mayChange = useMay("customers.fields");
  const { data: fields, error, refetch } = useOwnFields();
  const [opened, setOpened] = useState<Opened>(null);
  const columns = useColumns(mayChange ? (field) => setOpened({ field }) : null);
  const add = mayChange && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setOpened({ field: null })}>
      {t("add-field")}
    </Button>
  );
  return (
    <Page title={t("own-fields")} summary={t("own-fields-hint")} actions={add}>
      {error && !fields ? (
        <Failure error={error} retry={refetch} />
      ) : (
        <Box className="surface">
          {fields?.length === 0 ? (
            <Empty title={t("no-own-fields")} hint={t("no-own-fields-hint")} action={add} />
          ) : (
            <RecordTable
              label={t("own-fields")}
              columns={columns}
              rows={fields}
              rowKey={({ key }) => key}
            />
          )}
        </Box>
      )}
      <OwnFieldDialog opened={opened} close={() => setOpened(null)} />
    </Page>
  );
}

function Use({ word }: { word: string }) {
  return (
    <Badge size="sm" variant="light" tt="none" fw={500}>
      {word}
    </Badge>
  );
}

function useColumns(change: ((field: OwnField) => void) | null): Column<OwnField>[] {
  const t = useTexts();
  const say = useLabel();
  const columns: Column<OwnField>[] = [
    {
      key: "label",
      header: t("name"),
      narrow: "title",
      wraps: true,
      render: (field) => (
        <Group gap="xs">
          <Text size="sm" fw={550}>
            {say(field.label)}
          </Text>
          {field.searchable && <Use word={t("used-search")} />}
          {field.openToCustomers && <Use word={t("used-open")} />}
          {field.archivedAt && (
            <Badge size="sm" variant="default" tt="none" fw={500}>
              {t("archived")}
            </Badge>
          )}
        </Group>
      ),
    },
    { key: "kind", header: t("field-kind"), render: ({ kind }) => t(`kind-${kind}`) },
    {
      key: "choices",
      header: t("choices"),
      wraps: true,
      render: ({ choices }) =>
        choices.length > 0 ? (
          <span className="two-lines">{choices.map(({ label }) => say(label)).join(", ")}</span>
        ) : (
          <span className="quiet">–</span>
        ),
    },
    {
      key: "key",
      header: t("field-key"),
      render: ({ key }) => (
        <Text span size="xs" ff="monospace">
          {key}
        </Text>
      ),
    },
  ];
  if (change)
    columns.push({
      key: "change",
      header: "",
      align: "right",
      narrow: "aside",
      render: (field) => (
        <Button
          variant="default"
          size="compact-sm"
          aria-label={t("change-field", { name: say(field.label) })}
          onClick={() => change(field)}
        >
          {t("change")}
        </Button>
      ),
    });
  return columns;
}
