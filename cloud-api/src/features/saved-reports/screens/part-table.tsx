import { Button, Group, Text } from "@mantine/core";
import { useState } from "react";
import { meanOf } from "../../../shell/change.ts";
import { useShellTexts } from "../../../shell/language.tsx";
import { Section } from "../../../shell/page.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { ChangeWords } from "./change-words.tsx";
import {
  listRemarks,
  type Measure,
  nameKeys,
  numbersOf,
  orderRows,
  type PartRow,
  wholeOf,
} from "./measures.ts";
import type { PartProps } from "./part-section.tsx";
import { useTexts } from "./texts.ts";
import { useNameCell, useRowWords, useSayMeasure } from "./use-cell-words.ts";

const ROWS_SHOWN = 12;

type PartTableProps = PartProps & { measure: Measure };
type Shown = { row: PartRow; isWhole: boolean };

/** The numbers of one column in rows: now, of what share, before, and by how much they changed. */
export function PartTable(props: PartTableProps) {
  const t = useTexts();
  const { part, measure, isStale } = props;
  const [isOpen, setOpen] = useState(false);
  const columns = useColumns(props);
  const rows = orderRows(part, measure);
  const whole = wholeOf(part, measure);
  const shown: Shown[] = (isOpen ? rows : rows.slice(0, ROWS_SHOWN)).map((row) => ({
    ...{ row, isWhole: false },
  }));
  if (whole) shown.push({ row: toRow(part, measure, whole), isWhole: true });
  const left = rows.length - ROWS_SHOWN;
  return (
    <Section title={t("numbers-of", { part: part.title })} hint={measure.name} flush>
      <div style={{ opacity: isStale ? 0.55 : 1 }} aria-busy={isStale || undefined}>
        <RecordTable
          label={t("numbers-of", { part: part.title })}
          columns={columns}
          rows={shown}
          rowKey={({ row, isWhole }) => `${isWhole} ${rows.indexOf(row)}`}
        />
        {left > 0 && (
          <Group px="md" py="sm" className="record-foot" justify="space-between">
            <Text size="sm" className="quiet">
              {isOpen ? "" : t("more-rows", { count: left })}
            </Text>
            <Button variant="default" size="compact-md" onClick={() => setOpen(!isOpen)}>
              {t(isOpen ? "show-fewer" : "show-all")}
            </Button>
          </Group>
        )}
      </div>
    </Section>
  );
}

/** What all rows come to, as a row that has no other number. */
function toRow(
  { columns }: PartProps["part"],
  { at }: Measure,
  { now, before }: NonNullable<ReturnType<typeof wholeOf>>,
): PartRow {
  const place = (value: number | null) => columns.map((_, index) => (index === at ? value : null));
  return { cells: place(now), before: before === null ? null : place(before), rise: null };
}

function useColumns({ part, unit, measure, names }: PartTableProps): Column<Shown>[] {
  const t = useTexts();
  const shell = useShellTexts();
  const format = useFormat();
  const say = useSayMeasure()(measure);
  const nameRow = useRowWords(part, unit);
  const nameCell = useNameCell(unit);
  const whole = wholeOf(part, measure);
  const number = (value: number | null) =>
    value === null ? <span className="quiet">–</span> : say(value);
  const columns: Column<Shown>[] = [
    {
      ...{ key: "of", header: nameKeys(part) },
      ...{ narrow: "title", wraps: true },
      render: ({ row, isWhole }) =>
        isWhole ? <b>{shell("chart-total")}</b> : nameRow(row.cells).long || t("no-name"),
    },
    {
      ...{ key: "now", header: names.now, align: "right", narrow: "aside" },
      render: ({ row }) => <b>{number(numbersOf(row, measure).now)}</b>,
    },
  ];
  if (measure.addsUp && whole)
    columns.push({
      ...{ key: "share", header: shell("share"), align: "right" },
      render: ({ row }) => {
        const share = meanOf(numbersOf(row, measure).now ?? 0, whole.now ?? 0);
        return share === null ? <span className="quiet">–</span> : format.share(share);
      },
    });
  if (names.before !== null)
    columns.push(
      {
        ...{ key: "before", header: names.before, align: "right" },
        render: ({ row }) => number(numbersOf(row, measure).before),
      },
      {
        ...{ key: "change", header: t("change"), align: "right" },
        render: ({ row }) => (
          <ChangeWords
            numbers={numbersOf(row, measure)}
            rise={row.rise ?? measure.rise}
            {...{ measure, say }}
          />
        ),
      },
    );
  for (const at of listRemarks(part))
    columns.push({
      ...{ key: part.columns[at] ?? "", header: part.heads[at] ?? "", wraps: true },
      render: ({ row }) => nameCell(part.columns[at] ?? "", row.cells[at] ?? null).long,
    });
  return columns;
}
