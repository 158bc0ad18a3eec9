import { Badge, Button, Group, Text, Tooltip } from "@mantine/core";
import { Since } from "../../../shell/moment.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import type { DeviceUse } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** The end of an address tells one customer's devices apart; the whole of it is in the tooltip. */
export function ShortMac({ mac }: { mac: string | null }) {
  return (
    <Text span size="xs" ff="monospace" title={mac ?? undefined}>
      {mac ? `…${mac.slice(-8)}` : "–"}
    </Text>
  );
}

/** A device by its address, and of which kind the address is. */
export function Device({ mac, randomised }: { mac: string | null; randomised: boolean }) {
  const t = useTexts();
  return (
    <Group gap={6} wrap="nowrap" display="inline-flex">
      <ShortMac mac={mac} />
      {randomised && (
        <Tooltip label={t("private-address-hint")} multiline maw={260} withArrow>
          <Badge size="sm" variant="default" tt="none" fw={500} miw="max-content">
            {t("private-address")}
          </Badge>
        </Tooltip>
      )}
    </Group>
  );
}

type DeviceTableProps = {
  devices: readonly DeviceUse[];
  chosenId: string | null;
  choose: (deviceId: string | null) => void;
};

/** What each device has used; its number of sessions opens them. */
export function DeviceTable({ devices, chosenId, choose }: DeviceTableProps) {
  const t = useTexts();
  const format = useFormat();
  const columns: Column<DeviceUse>[] = [
    {
      key: "device",
      header: t("device"),
      narrow: "title",
      render: ({ deviceMac, randomised }) => <Device mac={deviceMac} randomised={randomised} />,
    },
    {
      key: "sessions",
      header: t("sessions"),
      align: "right",
      narrow: "aside",
      render: ({ deviceId, sessions }) => (
        <Button
          variant={deviceId === chosenId ? "light" : "subtle"}
          size="compact-sm"
          aria-pressed={deviceId === chosenId}
          onClick={() => choose(deviceId === chosenId ? null : deviceId)}
        >
          {t("sessions-counted", { count: sessions })}
        </Button>
      ),
    },
    {
      key: "online",
      header: t("online"),
      align: "right",
      render: ({ connectedSeconds }) => format.duration(connectedSeconds),
    },
    {
      key: "download",
      header: t("download"),
      align: "right",
      render: ({ downloadBytes }) => format.bytes(downloadBytes),
    },
    {
      key: "upload",
      header: t("upload"),
      align: "right",
      render: ({ uploadBytes }) => format.bytes(uploadBytes),
    },
    {
      key: "last",
      header: t("last-session"),
      render: ({ lastStartedAt }) => <Since at={lastStartedAt} timeZone={undefined} />,
    },
  ];
  return (
    <RecordTable
      label={t("devices")}
      columns={columns}
      rows={devices}
      rowKey={({ deviceId }) => deviceId}
    />
  );
}
