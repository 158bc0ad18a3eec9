import { Anchor, Stack, Text } from "@mantine/core";
import { Suspense, useState } from "react";
import { toldParts } from "../../../shell/collect.ts";
import { Moment } from "../../../shell/moment.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { type Line, listLines, partOf, spellPath, titleOf, verbOf } from "./changes.ts";
import { type Entry, useKindName, useLineWords } from "./replies.ts";
import { useTexts } from "./texts.ts";

const LINES_SHOWN = 4;

type EntryTableProps = {
  rows: readonly Entry[] | undefined;
  /** What records are called, by id. */
  names: ReadonlyMap<string, string>;
  choose: (change: Record<string, string | null>) => void;
};

export function EntryTable({ rows, ...told }: EntryTableProps) {
  const t = useTexts();
  return (
    <RecordTable
      label={t("title")}
      columns={useColumns(told)}
      rows={rows}
      rowKey={(entry) => entry.id}
    />
  );
}

function useColumns({ names, choose }: Omit<EntryTableProps, "rows">): Column<Entry>[] {
  const t = useTexts();
  const nameKind = useKindName();
  return [
    { key: "at", header: t("when"), render: ({ at }) => <Moment at={at} /> },
    {
      key: "who",
      header: t("who"),
      wraps: true,
      narrow: "title",
      render: (entry) => <b>{entry.actorName ?? t("unknown")}</b>,
    },
    {
      key: "what",
      header: t("what"),
      wraps: true,
      render: (entry) => (
        <Stack gap={0}>
          <span title={entry.action}>{t(verbOf(entry), { record: nameKind(entry.kind) })}</span>
          <b className="any-length">{titleOf(entry, names)}</b>
          {entry.recordId && (
            <Anchor
              component="button"
              size="xs"
              ta="left"
              onClick={() => choose({ kind: entry.kind, recordId: entry.recordId })}
            >
              {t("all-of-it")}
            </Anchor>
          )}
        </Stack>
      ),
    },
    {
      key: "changes",
      header: t("changes"),
      wraps: true,
      render: (entry) =>
        entry.isHidden ? (
          <Text size="xs" ta="left" className="quiet">
            {t("hidden")}
          </Text>
        ) : (
          <Changes lines={listLines(entry.before, entry.after, isToldPart)} names={names} />
        ),
    },
  ];
}

const isToldPart = (part: string) => toldParts.has(part);

/** The first few of many: a new branch has dozens. */
function Changes({ lines, names }: Pick<EntryTableProps, "names"> & { lines: readonly Line[] }) {
  const t = useTexts();
  const [isOpen, setOpen] = useState(false);
  const { wordOf, nameOf } = useLineWords(names);
  const tell = (value: string, path: string) => {
    const Part = toldParts.get(partOf(path));
    return Part ? <Part value={JSON.parse(value)} /> : nameOf(value, path);
  };
  if (lines.length === 0) return <span className="quiet">–</span>;
  const shown = isOpen ? lines : lines.slice(0, LINES_SHOWN);
  const rest = lines.length - shown.length;
  return (
    <Stack gap={2}>
      {shown.map(({ path, before, after }) => (
        <Text
          key={`${path} ${before} ${after}`}
          size="xs"
          ta="left"
          style={{ overflowWrap: "anywhere" }}
        >
          {path && <span className="quiet">{spellPath(path, wordOf)}: </span>}
          <Suspense>{before !== null && <s>{tell(before, path)}</s>}</Suspense>
          {before !== null && after !== null && " → "}
          <Suspense>{after !== null && <b>{tell(after, path)}</b>}</Suspense>
        </Text>
      ))}
      {rest > 0 && (
        <Anchor component="button" size="xs" ta="left" onClick={() => setOpen(true)}>
          {t("more-lines", { count: rest })}
        </Anchor>
      )}
    </Stack>
  );
}
