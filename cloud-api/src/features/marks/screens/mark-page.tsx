import { Button, Group, SimpleGrid } from "@mantine/core";
import { IconPencil, IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "wouter";
import { Failure } from "../../../shell/failure.tsx";
import { Empty, Page, Section } from "../../../shell/page.tsx";
import { Panels } from "../../../shell/panels.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { useMay } from "../../../shell/session.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { Action } from "./action.tsx";
import { GroupTree } from "./group-tree.tsx";
import { NameDialog, type Opened, RemoveDialog } from "./mark-dialogs.tsx";
import { MoveTier } from "./move-tier.tsx";
import { type Mark, type Noun, useMarks } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** The groups, tiers and tags of the company, and how many customers have each. */
export function MarkPage() {
  const t = useTexts();
  return (
    <Page title={t("title")} summary={t("summary")}>
      <GroupTree />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg" style={{ alignItems: "start" }}>
        <MarkList noun="tiers" />
        <MarkList noun="tags" />
      </SimpleGrid>
      <Panels place="tags" />
    </Page>
  );
}

function MarkList({ noun }: { noun: Noun }) {
  const t = useTexts();
  const mayChange = useMay("marks.edit");
  const { data, error, refetch } = useMarks(noun);
  const [opened, setOpened] = useState<Opened>(null);
  const columns = useColumns(noun, mayChange ? setOpened : null);
  const addLabel = t(`add-to-${noun}`);
  const add = mayChange && (
    <Button
      size="xs"
      leftSection={<IconPlus size={14} />}
      style={{ flexShrink: 0 }}
      onClick={() => setOpened({ kind: "add", parent: null })}
    >
      {addLabel}
    </Button>
  );
  if (error && !data) return <Failure error={error} retry={refetch} />;
  return (
    <Section title={t(noun)} hint={t(`${noun}-hint`)} actions={add} flush>
      {data?.length === 0 ? (
        <Empty title={t(`no-${noun}`)} hint={t(`no-${noun}-hint`)} />
      ) : (
        <RecordTable label={t(noun)} columns={columns} rows={data} rowKey={(mark) => mark.id} />
      )}
      <NameDialog noun={noun} opened={opened} close={() => setOpened(null)} />
      <RemoveDialog noun={noun} opened={opened} close={() => setOpened(null)} />
    </Section>
  );
}

function useColumns(noun: Noun, open: ((opened: Opened) => void) | null): Column<Mark>[] {
  const t = useTexts();
  const format = useFormat();
  const columns: Column<Mark>[] = [
    {
      key: "name",
      header: t("name"),
      narrow: "title",
      wraps: true,
      render: (mark) => <b>{mark.name}</b>,
    },
    {
      key: "customers",
      header: t("customers"),
      align: "right",
      render: (mark) => (
        <Link href={`/customers?markId=${mark.id}`} className="plain-link">
          {format.count(mark.customers)}
        </Link>
      ),
    },
  ];
  if (!open) return columns;
  return [
    ...columns,
    {
      key: "actions",
      header: "",
      align: "right",
      narrow: "aside",
      render: (mark) => (
        <Group gap={4} justify="flex-end" wrap="nowrap">
          {noun === "tiers" && <MoveTier tier={mark} />}
          <Action
            label={t("rename-name", { name: mark.name })}
            onClick={() => open({ kind: "rename", mark })}
          >
            <IconPencil size={15} />
          </Action>
          <Action
            label={t("remove-name", { name: mark.name })}
            onClick={() => open({ kind: "remove", mark })}
          >
            <IconTrash size={15} />
          </Action>
        </Group>
      ),
    },
  ];
}
