import { Button, Group, Select, Stack, Switch, Text, Textarea, TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { isFieldAtFault, Refusal } from "../../../shell/failure.tsx";
import { Form } from "../../../shell/form.tsx";
import { useShellTexts } from "../../../shell/language.tsx";
import { useMay } from "../../../shell/session.tsx";
import { COMPARISONS, type Comparison, NAME_LENGTH_MAX, NOTE_LENGTH_MAX } from "../rules.ts";
import { useRefusalWords } from "./refused.tsx";
import { useTexts } from "./texts.ts";

export type KeptWords = { name: string; note: string; compared: Comparison; shared: boolean };

type KeepFormProps = {
  first: KeptWords;
  /** What it is of, above the fields; its period where that may be changed. */
  children: ReactNode;
  act: { error: unknown; isPending: boolean };
  send: (words: KeptWords) => void;
  close: () => void;
};

/** The inside of a dialog in which a report gets its name, or another one. */
export function KeepForm({ first, children, act, send, close }: KeepFormProps) {
  const t = useTexts();
  const shell = useShellTexts();
  const mayShare = useMay("saved-reports.share");
  const sayRefusal = useRefusalWords();
  const [words, setWords] = useState(first);
  const change = (part: Partial<KeptWords>) => setWords({ ...words, ...part });
  const isTaken = isFieldAtFault(act.error, "name");
  const sentence = sayRefusal(act.error);
  return (
    <Form onSubmit={() => send(words)}>
      <Stack>
        {children}
        <TextInput
          label={t("name")}
          placeholder={t("name-example")}
          value={words.name}
          onChange={(event) => change({ name: event.currentTarget.value })}
          error={isTaken && t("name-taken")}
          maxLength={NAME_LENGTH_MAX}
          required
          withAsterisk={false}
          data-autofocus
        />
        <Textarea
          label={t("note")}
          placeholder={t("note-example")}
          value={words.note}
          onChange={(event) => change({ note: event.currentTarget.value })}
          maxLength={NOTE_LENGTH_MAX}
          {...{ autosize: true, minRows: 2, maxRows: 6 }}
        />
        <Select
          label={t("compared")}
          data={COMPARISONS.map((value) => ({ value, label: t(`compared-${value}`) }))}
          value={words.compared}
          onChange={(value) => {
            const compared = COMPARISONS.find((each) => each === value);
            if (compared) change({ compared });
          }}
          allowDeselect={false}
        />
        {/* Who may not share may still take back what is shared. */}
        {(mayShare || first.shared) && (
          <Switch
            label={t("shared")}
            description={t("shared-hint")}
            checked={words.shared}
            onChange={(event) => change({ shared: event.currentTarget.checked })}
          />
        )}
        <Text size="xs" className="quiet">
          {t("kept-hint")}
        </Text>
        <Refusal error={isTaken ? null : act.error} {...(sentence ? { sentence } : {})} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {shell("cancel")}
          </Button>
          <Button type="submit" loading={act.isPending} disabled={words.name.trim() === ""}>
            {shell("save")}
          </Button>
        </Group>
      </Stack>
    </Form>
  );
}
