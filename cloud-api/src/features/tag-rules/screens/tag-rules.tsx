import { ActionIcon, Button, Group, Text } from "@mantine/core";
import { IconPencil, IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "wouter";
import { Failure } from "../../../shell/failure.tsx";
import { Empty, Section } from "../../../shell/page.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { useMay } from "../../../shell/session.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { type TagRule, useTagRules } from "./replies.ts";
import { type Opened, RemoveRule, RuleDialog } from "./rule-dialogs.tsx";
import { useTexts } from "./texts.ts";

/** On the page of tags: which of them customers have by being in a segment. */
export function TagRules() {
  const t = useTexts();
  const mayChange = useMay("tag-rules.edit");
  const { data, error, refetch } = useTagRules();
  const [opened, setOpened] = useState<Opened>(null);
  const columns = useColumns(mayChange ? setOpened : null);
  const close = () => setOpened(null);
  const add = mayChange && (
    <Button
      size="xs"
      leftSection={<IconPlus size={14} />}
      style={{ flexShrink: 0 }}
      onClick={() => setOpened({ kind: "set", rule: null })}
    >
      {t("add")}
    </Button>
  );
  if (error && !data) return <Failure error={error} retry={refetch} />;
  return (
    <Section title={t("title")} hint={t("hint")} actions={add} flush>
      {data?.length === 0 ? (
        <Empty title={t("none")} hint={t("none-hint")} />
      ) : (
        <RecordTable
          label={t("title")}
          columns={columns}
          rows={data}
          rowKey={(rule) => rule.tagId}
        />
      )}
      <RuleDialog opened={opened} close={close} />
      <RemoveRule opened={opened} close={close} />
    </Section>
  );
}

function useColumns(open: ((opened: Opened) => void) | null): Column<TagRule>[] {
  const t = useTexts();
  const format = useFormat();
  const columns: Column<TagRule>[] = [
    {
      key: "tag",
      header: t("tag"),
      narrow: "title",
      wraps: true,
      render: ({ tagName, segmentId, segmentName, removes }) => (
        <>
          <b>{tagName}</b>
          <Text size="sm" className="quiet">
            {t("given-to")}{" "}
            <Link href={`/segments/${segmentId}`} className="plain-link">
              {segmentName}
            </Link>
            {" · "}
            {t(removes ? "goes" : "stays")}
          </Text>
        </>
      ),
    },
    {
      key: "customers",
      header: t("customers"),
      align: "right",
      render: ({ tagId, customers, removes }) => (
        <Link href={`/customers?markId=${tagId}`} className="plain-link">
          {removes ? format.count(customers) : "—"}
        </Link>
      ),
    },
  ];
  if (!open) return columns;
  const actions: Column<TagRule> = {
    key: "actions",
    header: "",
    align: "right",
    narrow: "aside",
    render: (rule) => (
      <Group gap={4} justify="flex-end" wrap="nowrap">
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t("change-name", { name: rule.tagName })}
          onClick={() => open({ kind: "set", rule })}
        >
          <IconPencil size={15} />
        </ActionIcon>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t("remove-name", { name: rule.tagName })}
          onClick={() => open({ kind: "remove", rule })}
        >
          <IconTrash size={15} />
        </ActionIcon>
      </Group>
    ),
  };
  return [...columns, actions];
}
