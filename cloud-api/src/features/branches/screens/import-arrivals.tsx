import { Alert, Button, Code, FileButton, Group, Stack, Text, Textarea } from "@mantine/core";
import { IconFileText } from "@tabler/icons-react";
import { type FormEvent, useMemo, useState } from "react";
import { useNow } from "../../../shell/clock.ts";
import { Form } from "../../../shell/form.tsx";
import { readDay } from "../../../shell/format.ts";
import { readArrivals } from "./arrivals.ts";
import { Ending } from "./dialog-ending.tsx";
import { useSettingsContext } from "./settings-context.ts";
import { addArrivals, STAYS_MAX } from "./stays.ts";
import { useTexts } from "./texts.ts";
import { useChangeSettings } from "./use-change-settings.ts";

const FAULTS_SHOWN_MAX = 5;

/** Takes a day's arrivals from a pasted table or a CSV file, and says first what will come of it. */
export function ImportForm({ close }: { close: () => void }) {
  const t = useTexts();
  const { branchId, document } = useSettingsContext();
  const { timeZone } = document.branch;
  const today = readDay(useNow(), timeZone);
  const [text, setText] = useState("");
  const read = useMemo(() => readArrivals(text, { timeZone, today }), [text, timeZone, today]);
  const result = addArrivals(document.roomStays ?? [], read.stays);
  const isTooMany = result.stays.length > STAYS_MAX;
  const save = useChangeSettings({ branchId, done: close });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (read.stays.length === 0 || isTooMany) return;
    save.mutate((newest) => ({
      ...newest,
      roomStays: addArrivals(newest.roomStays ?? [], read.stays).stays,
    }));
  };
  return (
    <Form onSubmit={submit}>
      <Stack>
        <Text size="sm">{t("import-hint")}</Text>
        <Code block className="figure">
          {t("import-example")}
        </Code>
        <Textarea
          label={t("arrivals")}
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
          minRows={5}
          maxRows={12}
          autosize
          data-autofocus
          styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: 13 } }}
        />
        <Group justify="space-between" gap="sm">
          <FileButton accept=".csv,.tsv,.txt,text/csv,text/plain" onChange={takeFile}>
            {(button) => (
              <Button
                {...button}
                size="xs"
                variant="default"
                leftSection={<IconFileText size={14} />}
              >
                {t("from-file")}
              </Button>
            )}
          </FileButton>
          <Text size="sm" fw={600} aria-live="polite">
            {text.trim() !== "" && t("import-result", countsOf(result))}
          </Text>
        </Group>
        <Faults faults={read.faults} />
        {isTooMany && (
          <Alert color="red" variant="light" role="alert">
            {t("too-many-stays", { count: STAYS_MAX })}
          </Alert>
        )}
        <Ending
          error={save.error}
          isSaving={save.isPending}
          label={t("take-in")}
          close={close}
          isOff={read.stays.length === 0 || isTooMany}
        />
      </Stack>
    </Form>
  );

  async function takeFile(file: File | null) {
    if (file) setText(await file.text());
  }
}

const countsOf = ({ added, changed, known }: ReturnType<typeof addArrivals>) => ({
  ...{ added, changed, known },
});

function Faults({ faults }: Pick<ReturnType<typeof readArrivals>, "faults">) {
  const t = useTexts();
  if (faults.length === 0) return null;
  const rest = faults.length - FAULTS_SHOWN_MAX;
  return (
    <Alert color="yellow" variant="light" role="alert" title={t("lines-left-out")}>
      <ul className="plain-list">
        {faults.slice(0, FAULTS_SHOWN_MAX).map(({ line, fault }) => (
          <li key={line}>{t("line-fault", { line, fault: t(`line-${fault}`) })}</li>
        ))}
        {rest > 0 && <li>{t("more-lines", { count: rest })}</li>}
      </ul>
    </Alert>
  );
}
