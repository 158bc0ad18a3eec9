import { Badge, Group, Stack, Text, Tooltip } from "@mantine/core";
import { useZoneOf } from "../../../shell/branches.ts";
import { Since } from "../../../shell/moment.tsx";
import type { Customer } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** What it is and what it runs, in words. */
function nameDevice(
  { form, system }: Customer["devices"][number],
  t: ReturnType<typeof useTexts>,
): string {
  const name = system ? t(`system-${system}`) : "";
  return form ? t("described", { form: t(`form-${form}`), system: name }) : name;
}

export function Devices({ customer }: { customer: Customer }) {
  const t = useTexts();
  const { devices, source } = customer;
  const zone = useZoneOf()(source.branchId);
  if (devices.length === 0)
    return (
      <Text size="sm" className="quiet">
        {t("no-devices")}
      </Text>
    );
  return (
    <Stack gap="xs">
      {devices.map((device) => (
        <Group key={device.id} justify="space-between" gap="xs" align="baseline">
          <Group gap="xs">
            {device.system && <Text size="sm">{nameDevice(device, t)}</Text>}
            <Text size="sm" ff="monospace" {...(device.system ? { className: "quiet" } : {})}>
              {device.mac ?? "–"}
            </Text>
            {device.randomised && (
              <Tooltip label={t("randomised-hint")} multiline maw={260} withArrow>
                <Badge size="sm" variant="default" tt="none" fw={500}>
                  {t("randomised")}
                </Badge>
              </Tooltip>
            )}
          </Group>
          <Text component="div" size="xs" className="quiet">
            {t("last-seen")} <Since at={device.lastSeenAt} timeZone={zone} />
          </Text>
        </Group>
      ))}
    </Stack>
  );
}
