import { Alert, Button, Checkbox, Code, Group, Stack, Text } from "@mantine/core";
import { IconDownload, IconKey } from "@tabler/icons-react";
import { useState } from "react";
import { CopyText, downloadText } from "../../../shell/copy-button.tsx";
import { writeBoxFile } from "./box-state.ts";
import type { Enrolment } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** A new box's two files. The key is nowhere to be read again, so leaving asks for a tick first. */
export function EnrolmentOnce({ enrolment, done }: { enrolment: Enrolment; done: () => void }) {
  const t = useTexts();
  const [isKept, setKept] = useState(false);
  return (
    <Stack>
      <Alert variant="light" icon={<IconKey size={18} />} title={t("key-once")}>
        <Text size="sm">{t("key-once-hint")}</Text>
      </Alert>
      <OneFile name="box.json" hint={t("box-file-hint")} text={writeBoxFile(enrolment)} />
      <OneFile name="box-key" hint={t("key-file-hint")} text={enrolment.boxKey} />
      <Checkbox
        label={t("key-kept")}
        checked={isKept}
        onChange={(event) => setKept(event.currentTarget.checked)}
      />
      <Group justify="flex-end">
        <Button onClick={done} disabled={!isKept}>
          {t("done")}
        </Button>
      </Group>
    </Stack>
  );
}

type OneFileProps = { name: string; hint: string; text: string };

function OneFile({ name, hint, text }: OneFileProps) {
  const t = useTexts();
  return (
    <Stack gap={6}>
      <Group justify="space-between" gap="xs">
        <Text size="sm">
          <Text span inherit fw={650} ff="monospace">
            {name}
          </Text>{" "}
          <Text span inherit className="quiet">
            {hint}
          </Text>
        </Text>
        <Group gap={6}>
          <CopyText text={text} />
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<IconDownload size={14} />}
            onClick={() => downloadText(name, text)}
            aria-label={t("download-file", { file: name })}
          >
            {t("download")}
          </Button>
        </Group>
      </Group>
      <Code
        block
        data-file={name}
        style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}
        aria-label={name}
      >
        {text}
      </Code>
    </Stack>
  );
}
