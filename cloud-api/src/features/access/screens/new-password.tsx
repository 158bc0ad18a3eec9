import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ApiError, api } from "../../../shell/api.ts";
import { Door } from "../../../shell/door.tsx";
import { isFieldAtFault, Refusal } from "../../../shell/failure.tsx";
import { Form } from "../../../shell/form.tsx";
import { refreshSession } from "../../../shell/session.tsx";
import { PASSWORD_CHARACTERS_MIN } from "../rules.ts";
import { readForm } from "./form.ts";
import { Dealt, isSpent, OpeningLink, SpentMailedLink, useMailedToken } from "./mailed-link.tsx";
import { useTexts } from "./texts.ts";

type Opened = { email: string; needsCode: boolean };

/** Where the link of a forgotten password leads. */
export function NewPassword() {
  const t = useTexts();
  const queries = useQueryClient();
  const token = useMailedToken();
  const opened = useQuery({
    queryKey: ["password-resets", token],
    queryFn: () => api.post<Opened>("/password-resets/open", { token }),
    enabled: token !== "",
    staleTime: Number.POSITIVE_INFINITY,
  });
  const use = useMutation({
    mutationFn: (fields: Record<string, string>) =>
      api.post("/password-resets/use", { ...fields, token }),
    // Whoever was signed in here, as the same person, is not any more.
    onSuccess: () => refreshSession(queries),
  });
  if (use.isSuccess)
    return <Dealt title={t("new-password-done")}>{t("new-password-done-hint")}</Dealt>;
  if (token === "" || isSpent(opened.error) || isSpent(use.error))
    return <SpentMailedLink again="/forgot-password" />;
  if (!opened.data)
    return (
      <OpeningLink title={t("forgot-title")} error={opened.error} retry={() => opened.refetch()} />
    );
  const { email, needsCode } = opened.data;
  const { error } = use;
  const isRefused = isFieldAtFault(error, "password");
  const asksCode = needsCode || (error instanceof ApiError && error.needsCode);
  const isCodeWrong = asksCode && error instanceof ApiError && error.needsCode;
  return (
    <Door title={t("forgot-title")} hint={t("new-password-for", { email })}>
      <Form onSubmit={(event) => use.mutate(readForm(event))}>
        <Stack>
          <input type="hidden" autoComplete="username" value={email} readOnly />
          <PasswordInput
            name="password"
            label={t("new-password")}
            description={t("password-hint", { count: PASSWORD_CHARACTERS_MIN })}
            autoComplete="new-password"
            error={isRefused && t("password-refused")}
            required
            withAsterisk={false}
            autoFocus
          />
          {asksCode && (
            <TextInput
              name="code"
              label={t("code")}
              description={t("code-hint")}
              autoComplete="one-time-code"
              maxLength={40}
              error={isCodeWrong && t("code-wrong")}
              required
              withAsterisk={false}
            />
          )}
          {!isRefused && !isCodeWrong && <Refusal error={error} />}
          <Button type="submit" loading={use.isPending} fullWidth>
            {t("password-change")}
          </Button>
        </Stack>
      </Form>
    </Door>
  );
}
