import { Table } from "@mantine/core";
import { Link } from "wouter";
import { useFormat } from "../../../shell/use-format.ts";
import { linkToVisits, type VisitKind } from "./filters.ts";
import type { Day } from "./replies.ts";
import { sumDays } from "./series.ts";
import { useTexts } from "./texts.ts";

/** Ten days and half of the next, between the header and the sums. */
const HEIGHT = 378;

type DayTableProps = {
  days: readonly Day[];
  branchId: string | null;
  /** Read aloud only: its links are not stops of the Tab key. */
  isHidden?: boolean;
};

/** The numbers of the chart, newest day first, each opening the visits it counts. */
export function DayTable({ days, branchId, isHidden = false }: DayTableProps) {
  const t = useTexts();
  const format = useFormat();
  const totals = sumDays(days);
  const open = (day: string, kind: VisitKind | null) =>
    linkToVisits({ branchId, from: day, to: day, kind });
  const tabIndex = isHidden ? -1 : undefined;
  const cell = (count: number, href: string) => (
    <Table.Td ta="right" className="figure">
      <Link href={href} className="plain-link" tabIndex={tabIndex}>
        {format.count(count)}
      </Link>
    </Table.Td>
  );
  const table = (
    <Table
      className="record-table day-table"
      stickyHeader={!isHidden}
      verticalSpacing={5}
      borderColor="var(--foyer-line)"
    >
      <Table.Caption hidden={!isHidden}>{t("last-30-days")}</Table.Caption>
      <Table.Thead bg="var(--foyer-surface)">
        <Table.Tr>
          <Table.Th scope="col">{t("day")}</Table.Th>
          {[t("visits"), t("new-customers"), t("returning-customers"), t("anonymous-visits")].map(
            (header) => (
              <Table.Th key={header} scope="col" ta="right" style={{ whiteSpace: "normal" }}>
                {header}
              </Table.Th>
            ),
          )}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {[...days].reverse().map((day) => (
          <Table.Tr key={day.day}>
            <Table.Td className="figure">{format.day(day.day)}</Table.Td>
            {cell(day.visits, open(day.day, null))}
            {cell(day.newCustomers, open(day.day, "new"))}
            {cell(day.returningCustomers, open(day.day, "returning"))}
            {cell(day.anonymousVisits, open(day.day, "anonymous"))}
          </Table.Tr>
        ))}
      </Table.Tbody>
      <Table.Tfoot>
        <Table.Tr>
          <Table.Th scope="row">{t("sum-of-days")}</Table.Th>
          {[
            totals.visits,
            totals.newCustomers,
            totals.returningCustomers,
            totals.anonymousVisits,
          ].map((count, index) => (
            <Table.Th key={index} ta="right" className="figure">
              {format.count(count)}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Tfoot>
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
