import { Alert, Button, Code, Group, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { CopyText } from "./copy-button.tsx";
import { useShellTexts } from "./language.tsx";

type ShownOnceProps = {
  title: string;
  hint: string;
  /** A link, a key or a secret: nobody can read it again. */
  text: string;
  /** What is said beside the buttons. */
  aside?: ReactNode;
  done: () => void;
};

/** What is shown this once, to be copied before it is gone. */
export function ShownOnce({ title, hint, text, aside, done }: ShownOnceProps) {
  const t = useShellTexts();
  return (
    <Stack>
      <Alert variant="light" title={title}>
        <Text size="sm">{hint}</Text>
      </Alert>
      <Code block style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
        {text}
      </Code>
      <Group justify="space-between">
        <Text component="div" size="xs" className="quiet">
          {aside}
        </Text>
        <Group gap="xs">
          <CopyText text={text} />
          <Button size="compact-sm" onClick={done}>
            {t("done")}
          </Button>
        </Group>
      </Group>
    </Stack>
  );
}
