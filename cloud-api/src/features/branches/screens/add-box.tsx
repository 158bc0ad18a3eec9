import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api } from "../../../shell/api.ts";
import { Dialog } from "../../../shell/dialog.tsx";
import { isFieldAtFault, Refusal } from "../../../shell/failure.tsx";
import { Form } from "../../../shell/form.tsx";
import { useShellTexts } from "../../../shell/language.tsx";
import { EnrolmentCode } from "./enrolment-code.tsx";
import type { AddedBox, Branch } from "./replies.ts";
import { useTexts } from "./texts.ts";

type AddBoxProps = { isOpen: boolean; close: () => void; branch: Branch };

/** Adds a box and shows its code, this once. */
export function AddBox({ isOpen, close, branch }: AddBoxProps) {
  const t = useTexts();
  const queries = useQueryClient();
  const add = useMutation({
    mutationFn: (name: string) => api.post<AddedBox>(`/branches/${branch.id}/boxes`, { name }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["branches"] }),
  });
  const done = () => {
    close();
    add.reset();
  };
  return (
    <Dialog
      opened={isOpen}
      onClose={done}
      title={
        add.data
          ? t("box-added", { name: add.data.box.name })
          : t("add-box-at", { branch: branch.name })
      }
      size="lg"
      // A click beside the dialog would lose the code.
      closeOnClickOutside={!add.data}
    >
      {add.data ? (
        <EnrolmentCode
          {...{ offer: add.data.offer, branch, boxId: add.data.box.id, enrolledBefore: null, done }}
        />
      ) : (
        <NameForm
          error={add.error}
          isPending={add.isPending}
          send={(name) => add.mutate(name)}
          cancel={done}
        />
      )}
    </Dialog>
  );
}

type NameFormProps = {
  error: unknown;
  isPending: boolean;
  send: (name: string) => void;
  cancel: () => void;
};

function NameForm({ error, isPending, send, cancel }: NameFormProps) {
  const t = useTexts();
  const shell = useShellTexts();
  const [name, setName] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send(name.trim());
  };
  return (
    <Form onSubmit={submit}>
      <Stack>
        <Text size="sm">{t("box-is")}</Text>
        <TextInput
          label={t("box-name")}
          description={t("box-name-hint")}
          placeholder={t("box-name-example")}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={isFieldAtFault(error, "name") && t("name-refused")}
          maxLength={100}
          required
          withAsterisk={false}
          data-autofocus
        />
        <Refusal error={error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={cancel}>
            {shell("cancel")}
          </Button>
          <Button type="submit" loading={isPending} disabled={name.trim() === ""}>
            {t("add-box")}
          </Button>
        </Group>
      </Stack>
    </Form>
  );
}
