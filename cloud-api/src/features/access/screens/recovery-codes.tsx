import { Button, Code, Group, SimpleGrid, Stack, Text } from "@mantine/core";
import { CopyText, downloadText } from "../../../shell/copy-button.tsx";
import { useTexts } from "./texts.ts";

type RecoveryCodesProps = { title: string; codes: readonly string[]; done: () => void };

/** Codes for the day the phone is lost, the only time they are seen. */
export function RecoveryCodes({ title, codes, done }: RecoveryCodesProps) {
  const t = useTexts();
  const text = `${codes.join("\n")}\n`;
  return (
    <Stack gap="sm">
      <Text size="sm" fw={600}>
        {title}
      </Text>
      <Text size="sm">{t("recovery-hint")}</Text>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
        {codes.map((code) => (
          <Code key={code} className="figure">
            {code}
          </Code>
        ))}
      </SimpleGrid>
      <Group gap="xs">
        <CopyText text={text} />
        <Button
          variant="default"
          size="compact-sm"
          onClick={() => downloadText("foyer-recovery-codes.txt", text)}
        >
          {t("download")}
        </Button>
        <Button size="compact-sm" onClick={done}>
          {t("recovery-kept")}
        </Button>
      </Group>
    </Stack>
  );
}
