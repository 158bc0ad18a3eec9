import { Group, Stack } from "@mantine/core";
import { useZoneOf } from "./branches.ts";
import { readDay } from "./format.ts";
import { type ShellTextKey, useShellTexts } from "./language.tsx";
import { Moment } from "./moment.tsx";
import type { Column } from "./record-table.tsx";
import { useFormat } from "./use-format.ts";

export type SessionRow = {
  branchId: string;
  branchName: string | null;
  nasName: string | null;
  policyId: string | null;
  policyName: string | null;
  startedAt: string | null;
  endedAt: string | null;
  isOpen: boolean;
  cause: string | null;
  connectedSeconds: number;
  uploadBytes: number;
  downloadBytes: number;
};

/** Sessions on the Wi-Fi, each with its place, use and end. */
export function useSessionColumns<Row extends SessionRow>(): Column<Row>[] {
  const t = useShellTexts();
  const format = useFormat();
  const zoneOf = useZoneOf();
  return [
    {
      key: "start",
      header: t("session-start"),
      narrow: "title",
      render: ({ startedAt, branchId }) =>
        startedAt === null ? "–" : <Moment at={startedAt} timeZone={zoneOf(branchId)} />,
    },
    {
      key: "end",
      header: t("session-end"),
      narrow: "aside",
      render: (session) => <End session={session} />,
    },
    {
      key: "place",
      header: t("session-place"),
      wraps: true,
      render: ({ branchName, nasName }) => (
        <Stack gap={0}>
          <span className="two-lines">{branchName ?? "–"}</span>
          <span className="quiet two-lines">{nasName ?? t("session-access-point-gone")}</span>
        </Stack>
      ),
    },
    {
      key: "online",
      header: t("session-online"),
      align: "right",
      render: ({ connectedSeconds }) =>
        connectedSeconds ? format.duration(connectedSeconds) : <span className="quiet">–</span>,
    },
    {
      key: "traffic",
      header: t("session-traffic"),
      align: "right",
      render: ({ downloadBytes, uploadBytes }) => (
        <span
          title={t("session-traffic-hint", {
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
      header: t("session-end-reason"),
      wraps: true,
      render: ({ cause, isOpen }) => <Cause cause={cause} isOpen={isOpen} />,
    },
    {
      key: "policy",
      header: t("session-policy"),
      wraps: true,
      render: ({ policyId, policyName }) =>
        policyName ?? (
          <span className="quiet">
            {policyId === null ? "–" : t("session-policy-removed-since")}
          </span>
        ),
    },
  ];
}

/** When it ended, the day only when it is another; or that it goes on. */
function End({ session }: { session: SessionRow }) {
  const t = useShellTexts();
  const { startedAt, endedAt, isOpen, branchId } = session;
  const zone = useZoneOf()(branchId);
  if (endedAt !== null) {
    const isSameDay =
      startedAt !== null && readDay(new Date(startedAt), zone) === readDay(new Date(endedAt), zone);
    return <Moment at={endedAt} timeZone={zone} form={isSameDay ? "clock" : "day"} />;
  }
  if (!isOpen) return <span className="quiet">{t("session-end-untold")}</span>;
  return (
    <Group gap={6} wrap="nowrap" display="inline-flex">
      <span className="live-dot" data-state="live" aria-hidden />
      {t("session-now")}
    </Group>
  );
}

/** In words; what an access controller says of its own is shown as it says it. */
function Cause({ cause, isOpen }: { cause: string | null; isOpen: boolean }) {
  const t = useShellTexts();
  if (cause === null) return <span className="quiet">{isOpen ? t("session-goes-on") : "–"}</span>;
  const text = findCauseText(cause);
  return text ? <span title={cause}>{t(text)}</span> : <span>{cause}</span>;
}

/** Why sessions end, in words (RFC 2866 §5.10, and the box's own reasons); the rest speak for themselves. */
const CAUSES = {
  "User-Request": "cause-left",
  "Lost-Carrier": "cause-lost",
  "Lost-Service": "cause-lost",
  "Lost-Contact": "cause-silent",
  "Idle-Timeout": "cause-idle",
  "Session-Timeout": "cause-time",
  "Admin-Reset": "cause-staff",
  "Admin-Reboot": "cause-reboot",
  "NAS-Reboot": "cause-reboot",
  Superseded: "cause-elsewhere",
  "credential-revoked": "cause-credential-revoked",
  "policy-ended": "cause-policy-ended",
  "policy-removed": "cause-policy-removed",
  "outside-hours": "cause-outside-hours",
  "time-used-up": "cause-time-used-up",
  "volume-used-up": "cause-volume-used-up",
  "code-withdrawn": "cause-code-withdrawn",
  "code-expired": "cause-code-expired",
} as const satisfies Record<string, ShellTextKey>;

/** Null for a word that nothing better is known for. */
function findCauseText(cause: string): ShellTextKey | null {
  return Object.hasOwn(CAUSES, cause) ? CAUSES[cause as keyof typeof CAUSES] : null;
}
