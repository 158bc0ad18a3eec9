import { Alert, Button, Code, Group, Stack, Text } from "@mantine/core";
import { CopyText } from "../../../shell/copy-button.tsx";
import { useTexts } from "./texts.ts";

/** A secret, this once. */
export function ShownSecret({ secret, done }: { secret: string; done: () => void }) {
  const t = useTexts();
  return (
    <Stack>
      <Alert variant="light" title={t("secret-once")}>
        <Text size="sm">{t("secret-once-hint")}</Text>
      </Alert>
      <Code block style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
        {secret}
      </Code>
      <Group justify="flex-end" gap="xs">
        <CopyText text={secret} />
        <Button size="compact-sm" onClick={done}>
          {t("done")}
        </Button>
      </Group>
    </Stack>
  );
}
