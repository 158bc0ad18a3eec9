import { Select } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { ChartFigure } from "../../../shell/chart-figure.tsx";
import type { ChartSeries } from "../../../shell/chart-series.ts";
import { HeatFigure } from "../../../shell/heat-figure.tsx";
import { Empty, Section } from "../../../shell/page.tsx";
import type { Unit } from "../../../shell/periods.ts";
import {
  listKeys,
  listMeasures,
  type Measure,
  nameKeys,
  numbersOf,
  orderRows,
} from "./measures.ts";
import { PartTable } from "./part-table.tsx";
import type { Part } from "./replies.ts";
import { useTexts } from "./texts.ts";
import { useNameCell, useRowWords, useSayMeasure } from "./use-cell-words.ts";

/** As many bars as a chart can name. */
const BARS_MAX = 40;
/** Two columns that span a map: hours of weekdays, months after months, points by points. */
const MAPS: readonly string[] = ["heat-map", "cohorts", "score-grid"];
/** What is down in maps that stay as they are on a narrow screen. */
const NEVER_TURNED: readonly string[] = ["month", "recencyPoints"];

export type PartProps = {
  part: Part;
  /** How long its slots are. */
  unit: Unit;
  /** When it was counted. */
  source: string;
  /** What its numbers are called, and those that they are set against; null: against nothing. */
  names: { now: string; before: string | null };
  isStale: boolean;
};

/** A table of a kept report: one of its columns at a time, drawn and in rows, beside the other days'. */
export function PartSection(props: PartProps) {
  const t = useTexts();
  const { part } = props;
  const measures = listMeasures(part);
  const [column, setColumn] = useState<string | null>(null);
  const measure = measures.find((each) => each.column === (column ?? "visits")) ?? measures[0];
  if (!measure)
    return (
      <Section title={part.title}>
        <Empty title={t("no-rows")} hint={t("no-rows-hint")} />
      </Section>
    );
  const choice = measures.length > 1 && (
    <Select
      size="xs"
      aria-label={t("measure-of", { part: part.title })}
      data={measures.map(({ column: value, name }) => ({ value, label: name }))}
      value={measure.column}
      onChange={setColumn}
      allowDeselect={false}
      w={190}
    />
  );
  return (
    <>
      {MAPS.includes(part.name) ? (
        <PartMap {...props} measure={measure} actions={choice} />
      ) : (
        <PartChart {...props} measure={measure} actions={choice} />
      )}
      <PartTable {...props} measure={measure} />
    </>
  );
}

type ChartProps = PartProps & { measure: Measure; actions: ReactNode };

function PartChart({ part, unit, source, names, isStale, measure, actions }: ChartProps) {
  const t = useTexts();
  const say = useSayMeasure()(measure);
  const nameRow = useRowWords(part, unit);
  const all = orderRows(part, measure);
  const rows = all.slice(0, BARS_MAX);
  const isTimeline = part.columns[0] === "slot";
  const numbers = rows.map((row) => numbersOf(row, measure));
  const series: ChartSeries[] = [
    {
      ...{ key: "now", name: names.now, tone: "accent", form: "bar", stack: "now" },
      values: numbers.map(({ now }) => now),
    },
  ];
  if (names.before !== null)
    series.push({
      ...{ key: "before", name: names.before, tone: "quiet" },
      ...(isTimeline ? { form: "line" } : { form: "bar", stack: "before" }),
      values: numbers.map(({ before }) => before),
    });
  const drawn = all.length > rows.length ? ` · ${t("drawn", { count: rows.length })}` : "";
  return (
    <ChartFigure
      title={part.title}
      unit={`${measure.name}${drawn}`}
      source={source}
      slotHeader={nameKeys(part)}
      slots={rows.map((row, at) => ({ key: String(at), ...nameRow(row.cells) }))}
      series={series}
      say={say}
      isTime={measure.kind === "seconds"}
      isStale={isStale}
      actions={actions}
    />
  );
}

function PartMap({ part, measure, unit, names, source, isStale, actions }: ChartProps) {
  const t = useTexts();
  const say = useSayMeasure()(measure);
  const nameCell = useNameCell(unit);
  const [down = "", across = ""] = part.columns;
  const isNeverTurned = NEVER_TURNED.includes(down);
  const [downName = "", acrossName = ""] = listKeys(part);
  const axes = isNeverTurned && t("map-axes", { down: downName, across: acrossName });
  const axisOf = (at: number, column: string) =>
    [...new Set(part.rows.map(({ cells }) => cells[at] ?? null))].map((cell) => ({
      ...{ key: String(cell), ...nameCell(column, cell) },
    }));
  const found = new Map(
    part.rows.map((row) => [`${row.cells[0]} ${row.cells[1]}`, numbersOf(row, measure).now]),
  );
  return (
    <HeatFigure
      title={part.title}
      unit={[measure.name, axes, names.now].filter(Boolean).join(" · ")}
      empty={part.rows.length === 0 && <Empty title={t("no-rows")} hint={t("no-rows-hint")} />}
      {...{ source, isStale, actions }}
      rows={axisOf(0, down)}
      columns={axisOf(1, across)}
      numberOf={(row, column) => found.get(`${row} ${column}`) ?? null}
      sayShort={say}
      say={say}
      hasNames={down === "month"}
      isNeverTurned={isNeverTurned}
    />
  );
}
