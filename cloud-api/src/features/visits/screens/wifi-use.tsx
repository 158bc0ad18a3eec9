import { Box, Button, Group, SimpleGrid, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, withQuery } from "../../../shell/api.ts";
import { useNow } from "../../../shell/clock.ts";
import { Failure } from "../../../shell/failure.tsx";
import { addDays, readDay } from "../../../shell/format.ts";
import { Empty, Section } from "../../../shell/page.tsx";
import { More, useRecords } from "../../../shell/paging.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { type Days, RangeFilter } from "./range-filter.tsx";
import type { UseSession, WifiUse } from "./replies.ts";
import { useTexts } from "./texts.ts";
import { DeviceTable, ShortMac } from "./use-devices.tsx";
import { UseTable } from "./use-table.tsx";

const FIRST_DAYS = 30;

/** On a customer's page: what they did with the Wi-Fi over some days, session by session. */
export function CustomerWifiUse({ id }: { id: string }) {
  const t = useTexts();
  const today = readDay(useNow());
  const [days, setDays] = useState<Days>({ from: addDays(today, 1 - FIRST_DAYS), to: today });
  const [deviceId, setDeviceId] = useState<string | null>(null);
  const use = useQuery({
    queryKey: ["wifi-use", id, days],
    queryFn: ({ signal }) => api.get<WifiUse>(withQuery(`/customers/${id}/wifi-use`, days), signal),
    placeholderData: (before) => before,
    meta: { live: true },
  });
  const { data, error } = use;
  const device = data?.devices.find((each) => each.deviceId === deviceId) ?? null;
  if (error && !data) return <Failure error={error} retry={use.refetch} />;
  return (
    <Section
      title={t("wifi-use")}
      hint={t("wifi-use-hint")}
      actions={
        <RangeFilter
          days={days}
          choose={(chosen) => {
            setDays(chosen);
            setDeviceId(null);
          }}
          timeZone={undefined}
        />
      }
      flush
    >
      <Box style={{ opacity: use.isPlaceholderData ? 0.6 : 1 }}>
        {data?.sessions === 0 ? (
          <NoSessions days={days} showAll={() => setDays({ from: null, to: null })} />
        ) : (
          <Stack gap="md" pt="xs">
            <Sums use={data} />
            {data && data.devices.length > 1 && (
              <DeviceTable devices={data.devices} chosenId={deviceId} choose={setDeviceId} />
            )}
            {device && (
              <Group gap="xs" px="md" role="status">
                <Text size="sm">{t("sessions-of-device")}</Text>
                <ShortMac mac={device.deviceMac} />
                <Button variant="default" size="compact-sm" onClick={() => setDeviceId(null)}>
                  {t("all-devices")}
                </Button>
              </Group>
            )}
            <Sessions id={id} days={days} deviceId={deviceId} />
          </Stack>
        )}
      </Box>
    </Section>
  );
}

function NoSessions({ days, showAll }: { days: Days; showAll: () => void }) {
  const t = useTexts();
  if (days.from === null && days.to === null) return <Empty title={t("no-sessions")} />;
  return (
    <Empty
      title={t("no-sessions-then")}
      action={
        <Button variant="default" onClick={showAll}>
          {t("all-days")}
        </Button>
      }
    />
  );
}

/** The answer before the list that it is counted from. */
function Sums({ use }: { use: WifiUse | undefined }) {
  const t = useTexts();
  const format = useFormat();
  const bytes = use && { down: use.downloadBytes, up: use.uploadBytes };
  const sums = [
    { label: t("sessions"), figure: use && format.count(use.sessions) },
    { label: t("online"), figure: use && format.duration(use.connectedSeconds) },
    { label: t("download"), figure: bytes && format.bytes(bytes.down) },
    { label: t("upload"), figure: bytes && format.bytes(bytes.up) },
    { label: t("devices"), figure: use && format.count(use.devices.length) },
  ];
  return (
    <SimpleGrid component="dl" cols={{ base: 2, xs: 3, sm: 5 }} spacing="sm" px="md" m={0}>
      {sums.map(({ label, figure }) => (
        <Box key={label}>
          <Text component="dt" size="sm" className="quiet">
            {label}
          </Text>
          <Text component="dd" fw={650} fz="lg" m={0} className="figure">
            {figure ?? <Skeleton height={24} width={64} />}
          </Text>
        </Box>
      ))}
    </SimpleGrid>
  );
}

function Sessions({ id, days, deviceId }: { id: string; days: Days; deviceId: string | null }) {
  const records = useRecords<UseSession, "sessions">({
    path: `/customers/${id}/sessions`,
    noun: "sessions",
    filters: { ...days, deviceId },
  });
  const { rows, total } = records;
  if (records.error && !rows) return <Failure error={records.error} retry={records.refetch} />;
  return (
    <Box style={{ opacity: records.isPlaceholderData ? 0.6 : 1 }}>
      <UseTable rows={rows} />
      {rows && rows.length > 0 && (
        <More
          shown={rows.length}
          total={total}
          isLoading={records.isFetchingNextPage}
          load={records.hasNextPage ? records.fetchNextPage : null}
        />
      )}
    </Box>
  );
}
