import { Group, Stack } from "@mantine/core";
import { useZoneOf } from "../../../shell/branches.ts";
import { readDay } from "../../../shell/format.ts";
import { Moment } from "../../../shell/moment.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { findCauseText } from "./causes.ts";
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
  const format = useFormat();
  const zoneOf = useZoneOf();
  return [
    {
      key: "start",
      header: t("start"),
      narrow: "title",
      render: ({ startedAt, branchId }) => <Moment at={startedAt} timeZone={zoneOf(branchId)} />,
    },
    {
      key: "end",
      header: t("end"),
      narrow: "aside",
      render: (session) => <End session={session} />,
    },
    {
      key: "place",
      header: t("place"),
      wraps: true,
      render: ({ branchName, nasName }) => (
        <Stack gap={0}>
          <span className="two-lines">{branchName ?? "–"}</span>
          <span className="quiet two-lines">{nasName ?? t("access-point-gone")}</span>
        </Stack>
      ),
    },
    {
      key: "device",
      header: t("device"),
      render: ({ deviceMac, randomised }) => <Device mac={deviceMac} randomised={randomised} />,
    },
    {
      key: "online",
      header: t("online"),
      align: "right",
      render: ({ connectedSeconds }) =>
        connectedSeconds ? format.duration(connectedSeconds) : <span className="quiet">–</span>,
    },
    {
      key: "traffic",
      header: t("traffic"),
      align: "right",
      render: ({ downloadBytes, uploadBytes }) => (
        <span
          title={t("traffic-hint", {
            down: format.bytes(downloadBytes),
            up: format.bytes(uploadBytes),
          })}
        >
          ↓ {format.bytes(downloadBytes)} ↑ {format.bytes(uploadBytes)}
        </span>
      ),
    },
    {
      key: "cause",
      header: t("end-reason"),
      wraps: true,
      render: ({ cause, isOpen }) => <Cause cause={cause} isOpen={isOpen} />,
    },
    {
      key: "policy",
      header: t("policy"),
      wraps: true,
      render: ({ policyId, policyName }) =>
        policyName ?? (
          <span className="quiet">{policyId === null ? "–" : t("policy-removed-since")}</span>
        ),
    },
  ];
}

/** When it ended, the day only when it is another; or that it goes on. */
function End({ session }: { session: UseSession }) {
  const t = useTexts();
  const { startedAt, endedAt, isOpen, branchId } = session;
  const zone = useZoneOf()(branchId);
  if (endedAt !== null) {
    const isSameDay = readDay(new Date(startedAt), zone) === readDay(new Date(endedAt), zone);
    return <Moment at={endedAt} timeZone={zone} form={isSameDay ? "clock" : "day"} />;
  }
  if (!isOpen) return <span className="quiet">{t("end-untold")}</span>;
  return (
    <Group gap={6} wrap="nowrap" display="inline-flex">
      <span className="live-dot" data-state="live" aria-hidden />
      {t("now")}
    </Group>
  );
}

/** In words; what an access controller says of its own is shown as it says it. */
function Cause({ cause, isOpen }: { cause: string | null; isOpen: boolean }) {
  const t = useTexts();
  if (cause === null) return <span className="quiet">{isOpen ? t("goes-on") : "–"}</span>;
  const text = findCauseText(cause);
  return text ? <span title={cause}>{t(text)}</span> : <span>{cause}</span>;
}
