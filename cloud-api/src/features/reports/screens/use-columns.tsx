import { meanOf } from "../../../shell/change.ts";
import type { Column } from "../../../shell/record-table.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import type { PoliciesReply } from "../schema.ts";
import { useTexts } from "./texts.ts";

type Use = Omit<PoliciesReply["rows"][number], "timedOut">;

export const keyOfPlace = ({ branchId, id }: Pick<Use, "branchId" | "id">) =>
  `${branchId} ${id ?? ""}`;

/** What was used by or through something of a branch. */
export function useUseColumns<Row extends Use>(header: string): Column<Row>[] {
  const t = useTexts();
  const format = useFormat();
  return [
    {
      ...{ key: "name", header, narrow: "title", wraps: true },
      render: ({ name }) => name ?? <span className="quiet">{t("unknown")}</span>,
    },
    { key: "branch", header: t("branch"), render: ({ branchName }) => branchName },
    {
      ...{ key: "sessions", header: t("sessions"), align: "right", narrow: "aside" },
      render: ({ sessions }) => format.count(sessions),
    },
    {
      ...{ key: "customers", header: t("customers"), align: "right" },
      render: ({ customers }) => format.count(customers),
    },
    {
      ...{ key: "online", header: t("online-a-session"), align: "right" },
      render: ({ connectedSeconds, sessions }) =>
        format.duration(meanOf(connectedSeconds, sessions)),
    },
    {
      ...{ key: "data", header: t("data"), align: "right" },
      render: ({ uploadBytes, downloadBytes }) => format.bytes(uploadBytes + downloadBytes),
    },
  ];
}
