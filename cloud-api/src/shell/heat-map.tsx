import { useMediaQuery } from "@mantine/hooks";
import type { CSSProperties } from "react";
import { Link } from "wouter";
import { HEAT_STEPS, heatOf } from "./chart-colours.ts";
import { useShellTexts } from "./language.tsx";
import { NoFigure } from "./no-figure.tsx";
import "./chart.css";

/** Below this width the short side lies across. */
const NARROW = "(max-width: 47.99em)";

export type HeatAxis = readonly { key: string; short: string; long: string }[];

export type HeatMapProps = {
  caption: string;
  /** The few, down the side where there is room. */
  rows: HeatAxis;
  /** The many, across where there is room. */
  columns: HeatAxis;
  /** What stands in a cell; null: it has none. */
  numberOf: (row: string, column: string) => number | null;
  /** Why it has none, where that is to be said. */
  none?: string;
  /** The number as it stands in the cell, and as it is said. */
  sayShort: (value: number) => string;
  say: (value: number) => string;
  hrefOf?: (row: string, column: string) => string | undefined;
  /** What a cell's strength is measured by; the highest of all if not given. */
  highest?: number;
  /** Its columns go on where they are also on a phone. */
  isNeverTurned?: boolean;
  /** Its rows are called by names, which take more room than hours or days. */
  hasNames?: boolean;
  /** Sums at the end of each row and column. */
  hasSums?: boolean;
};

/** A table whose numbers are as strong as they are high: it is its own table of the same numbers. */
export function HeatMap(props: HeatMapProps) {
  const {
    caption,
    numberOf,
    hrefOf,
    sayShort,
    say,
    isNeverTurned = false,
    hasSums = false,
  } = props;
  const t = useShellTexts();
  const isNarrow = useMediaQuery(NARROW, undefined, { getInitialValueInEffect: false });
  const isTurned = isNarrow && !isNeverTurned;
  const [down, across] = isTurned ? [props.columns, props.rows] : [props.rows, props.columns];
  const read = (one: string, other: string) =>
    isTurned ? numberOf(other, one) : numberOf(one, other);
  const leads = (one: string, other: string) =>
    isTurned ? hrefOf?.(other, one) : hrefOf?.(one, other);
  const all = down.flatMap((row) => across.map((column) => read(row.key, column.key) ?? 0));
  const highest = props.highest ?? Math.max(0, ...all);
  const sumOf = (values: readonly (number | null)[]) =>
    values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
  const rowSum = (row: string) => sumOf(across.map((column) => read(row, column.key)));
  const columnSum = (column: string) => sumOf(down.map((row) => read(row.key, column)));
  return (
    <div className="heat-frame">
      <table
        className="heat"
        data-named={props.hasNames || undefined}
        style={{ "--heat-columns": across.length } as CSSProperties}
      >
        <caption className="heat-caption">{caption}</caption>
        <thead>
          <tr>
            <td />
            {across.map(({ key, short, long }) => (
              <th key={key} scope="col" aria-label={long} title={long}>
                {short}
              </th>
            ))}
            {hasSums && <th scope="col">{t("chart-total")}</th>}
          </tr>
        </thead>
        <tbody>
          {down.map((row) => (
            <tr key={row.key}>
              <th scope="row" aria-label={row.long}>
                {row.short}
              </th>
              {across.map((column) => {
                const value = read(row.key, column.key);
                if (value === null)
                  return (
                    <td key={column.key} className="heat-none">
                      {props.none && <NoFigure why={props.none} />}
                    </td>
                  );
                const href = leads(row.key, column.key);
                const title = `${row.long}, ${column.long}: ${say(value)}`;
                const words = sayShort(value);
                return (
                  <td key={column.key} className={`heat-${heatOf(value, highest)}`} title={title}>
                    {href && value > 0 ? (
                      <Link href={href} aria-label={title}>
                        {words}
                      </Link>
                    ) : (
                      <span>{words}</span>
                    )}
                  </td>
                );
              })}
              {hasSums && <td className="heat-sum">{sayShort(rowSum(row.key))}</td>}
            </tr>
          ))}
          {hasSums && (
            <tr>
              <th scope="row">{t("chart-total")}</th>
              {across.map(({ key }) => (
                <td key={key} className="heat-sum">
                  {sayShort(columnSum(key))}
                </td>
              ))}
              <td className="heat-sum">{sayShort(sumOf(all))}</td>
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}

/** From few to many, in the strengths of the cells. */
export function HeatScale({ least, most }: { least: string; most: string }) {
  return (
    <div className="heat-scale" aria-hidden>
      <span>{least}</span>
      {Array.from({ length: HEAT_STEPS }, (_, step) => (
        <i key={step} className={`heat-${step}`} />
      ))}
      <span>{most}</span>
    </div>
  );
}
