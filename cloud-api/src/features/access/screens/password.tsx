import { Button, Group, PasswordInput, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { api } from "../../../shell/api.ts";
import { isFieldAtFault, Refusal } from "../../../shell/failure.tsx";
import { Form } from "../../../shell/form.tsx";
import { PASSWORD_CHARACTERS_MIN } from "../rules.ts";
import { readForm } from "./form.ts";
import { useTexts } from "./texts.ts";

/** A new password, for whoever knows the old one. */
export function PasswordForm() {
  const t = useTexts();
  const change = useMutation({
    mutationFn: (fields: Record<string, string>) => api.post("/me/password", fields),
  });
  const { error } = change;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    const form = event.currentTarget;
    change.mutate(readForm(event), { onSuccess: () => form.reset() });
  };
  const isOldWrong = isFieldAtFault(error, "password");
  const isNewRefused = isFieldAtFault(error, "newPassword");
  return (
    <Form onSubmit={submit}>
      <Stack gap="sm">
        <PasswordInput
          name="password"
          label={t("old-password")}
          autoComplete="current-password"
          error={isOldWrong && t("old-password-wrong")}
          required
          withAsterisk={false}
        />
        <PasswordInput
          name="newPassword"
          label={t("new-password")}
          description={t("password-hint", { count: PASSWORD_CHARACTERS_MIN })}
          autoComplete="new-password"
          error={isNewRefused && t("password-refused")}
          required
          withAsterisk={false}
        />
        {!isOldWrong && !isNewRefused && <Refusal error={error} />}
        <Group justify="flex-end" gap="sm">
          {change.isSuccess && (
            <Text size="sm" className="quiet" role="status">
              {t("password-changed")}
            </Text>
          )}
          <Button type="submit" variant="default" loading={change.isPending}>
            {t("password-change")}
          </Button>
        </Group>
      </Stack>
    </Form>
  );
}

/** Ends the sessions in other browsers: a phone that was lost, a till that was left. */
export function SignOutElsewhere() {
  const t = useTexts();
  const queries = useQueryClient();
  const end = useMutation({
    mutationFn: () => api.post("/me/sign-out-elsewhere"),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["sign-ins"] }),
  });
  return (
    <Stack gap="sm">
      <Group justify="flex-end" gap="sm">
        {end.isSuccess && (
          <Text size="sm" className="quiet" role="status">
            {t("signed-out-elsewhere")}
          </Text>
        )}
        <Button variant="default" loading={end.isPending} onClick={() => end.mutate()}>
          {t("sign-out-elsewhere")}
        </Button>
      </Group>
      <Refusal error={end.error} />
    </Stack>
  );
}
