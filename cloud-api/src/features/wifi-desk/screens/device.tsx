import { Group, Text } from "@mantine/core";
import { useTexts } from "./texts.ts";

type DeviceProps = { mac: string | null; randomised: boolean };

/** A device by its address, and whether a phone made that up. */
export function Device({ mac, randomised }: DeviceProps) {
  const t = useTexts();
  if (mac === null) return <span className="quiet">{t("no-mac")}</span>;
  return (
    <Group gap={6} wrap="wrap" display="inline-flex">
      <Text span size="sm" ff="monospace" className="figure">
        {mac}
      </Text>
      {randomised && (
        <Text span size="xs" className="quiet">
          {t("made-up")}
        </Text>
      )}
    </Group>
  );
}
