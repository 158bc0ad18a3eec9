import { Alert, Button, Code, Group, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../../shell/api.ts";
import { CopyText } from "../../../shell/copy-button.tsx";
import { Dialog } from "../../../shell/dialog.tsx";
import { Refusal } from "../../../shell/failure.tsx";
import { Form } from "../../../shell/form.tsx";
import { useShellTexts } from "../../../shell/language.tsx";
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
        <Stack>
          <Alert variant="light" title={t("made")}>
            <Text size="sm">{t("made-hint")}</Text>
          </Alert>
          <Code block style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
            {make.data.url}
          </Code>
          <Group justify="flex-end" gap="xs">
            <CopyText text={make.data.url} />
            <Button size="compact-sm" onClick={end}>
              {t("done")}
            </Button>
          </Group>
        </Stack>
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
