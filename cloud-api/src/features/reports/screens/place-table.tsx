import { Anchor, Box, SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { meanOf } from "../../../shell/change.ts";
import { Delta } from "../../../shell/delta.tsx";
import { NoFigure } from "../../../shell/no-figure.tsx";
import { NumberLink } from "../../../shell/number-link.tsx";
import { Section } from "../../../shell/page.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { screenOf } from "../../../shell/report-filters.ts";
import { useFormat } from "../../../shell/use-format.ts";
import type { Asked } from "../../../shell/use-report-filters.ts";
import { riseOf } from "../rules.ts";
import { BranchesLeft } from "./branches-left.tsx";
import type { Overview, Row } from "./replies.ts";
import { useTexts } from "./texts.ts";

const ROWS_SHOWN = 8;

type PlaceTableProps = { overview: Overview | undefined; asked: Asked };

/** Branches or brands side by side, each with its share of all visits. */
export function PlaceTable({ overview, asked }: PlaceTableProps) {
  const t = useTexts();
  const [isWhole, setWhole] = useState(false);
  const columns = useColumns(overview, asked);
  const by = overview?.by ?? "branch";
  const rows = overview?.rows.toSorted((a, b) => b.figures.visits - a.figures.visits);
  return (
    <Section
      title={t(by === "brand" ? "by-brand" : "by-branch")}
      hint={t("by-branch-hint")}
      flush
      actions={
        <SegmentedControl
          size="xs"
          aria-label={t("rows-of")}
          value={by}
          onChange={(value) => asked.change({ by: value === "brand" ? "brand" : null })}
          data={[
            { value: "branch", label: t("branches") },
            { value: "brand", label: t("brands") },
          ]}
        />
      }
    >
      <RecordTable
        label={t(by === "brand" ? "by-brand" : "by-branch")}
        columns={columns}
        rows={isWhole ? rows : rows?.slice(0, ROWS_SHOWN)}
        rowKey={({ id }) => id ?? ""}
      />
      {rows && rows.length > ROWS_SHOWN && (
        <Box px="md" py="sm" className="record-foot">
          <BranchesLeft all={rows.length} shown={ROWS_SHOWN} {...{ isWhole, setWhole }} />
        </Box>
      )}
    </Section>
  );
}

function useColumns(overview: Overview | undefined, asked: Asked): Column<Row>[] {
  const t = useTexts();
  const format = useFormat();
  const all = overview?.figures.visits ?? 0;
  const opened = (address: string, words: string) => (
    <NumberLink href={screenOf(address)}>{words}</NumberLink>
  );
  return [
    {
      key: "name",
      header: t(overview?.by === "brand" ? "brand" : "branch"),
      narrow: "title",
      wraps: true,
      render: (row) => <PlaceName row={row} by={overview?.by ?? "branch"} asked={asked} />,
    },
    {
      key: "visits",
      header: t("visits"),
      align: "right",
      narrow: "aside",
      render: ({ figures, opens }) => opened(opens.visits, format.count(figures.visits)),
    },
    {
      key: "share",
      header: t("share"),
      align: "right",
      render: ({ figures }) => {
        const share = meanOf(figures.visits, all);
        return share === null ? <NoFigure why={t("none-came")} /> : format.share(share);
      },
    },
    {
      key: "customers",
      header: t("customers"),
      align: "right",
      render: ({ figures, opens }) => opened(opens.customers, format.count(figures.customers)),
    },
    {
      key: "new",
      header: t("new-customers"),
      align: "right",
      render: ({ figures, opens }) =>
        opened(opens.newCustomers, format.count(figures.newCustomers)),
    },
    {
      key: "returning",
      header: t("returning-customers"),
      align: "right",
      render: ({ figures, opens }) =>
        opened(opens.returningCustomers, format.count(figures.returningCustomers)),
    },
    {
      key: "dwell",
      header: t("dwell"),
      align: "right",
      render: ({ figures: { dwellSeconds, endedVisits } }) => {
        const stay = meanOf(dwellSeconds, endedVisits);
        return stay === null ? <NoFigure why={t("none-over")} /> : format.duration(stay);
      },
    },
    {
      key: "change",
      header: t("visits-change"),
      align: "right",
      render: ({ figures, before }) => (
        <Delta
          now={figures.visits}
          rise={riseOf("visits")}
          before={before.visits}
          said={format.count(before.visits)}
          against=""
          when={t("against-before-long")}
        />
      ),
    },
  ];
}

const NOWHERE = { brandId: null, branchIds: null, branchKind: null };

function PlaceName({ row, by, asked }: { row: Row; by: Overview["by"]; asked: Asked }) {
  const t = useTexts();
  if (row.id === null) return <span className="quiet">{t("no-brand")}</span>;
  const { id } = row;
  return (
    <Anchor
      component="button"
      type="button"
      className="record-link"
      ta="start"
      fz="inherit"
      onClick={() =>
        by === "brand"
          ? asked.change({ ...NOWHERE, brandId: id, by: null })
          : asked.change({ ...NOWHERE, branchIds: id })
      }
    >
      {row.name ?? t("no-name")}
    </Anchor>
  );
}
