import { Text } from "@mantine/core";
import { Moment } from "../../../shell/moment.tsx";
import { Empty } from "../../../shell/page.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import type { Purge } from "./replies.ts";
import { type TextKey, useTexts } from "./texts.ts";

/** What a run removed, in words. */
export function useRemoved(): (purge: Purge) => string {
  const t = useTexts();
  return ({ outcome, removed }) => {
    if (outcome === "put-off") return t("put-off");
    const counted = Object.entries(removed)
      .filter(([, count]) => count > 0)
      .map(([what, count]) => t(`removed-${what}` as TextKey, { count }));
    const words = counted.length === 0 ? t("nothing-due") : counted.join(", ");
    return outcome === "unfinished" ? `${words} ${t("goes-on")}` : words;
  };
}

/** Each run, here and on boxes, the newest first. */
export function Purges({ purges }: { purges: readonly Purge[] | undefined }) {
  const t = useTexts();
  const say = useRemoved();
  const columns: Column<Purge>[] = [
    {
      key: "at",
      header: t("when"),
      narrow: "title",
      render: ({ at }) => <Moment at={at} />,
    },
    {
      key: "where",
      header: t("where"),
      narrow: "aside",
      render: ({ boxId, branchName }) =>
        boxId === null ? t("here") : t("on-box", { branch: branchName ?? "" }),
    },
    {
      key: "removed",
      header: t("removed"),
      wraps: true,
      render: (purge) => <Text size="sm">{say(purge)}</Text>,
    },
  ];
  if (purges?.length === 0) return <Empty title={t("no-purge-yet")} hint={t("no-purge-hint")} />;
  return (
    <RecordTable label={t("purges")} columns={columns} rows={purges} rowKey={({ id }) => id} />
  );
}
