import { Text } from "@mantine/core";
import { Empty, Section } from "../../../shell/page.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import type { AccessPointsReply } from "../schema.ts";
import { useRefusalTexts, useSayRefusal } from "./refusal-texts.ts";

type Point = AccessPointsReply["rows"][number];
type Row = Pick<Point, "branchId" | "branchName" | "id" | "name"> & Point["refusals"][number];

/** Log-ins that RADIUS refused, by access controller and reason, the most frequent first. */
export function Refusals({ rows, refused }: { rows: readonly Point[]; refused: number | null }) {
  const t = useRefusalTexts();
  const columns = useColumns();
  const told = rows
    .flatMap(({ branchId, branchName, id, name, refusals }) =>
      refusals.map((each): Row => ({ branchId, branchName, id, name, ...each })),
    )
    .toSorted((one, other) => other.count - one.count);
  return (
    <Section title={t("refused-log-ins")} hint={t("refused-hint")} flush>
      {refused === null && (
        <Text size="sm" className="quiet" p="md">
          {t("refused-of-nobody")}
        </Text>
      )}
      {refused !== null && told.length === 0 && (
        <Empty title={t("no-refusals")} hint={t("no-refusals-hint")} />
      )}
      {told.length > 0 && (
        <RecordTable
          label={t("refused-log-ins")}
          columns={columns}
          rows={told}
          rowKey={({ branchId, id, reason }) => `${branchId} ${id} ${reason}`}
        />
      )}
    </Section>
  );
}

function useColumns(): Column<Row>[] {
  const t = useRefusalTexts();
  const say = useSayRefusal();
  const format = useFormat();
  return [
    {
      ...{ key: "reason", header: t("reason"), narrow: "title", wraps: true },
      render: ({ reason }) => say(reason),
    },
    {
      ...{ key: "name", header: t("access-controller"), wraps: true },
      render: ({ name }) => name ?? <span className="quiet">{t("unknown")}</span>,
    },
    { key: "branch", header: t("branch"), render: ({ branchName }) => branchName },
    {
      ...{ key: "times", header: t("times"), align: "right", narrow: "aside" },
      render: ({ count }) => format.count(count),
    },
  ];
}
