import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { useSessionColumns } from "../../../shell/session-columns.tsx";
import type { UseSession } from "./replies.ts";
import { useTexts } from "./texts.ts";
import { Device } from "./use-devices.tsx";

/** Sessions on the Wi-Fi, the newest first. */
export function UseTable({ rows }: { rows: readonly UseSession[] | undefined }) {
  const t = useTexts();
  const columns = useColumns();
  return (
    <RecordTable label={t("sessions")} columns={columns} rows={rows} rowKey={({ id }) => id} />
  );
}

function useColumns(): Column<UseSession>[] {
  const t = useTexts();
  const columns = useSessionColumns<UseSession>();
  const place = columns.findIndex(({ key }) => key === "place");
  return columns.toSpliced(place + 1, 0, {
    key: "device",
    header: t("device"),
    render: ({ deviceMac, randomised }) => <Device mac={deviceMac} randomised={randomised} />,
  });
}
