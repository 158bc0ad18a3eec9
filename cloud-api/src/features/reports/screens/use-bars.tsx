import { Text } from "@mantine/core";
import type { ReactNode } from "react";
import { Section } from "../../../shell/page.tsx";
import { ShareBars } from "../../../shell/share-bars.tsx";
import { useTexts } from "./texts.ts";
import { keyOfPlace } from "./use-columns.tsx";

type UseBarsProps<Row> = {
  title: string;
  hint: string;
  nameHeader: string;
  countHeader: string;
  /** Absent: not there yet. */
  rows: readonly Row[] | undefined;
  countOf: (row: Row) => number;
  total: number;
  /** What is shown is of what was asked before. */
  isFormer: boolean;
  source: ReactNode;
};

type Place = Parameters<typeof keyOfPlace>[0] & { name: string | null; branchName: string | null };

/** What stands at a branch beside the others of its kind, as shares of a whole. */
export function UseBars<Row extends Place>({
  title,
  hint,
  rows,
  countOf,
  isFormer,
  source,
  ...bars
}: UseBarsProps<Row>) {
  const t = useTexts();
  return (
    <Section title={title} hint={hint}>
      <div style={{ opacity: isFormer ? 0.55 : 1 }} aria-busy={!rows || undefined}>
        <ShareBars
          caption={title}
          shares={(rows ?? []).map((row) => ({
            key: keyOfPlace(row),
            name: `${row.name ?? t("unknown")} · ${row.branchName ?? ""}`,
            count: countOf(row),
          }))}
          {...bars}
        />
      </div>
      <Text size="xs" className="quiet" mt="xs">
        {source}
      </Text>
    </Section>
  );
}
