import "./marks.css";
import { ActionIcon, Button, Group, Text } from "@mantine/core";
import {
  IconChevronDown,
  IconChevronRight,
  IconCornerDownRight,
  IconFolderSymlink,
  IconPencil,
  IconPlus,
  IconTrash,
} from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "wouter";
import { Failure } from "../../../shell/failure.tsx";
import { Empty, Section } from "../../../shell/page.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { useMay } from "../../../shell/session.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { listTree, type TreeRow } from "../rules.ts";
import { Action } from "./action.tsx";
import { NameDialog, type Opened, RemoveDialog } from "./mark-dialogs.tsx";
import { MoveDialog } from "./move-group.tsx";
import { type Mark, useMarks } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** A group in its place, and what the table has to know of those below it. */
type Row = TreeRow<Mark> & { inner: number };

/** The groups as they stand in each other; a count is of all within, as the list behind it is. */
export function GroupTree() {
  const t = useTexts();
  const mayChange = useMay("marks.edit");
  const { data, error, refetch } = useMarks("groups");
  const [opened, setOpened] = useState<Opened>(null);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const fold = (id: string) => setClosed(closed.symmetricDifference(new Set([id])));
  const columns = useColumns({ closed, fold, open: mayChange ? setOpened : null });
  const add = mayChange && (
    <Button
      size="xs"
      leftSection={<IconPlus size={14} />}
      style={{ flexShrink: 0 }}
      onClick={() => setOpened({ kind: "add", parent: null })}
    >
      {t("add-to-groups")}
    </Button>
  );
  if (error && !data) return <Failure error={error} retry={refetch} />;
  const close = () => setOpened(null);
  const dialog = { noun: "groups", opened, close } as const;
  return (
    <Section title={t("groups")} hint={t("groups-hint")} actions={add} flush>
      {data?.length === 0 ? (
        <Empty title={t("no-groups")} hint={t("no-groups-hint")} />
      ) : (
        <RecordTable
          label={t("groups")}
          columns={columns}
          rows={data && listShown(data, closed)}
          rowKey={(row) => row.id}
        />
      )}
      <NameDialog {...dialog} />
      <MoveDialog groups={data ?? []} opened={opened} close={close} />
      <RemoveDialog {...dialog} />
    </Section>
  );
}

/** Without what stands below a group that was folded. */
function listShown(groups: readonly Mark[], closed: ReadonlySet<string>): Row[] {
  const hidden = new Set<string>();
  return listTree(groups).flatMap((row) => {
    const isHidden =
      row.parentId !== null && (closed.has(row.parentId) || hidden.has(row.parentId));
    if (isHidden) hidden.add(row.id);
    const inner = groups.filter(({ parentId }) => parentId === row.id).length;
    return isHidden ? [] : [{ ...row, inner }];
  });
}

type ColumnOptions = {
  closed: ReadonlySet<string>;
  fold: (id: string) => void;
  /** Null for those who may look alone. */
  open: ((opened: Opened) => void) | null;
};

function useColumns({ closed, fold, open }: ColumnOptions): Column<Row>[] {
  const t = useTexts();
  const columns: Column<Row>[] = [
    {
      key: "name",
      header: t("name"),
      narrow: "title",
      wraps: true,
      render: (row) => <Name row={row} isClosed={closed.has(row.id)} fold={() => fold(row.id)} />,
    },
    {
      key: "customers",
      header: t("customers"),
      align: "right",
      render: (row) => <Count row={row} />,
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
      render: (row) => <Actions row={row} open={open} />,
    },
  ];
}

function Name({ row, isClosed, fold }: { row: Row; isClosed: boolean; fold: () => void }) {
  const t = useTexts();
  return (
    <Group gap={6} wrap="nowrap" pl={row.depth * 22} data-depth={row.depth}>
      {row.inner > 0 ? (
        <ActionIcon
          variant="subtle"
          color="gray"
          size={24}
          style={{ flex: "none" }}
          aria-label={t(isClosed ? "unfold" : "fold", { name: row.name })}
          aria-expanded={!isClosed}
          onClick={fold}
        >
          {isClosed ? <IconChevronRight size={15} /> : <IconChevronDown size={15} />}
        </ActionIcon>
      ) : (
        <span className="tree-leaf" aria-hidden="true">
          {row.depth > 0 && <IconCornerDownRight size={14} />}
        </span>
      )}
      <b className="any-length">{row.name}</b>
    </Group>
  );
}

function Count({ row }: { row: Row }) {
  const t = useTexts();
  const format = useFormat();
  return (
    <Group gap={6} justify="flex-end" wrap="nowrap">
      {row.inner > 0 && row.customersWithin !== row.customers && (
        <Text size="xs" className="quiet" span>
          {t("itself", { count: row.customers })}
        </Text>
      )}
      <Link href={`/customers?markId=${row.id}`} className="plain-link">
        {format.count(row.customersWithin)}
      </Link>
    </Group>
  );
}

function Actions({ row, open }: { row: Row; open: (opened: Opened) => void }) {
  const t = useTexts();
  const { name } = row;
  return (
    <Group gap={4} justify="flex-end" wrap="nowrap">
      <Action label={t("add-below", { name })} onClick={() => open({ kind: "add", parent: row })}>
        <IconPlus size={15} />
      </Action>
      <Action
        label={t("rename-name", { name })}
        onClick={() => open({ kind: "rename", mark: row })}
      >
        <IconPencil size={15} />
      </Action>
      <Action label={t("move-name", { name })} onClick={() => open({ kind: "move", mark: row })}>
        <IconFolderSymlink size={15} />
      </Action>
      <Action
        label={t("remove-name", { name })}
        onClick={() => open({ kind: "remove", mark: row })}
      >
        <IconTrash size={15} />
      </Action>
    </Group>
  );
}
