import { Badge, Group, Stack, Text } from "@mantine/core";
import { Link } from "wouter";
import { Failure } from "../../../shell/failure.tsx";
import { formatPhone } from "../../../shell/format.ts";
import { Moment } from "../../../shell/moment.tsx";
import { Empty, Section } from "../../../shell/page.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { useMay } from "../../../shell/session.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import type { DeskBranch } from "./desk-page.tsx";
import { Device } from "./device.tsx";
import { type OnlineSession, useOnline } from "./replies.ts";
import { SessionActions } from "./session-actions.tsx";
import { useTexts } from "./texts.ts";

/** Who is on the Wi-Fi just now. */
export function OnlineView({ branch }: { branch: DeskBranch }) {
  const t = useTexts();
  const { data, error, refetch } = useOnline(branch.id);
  const columns = useColumns(branch, data?.seesNames ?? false);
  if (error && !data) return <Failure error={error} retry={refetch} />;
  const online = data?.sessions.filter(({ endedAt }) => endedAt === null).length;
  const title = online === undefined ? t("view-online") : t("online-count", { count: online });
  return (
    <Section title={title} flush>
      {data?.sessions.length === 0 ? (
        <Empty title={t("nobody")} hint={t("nobody-hint")} />
      ) : (
        <RecordTable
          label={t("view-online")}
          columns={columns}
          rows={data?.sessions}
          rowKey={({ id }) => id}
        />
      )}
    </Section>
  );
}

function useColumns(branch: DeskBranch, seesNames: boolean): Column<OnlineSession>[] {
  const t = useTexts();
  const format = useFormat();
  const mayEdit = useMay("wifi.edit");
  const mayTrace = useMay("wifi.trace");
  const actions: Column<OnlineSession> = {
    key: "actions",
    header: t("actions"),
    align: "right",
    render: (session) => <SessionActions session={session} branch={branch} />,
  };
  return [
    {
      key: "who",
      header: t("who"),
      wraps: true,
      narrow: "title",
      render: (session) => <Who session={session} seesNames={seesNames} />,
    },
    {
      key: "device",
      header: t("device"),
      render: ({ mac, randomised }) => <Device mac={mac} randomised={randomised} />,
    },
    {
      key: "nas",
      header: t("access-point"),
      wraps: true,
      render: ({ nasName }) => nasName ?? <span className="quiet">{t("access-point-gone")}</span>,
    },
    {
      key: "since",
      header: t("since"),
      narrow: "aside",
      render: ({ startedAt }) => <Moment at={startedAt} timeZone={branch.timeZone} />,
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
      key: "left",
      header: t("left"),
      align: "right",
      render: (session) => <Left session={session} />,
    },
    { key: "state", header: t("state"), wraps: true, render: (each) => <State session={each} /> },
    ...(mayEdit || mayTrace ? [actions] : []),
  ];
}

type Told = { session: OnlineSession };

function Who({ session, seesNames }: Told & { seesNames: boolean }) {
  const t = useTexts();
  const { customerId, name, phone } = session;
  if (!seesNames)
    return (
      <span className="quiet" title={t("name-hidden-hint")}>
        {t("name-hidden")}
      </span>
    );
  if (customerId === null) return <span className="quiet">{t("unknown-guest")}</span>;
  return (
    <Link href={`/customers/${customerId}`} className="plain-link">
      {name ?? (phone === null ? t("unknown-guest") : formatPhone(phone))}
    </Link>
  );
}

function Left({ session }: Told) {
  const t = useTexts();
  const format = useFormat();
  const { secondsLeft, bytesLeft, uploadBytesLeft, downloadBytesLeft, endedAt } = session;
  const { policyName } = session;
  if (endedAt !== null) return <span className="quiet">–</span>;
  const volume = (bytes: number | null, way = "") =>
    bytes === null ? [] : [`${way}${format.bytes(bytes)}`];
  const whole = [
    ...(secondsLeft === null ? [] : [format.duration(secondsLeft)]),
    ...volume(bytesLeft),
  ];
  const ways = [...volume(downloadBytesLeft, "↓ "), ...volume(uploadBytesLeft, "↑ ")];
  const lines = [whole, ways].filter(({ length }) => length > 0).map((each) => each.join(" · "));
  return (
    <Stack gap={0} title={t("left-hint")}>
      {lines.length === 0 && <span>{t("no-limit")}</span>}
      {lines.map((line) => (
        <span key={line}>{line}</span>
      ))}
      {policyName !== null && (
        <Text span size="xs" className="quiet">
          {policyName}
        </Text>
      )}
    </Stack>
  );
}

function State({ session }: Told) {
  const t = useTexts();
  const { endedAt, sentOff, rule } = session;
  return (
    <Group gap={6} display="inline-flex" wrap="wrap">
      {sentOff === null ? (
        <Text span size="sm">
          {t(endedAt === null ? "is-online" : "is-off")}
        </Text>
      ) : (
        <Text span size="sm" c={colourOf(sentOff.state)} role="status">
          {t(`off-${sentOff.state}`, { outcome: sentOff.outcome ?? "" })}
        </Text>
      )}
      {rule !== null && (
        <Badge variant="light" color={rule === "block" ? "red" : "gray"} tt="none">
          {t(rule === "block" ? "is-blocked" : "is-allowed")}
        </Badge>
      )}
    </Group>
  );
}

function colourOf(state: NonNullable<OnlineSession["sentOff"]>["state"]): string {
  if (state === "asked") return "dimmed";
  return state === "done" || state === "gone" ? "foyer" : "orange.9";
}
