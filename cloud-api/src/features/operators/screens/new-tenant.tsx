import { Button, Group, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../../shell/api.ts";
import { Dialog } from "../../../shell/dialog.tsx";
import { Refusal } from "../../../shell/failure.tsx";
import { Form } from "../../../shell/form.tsx";
import { useShellTexts } from "../../../shell/language.tsx";
import { ShownOnce } from "../../../shell/shown-once.tsx";
import { useTexts } from "./texts.ts";

/** A company, and the link by which its first owner comes in. */
export function NewTenant({ isOpen, close }: { isOpen: boolean; close: () => void }) {
  const t = useTexts();
  const shell = useShellTexts();
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const make = useMutation({
    mutationFn: (chosen: string) =>
      api.post<{ url: string }>("/operator/tenants", { name: chosen }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["tenants"] }),
  });
  const end = () => {
    close();
    make.reset();
    setName("");
  };
  return (
    <Dialog opened={isOpen} onClose={end} title={t("add")}>
      {make.data ? (
        <ShownOnce title={t("made")} hint={t("made-hint")} text={make.data.url} done={end} />
      ) : (
        <Form
          onSubmit={(event) => {
            event.preventDefault();
            if (name.trim() !== "") make.mutate(name.trim());
          }}
        >
          <Stack>
            <TextInput
              label={t("name")}
              value={name}
              maxLength={100}
              required
              withAsterisk={false}
              data-autofocus
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Refusal error={make.error} />
            <Group justify="flex-end">
              <Button variant="default" onClick={end}>
                {shell("cancel")}
              </Button>
              <Button type="submit" loading={make.isPending}>
                {t("make")}
              </Button>
            </Group>
          </Stack>
        </Form>
      )}
    </Dialog>
  );
}
