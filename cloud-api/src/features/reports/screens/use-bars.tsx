import type { ReactNode } from "react";
import { screenOf } from "../../../shell/report-filters.ts";
import { ShareFigure } from "../../../shell/share-figure.tsx";
import { useTexts } from "./texts.ts";
import { keyOfPlace } from "./use-columns.tsx";

type UseBarsProps<Row> = {
  title: string;
  unit: string;
  nameHeader: string;
  countHeader: string;
  /** Absent: not there yet. */
  rows: readonly Row[] | undefined;
  countOf: (row: Row) => number;
  opensOf: (row: Row) => string;
  total: number;
  /** What the sum opens. */
  opens: string | undefined;
  /** What is shown is of what was asked before. */
  isStale: boolean;
  source: ReactNode;
};

type Place = Parameters<typeof keyOfPlace>[0] & { name: string | null; branchName: string | null };

/** What stands at a branch beside the others of its kind, as shares of a whole. */
export function UseBars<Row extends Place>({
  rows,
  countOf,
  opensOf,
  opens,
  ...figure
}: UseBarsProps<Row>) {
  const t = useTexts();
  return (
    <ShareFigure
      shares={rows?.map((row) => ({
        key: keyOfPlace(row),
        name: `${row.name ?? t("unknown")} · ${row.branchName ?? ""}`,
        count: countOf(row),
        href: screenOf(opensOf(row)),
      }))}
      totalHref={opens && screenOf(opens)}
      {...figure}
    />
  );
}
