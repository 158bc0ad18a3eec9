import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { Dialog } from "../../../shell/dialog.tsx";
import { isFieldAtFault, Refusal } from "../../../shell/failure.tsx";
import { Form } from "../../../shell/form.tsx";
import { useShellTexts } from "../../../shell/language.tsx";
import { VIEW_NAME_LENGTH_MAX } from "../rules.ts";
import type { ViewBody } from "../schema.ts";
import { useViewChanges, type View } from "./replies.ts";
import { useTexts } from "./texts.ts";

type ViewDialogProps = {
  /** The view that gets another name, or a new one; null: closed. */
  named: View | "new" | null;
  toBody: (name: string) => ViewBody;
  close: () => void;
  open: (view: View) => void;
};

/** Gives a view its name. */
export function ViewDialog(props: ViewDialogProps) {
  const t = useTexts();
  const { named, close } = props;
  const title = t(named === "new" ? "save-view" : "rename");
  return (
    <Dialog opened={named !== null} onClose={close} title={title}>
      {named !== null && <NameForm {...props} />}
    </Dialog>
  );
}

function NameForm({ named, toBody, close, open }: ViewDialogProps) {
  const t = useTexts();
  const shell = useShellTexts();
  const view = named === "new" ? null : named;
  const [name, setName] = useState(view?.name ?? "");
  const { save } = useViewChanges();
  const isTaken = isFieldAtFault(save.error, "name");
  const send = () =>
    save.mutate(
      { id: view?.id ?? null, body: toBody(name) },
      {
        onSuccess: (saved) => {
          close();
          if (!view) open(saved);
        },
      },
    );
  return (
    <Form onSubmit={send}>
      <Stack>
        <Text size="sm" className="quiet">
          {t("view-hint")}
        </Text>
        <TextInput
          label={t("view-name")}
          placeholder={t("view-example")}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={isTaken && t("name-taken")}
          maxLength={VIEW_NAME_LENGTH_MAX}
          required
          withAsterisk={false}
          data-autofocus
        />
        <Refusal error={isTaken ? null : save.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {shell("cancel")}
          </Button>
          <Button type="submit" loading={save.isPending} disabled={name.trim() === ""}>
            {shell("save")}
          </Button>
        </Group>
      </Stack>
    </Form>
  );
}
