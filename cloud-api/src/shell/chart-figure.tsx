import { Box, Group, SegmentedControl, Skeleton, Text, VisuallyHidden } from "@mantine/core";
import { type ReactNode, Suspense, useRef, useState } from "react";
import { ChartLegend } from "./chart-legend.tsx";
import { type ChartSeries, isEmptyChart } from "./chart-series.ts";
import { ChartTable, type Slot } from "./chart-table.tsx";
import { useShellTexts } from "./language.tsx";
import { Empty, Section } from "./page.tsx";
import { PictureButton, savePicture } from "./picture-button.tsx";
import { lazyScreen } from "./screens.ts";
import "./chart.css";

const HEIGHT = 280;

// ECharts weighs more than the rest of the app together: it comes after everything else.
const ChartDrawing = lazyScreen(() => import("./chart-drawing.tsx"), "ChartDrawing");

export type ChartFigureProps = {
  title: string;
  /** What is counted, per what: `customers a day`. */
  unit: string;
  /** When the numbers were counted, and whether something waits to be. */
  source: ReactNode;
  /** What a slot is called, above the table: `Day`. */
  slotHeader: string;
  /** Undefined while they are fetched. */
  slots: readonly Slot[] | undefined;
  series: readonly ChartSeries[];
  /** A number with its unit, and shorter at the axis. */
  say: (value: number) => string;
  sayShort?: (value: number) => string;
  /** The numbers are seconds. */
  isTime?: boolean;
  /** Below the table, where the slots come to a sum: by key of the series. */
  totals?: Readonly<Record<string, number | null>>;
  /** What those are called where they are no sum: customers are counted once. */
  totalsLabel?: string;
  /** What those open: by key of the series. */
  totalHrefs?: Readonly<Record<string, string>>;
  /** What a number opens: by key of the series. */
  hrefOf?: (slot: Slot, key: string) => string | undefined;
  /** What a click on the drawing opens. */
  open?: (slot: Slot) => void;
  isNewestFirst?: boolean;
  /** What stands there is of the question before. */
  isStale?: boolean;
  actions?: ReactNode;
  height?: number;
};

/** A chart with its title, unit and source, and the same numbers as a table behind a switch. */
export function ChartFigure(props: ChartFigureProps) {
  const { title, unit, source, slots, series, isStale = false, actions, height = HEIGHT } = props;
  const t = useShellTexts();
  const [form, setForm] = useState("chart");
  const waiting = <Skeleton height={height} radius="md" />;
  const said = useRef<HTMLParagraphElement>(null);
  const isEmpty = slots !== undefined && isEmptyChart(series);
  return (
    <Section
      title={title}
      hint={unit}
      actions={
        <Group gap="sm" className="chart-actions">
          {actions}
          {slots && !isEmpty && !isStale && (
            <PictureButton
              take={() => takePicture({ ...props, slots, source: said.current?.textContent ?? "" })}
            />
          )}
          <SegmentedControl
            size="xs"
            aria-label={t("shown-as")}
            value={form}
            onChange={setForm}
            data={[
              { value: "chart", label: t("chart") },
              { value: "table", label: t("table") },
            ]}
          />
        </Group>
      }
    >
      {!slots && <div aria-busy="true">{waiting}</div>}
      {slots && (
        <Box style={{ opacity: isStale ? 0.55 : 1 }} aria-busy={isStale || undefined}>
          {isEmpty && <Empty title={t("chart-empty")} hint={t("chart-empty-hint")} />}
          {!isEmpty && form === "table" && <TableOf {...props} slots={slots} />}
          {!isEmpty && form === "chart" && (
            <>
              <Suspense fallback={waiting}>
                <ChartDrawing
                  height={height}
                  slots={slots.map(({ short }) => short)}
                  slotTitles={slots.map(({ long }) => long)}
                  series={series}
                  say={props.say}
                  {...(props.sayShort ? { sayShort: props.sayShort } : {})}
                  isTime={props.isTime ?? false}
                  open={openOf(props, slots)}
                />
              </Suspense>
              <ChartLegend series={series} />
              {/* The drawing says nothing to a screen reader; the same numbers do. */}
              <VisuallyHidden>
                <TableOf {...props} slots={slots} isHidden />
              </VisuallyHidden>
            </>
          )}
        </Box>
      )}
      <Text size="xs" className="quiet" mt="xs" ref={said}>
        {source}
      </Text>
    </Section>
  );
}

type Pictured = ChartFigureProps & { slots: readonly Slot[]; source: string };

async function takePicture({ title, unit, source, slots, ...props }: Pictured): Promise<void> {
  // What draws on a canvas is fetched by whoever takes a picture.
  const { pictureChart } = await import("./chart-picture.ts");
  const address = pictureChart({
    ...{ title, unit, source, series: props.series, say: props.say },
    ...(props.sayShort ? { sayShort: props.sayShort } : {}),
    slots: slots.map(({ short }) => short),
    slotTitles: slots.map(({ long }) => long),
    isTime: props.isTime ?? false,
  });
  savePicture(address, title);
}

function openOf({ open }: ChartFigureProps, slots: readonly Slot[]) {
  if (!open) return undefined;
  return (at: number) => {
    const slot = slots[at];
    if (slot) open(slot);
  };
}

function TableOf(
  props: ChartFigureProps & { slots: readonly Slot[]; isHidden?: boolean },
): ReactNode {
  const { title, slotHeader, slots, series, say, totals, hrefOf, isNewestFirst, isHidden } = props;
  return (
    <ChartTable
      caption={title}
      slotHeader={slotHeader}
      slots={slots}
      series={series}
      say={say}
      totals={totals}
      totalsLabel={props.totalsLabel}
      totalHrefs={props.totalHrefs}
      hrefOf={hrefOf}
      isNewestFirst={isNewestFirst ?? false}
      isHidden={isHidden ?? false}
    />
  );
}
