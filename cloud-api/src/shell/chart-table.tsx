import { Table } from "@mantine/core";
import type { ReactNode } from "react";
import type { ChartSeries } from "./chart-series.ts";
import { useShellTexts } from "./language.tsx";
import { NumberLink } from "./number-link.tsx";

/** Ten rows and half of the next, between the header and the sums. */
const HEIGHT = 378;

export type Slot = {
  key: string;
  /** Below the axis. */
  short: string;
  /** Where there is room. */
  long: string;
  /** What has to be known of its numbers, beside its name. */
  note?: ReactNode;
};

type ChartTableProps = {
  caption: string;
  slotHeader: string;
  slots: readonly Slot[];
  series: readonly ChartSeries[];
  say: (value: number) => string;
  totals?: Readonly<Record<string, number | null>> | undefined;
  totalsLabel?: string | undefined;
  totalHrefs?: Readonly<Record<string, string>> | undefined;
  hrefOf?: ((slot: Slot, key: string) => string | undefined) | undefined;
  isNewestFirst: boolean;
  /** Read aloud only: its links are not stops of the Tab key. */
  isHidden: boolean;
};

/** The numbers of a chart, each opening what it counts. */
export function ChartTable(props: ChartTableProps) {
  const {
    caption,
    slotHeader,
    slots,
    series,
    say,
    totals,
    hrefOf,
    isNewestFirst,
    isHidden,
    totalsLabel,
    totalHrefs,
  } = props;
  const t = useShellTexts();
  const order = slots.map((slot, at) => ({ slot, at }));
  const number = (value: number | null, href: string | null | undefined) =>
    value === null ? (
      <span className="quiet">–</span>
    ) : (
      <NumberLink {...{ href, isHidden }}>{say(value)}</NumberLink>
    );
  const cell = (slot: Slot, at: number, { key, values }: ChartSeries) => {
    const value = values[at] ?? null;
    // Nothing is behind none.
    return number(value, value === 0 ? null : hrefOf?.(slot, key));
  };
  const table = (
    <Table
      className="record-table day-table"
      stickyHeader={!isHidden}
      verticalSpacing={5}
      borderColor="var(--foyer-line)"
    >
      <Table.Caption hidden={!isHidden}>{caption}</Table.Caption>
      <Table.Thead bg="var(--foyer-surface)">
        <Table.Tr>
          <Table.Th scope="col">{slotHeader}</Table.Th>
          {series.map(({ key, name }) => (
            <Table.Th key={key} scope="col" ta="right" style={{ whiteSpace: "normal" }}>
              {name}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {(isNewestFirst ? order.toReversed() : order).map(({ slot, at }) => (
          <Table.Tr key={slot.key}>
            <Table.Th scope="row" fw={400} className="figure">
              {slot.long} {slot.note}
            </Table.Th>
            {series.map((each) => (
              <Table.Td key={each.key} ta="right" className="figure">
                {cell(slot, at, each)}
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
      {totals && (
        <Table.Tfoot>
          <Table.Tr>
            <Table.Th scope="row">{totalsLabel ?? t("chart-total")}</Table.Th>
            {series.map(({ key }) => (
              <Table.Th key={key} ta="right" className="figure">
                {totals[key] !== undefined && number(totals[key], totalHrefs?.[key])}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Tfoot>
      )}
    </Table>
  );
  if (isHidden) return table;
  return (
    <Table.ScrollContainer
      minWidth={0}
      maxHeight={HEIGHT}
      // A bar that is always there says that there is more below.
      scrollAreaProps={{ type: "auto", offsetScrollbars: "y" }}
    >
      {table}
    </Table.ScrollContainer>
  );
}
