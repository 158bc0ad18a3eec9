import { ActionIcon, Badge, Button, Group, Text, Tooltip } from "@mantine/core";
import { IconPencil, IconPlus, IconSend, IconTrash } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { Failure } from "../../../shell/failure.tsx";
import { Since } from "../../../shell/moment.tsx";
import { Empty, Section } from "../../../shell/page.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { useMay } from "../../../shell/session.tsx";
import { RemoveDialog } from "./remove-dialog.tsx";
import { type Sender, useSenders } from "./replies.ts";
import { SenderDialog } from "./sender-dialog.tsx";
import { TestDialog } from "./test-dialog.tsx";
import { useTexts } from "./texts.ts";

export type Opened = { kind: "add" } | { kind: "edit" | "test" | "remove"; sender: Sender } | null;

/** What the company sends by. */
export function SenderList() {
  const t = useTexts();
  const mayChange = useMay("senders.edit");
  const { data, error, refetch } = useSenders();
  const [opened, setOpened] = useState<Opened>(null);
  const columns = useColumns(mayChange ? setOpened : null);
  const close = () => setOpened(null);
  if (error && !data) return <Failure error={error} retry={refetch} />;
  const add = mayChange && (
    <Button
      size="xs"
      leftSection={<IconPlus size={14} />}
      style={{ flexShrink: 0 }}
      onClick={() => setOpened({ kind: "add" })}
    >
      {t("add-sender")}
    </Button>
  );
  return (
    <Section title={t("senders")} hint={t("senders-hint")} actions={add} flush>
      {data?.length === 0 ? (
        <Empty title={t("no-senders")} hint={t("no-senders-hint")} />
      ) : (
        <RecordTable
          label={t("senders")}
          columns={columns}
          rows={data}
          rowKey={(sender) => sender.id}
        />
      )}
      <SenderDialog opened={opened} close={close} />
      <TestDialog
        sender={opened?.kind === "test" ? (findNow(data, opened.sender) ?? opened.sender) : null}
        close={close}
      />
      <RemoveDialog sender={opened?.kind === "remove" ? opened.sender : null} close={close} />
    </Section>
  );
}

function findNow(senders: readonly Sender[] | undefined, { id }: Sender): Sender | undefined {
  return senders?.find((sender) => sender.id === id);
}

function useColumns(open: ((opened: Opened) => void) | null): Column<Sender>[] {
  const t = useTexts();
  const columns: Column<Sender>[] = [
    {
      key: "name",
      header: t("name"),
      narrow: "title",
      wraps: true,
      render: ({ name, kind }) => (
        <>
          <b>{name}</b>
          <Text size="xs" className="quiet">
            {t(`kind-${kind}`)}
          </Text>
        </>
      ),
    },
    {
      key: "used-by",
      header: t("used-by"),
      wraps: true,
      render: ({ usedBy }) =>
        usedBy.length === 0 ? (
          <span className="quiet">{t("used-by-none")}</span>
        ) : (
          usedBy.map(({ branchName }) => branchName).join(", ")
        ),
    },
    { key: "test", header: t("last-test"), render: (sender) => <LastTest sender={sender} /> },
  ];
  if (!open) return columns;
  return [
    ...columns,
    {
      key: "actions",
      header: "",
      align: "right",
      narrow: "aside",
      render: (sender) => (
        <Group gap={4} justify="flex-end" wrap="nowrap">
          <Action
            label={t("test-name", { name: sender.name })}
            act={() => open({ kind: "test", sender })}
          >
            <IconSend size={15} />
          </Action>
          <Action
            label={t("edit-name", { name: sender.name })}
            act={() => open({ kind: "edit", sender })}
          >
            <IconPencil size={15} />
          </Action>
          <Action
            label={t("remove-name", { name: sender.name })}
            act={() => open({ kind: "remove", sender })}
          >
            <IconTrash size={15} />
          </Action>
        </Group>
      ),
    },
  ];
}

/** What came of the last message that staff sent to themselves. */
export function LastTest({ sender: { lastTest } }: { sender: Sender }) {
  const t = useTexts();
  if (!lastTest) return <span className="quiet">{t("test-none")}</span>;
  return (
    <Group gap={6} wrap="nowrap">
      <Badge variant="light" color={TEST_COLOURS[lastTest.state] ?? "gray"} tt="none">
        {t(`test-${stateOf(lastTest.state)}`)}
      </Badge>
      <Text size="xs" className="quiet">
        <Since at={lastTest.createdAt} />
      </Text>
    </Group>
  );
}

const TEST_COLOURS: Record<string, string> = {
  ...{ accepted: "green", rejected: "red", retry: "red", unknown: "orange" },
};
const STATES = ["accepted", "rejected", "retry", "unknown"] as const;

/** Waiting and claimed are one thing to whoever waits. */
export function stateOf(state: string): (typeof STATES)[number] | "waiting" {
  return STATES.find((each) => each === state) ?? "waiting";
}

function Action({ label, act, children }: { label: string; act: () => void; children: ReactNode }) {
  return (
    <Tooltip label={label} withArrow>
      <ActionIcon variant="subtle" color="gray" size="sm" aria-label={label} onClick={act}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
