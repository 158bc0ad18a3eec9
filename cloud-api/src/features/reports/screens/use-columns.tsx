import { meanOf } from "../../../shell/change.ts";
import { NoFigure } from "../../../shell/no-figure.tsx";
import { NumberLink } from "../../../shell/number-link.tsx";
import type { Column } from "../../../shell/record-table.tsx";
import { screenOf } from "../../../shell/report-filters.ts";
import { useFormat } from "../../../shell/use-format.ts";
import type { PoliciesReply } from "../schema.ts";
import { useTexts } from "./texts.ts";

type Row = PoliciesReply["rows"][number];
type Opens = Pick<Row["opens"], "sessions" | "customers">;
type Use = Omit<Row, "timedOut" | "opens"> & { opens: Opens };

/** What a number opens; nothing is behind none. */
export const behind = (count: number, opens: string): string | null =>
  count > 0 ? screenOf(opens) : null;

export const keyOfPlace = ({ branchId, id }: Pick<Use, "branchId" | "id">) =>
  `${branchId} ${id ?? ""}`;

/** How many in a hundred of the sessions ended in some way, which opens these. */
export function ShareOfSessions(of: { count: number; sessions: number; opens: string }) {
  const t = useTexts();
  const format = useFormat();
  const share = meanOf(of.count, of.sessions);
  if (share === null) return <NoFigure why={t("no-sessions")} />;
  return <NumberLink href={behind(of.count, of.opens)}>{format.share(share)}</NumberLink>;
}

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
      render: ({ sessions, opens }) => (
        <NumberLink href={behind(sessions, opens.sessions)}>{format.count(sessions)}</NumberLink>
      ),
    },
    {
      ...{ key: "customers", header: t("customers"), align: "right" },
      render: ({ customers, opens }) => (
        <NumberLink href={behind(customers, opens.customers)}>{format.count(customers)}</NumberLink>
      ),
    },
    {
      ...{ key: "online", header: t("online-a-session"), align: "right" },
      render: ({ connectedSeconds, sessions }) => {
        const online = meanOf(connectedSeconds, sessions);
        return online === null ? <NoFigure why={t("no-sessions")} /> : format.duration(online);
      },
    },
    {
      ...{ key: "data", header: t("data"), align: "right" },
      render: ({ uploadBytes, downloadBytes }) => format.bytes(uploadBytes + downloadBytes),
    },
  ];
}
