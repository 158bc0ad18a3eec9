import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { ApiError } from "../../../shell/api.ts";
import { isFieldAtFault, Refusal } from "../../../shell/failure.tsx";
import { Form } from "../../../shell/form.tsx";
import { PASSWORD_CHARACTERS_MIN } from "../rules.ts";
import { readForm } from "./form.ts";
import { useTexts } from "./texts.ts";

type NewAccountProps = {
  /** Whether a company is made along with the person. */
  asksTenant: boolean;
  /** An address that was proved already; absent: it is asked for. */
  email?: string;
  error: unknown;
  isPending: boolean;
  send: (fields: Record<string, string>) => void;
};

/** The fields that make a person, and the company they begin. */
export function NewAccount({ asksTenant, email, error, isPending, send }: NewAccountProps) {
  const t = useTexts();
  // Whoever has an account already proves it with its own password, and its code where one is set up.
  const needsCode = error instanceof ApiError && error.needsCode;
  return (
    <Form onSubmit={(event) => send({ ...(email && { email }), ...readForm(event) })}>
      <Stack>
        {asksTenant && (
          <TextInput
            name="tenantName"
            label={t("tenant-name")}
            description={t("tenant-name-hint")}
            autoComplete="organization"
            maxLength={100}
            error={isFieldAtFault(error, "tenantName") && t("tenant-name-refused")}
            required
            withAsterisk={false}
            autoFocus
          />
        )}
        <TextInput
          name="name"
          label={t("your-name")}
          autoComplete="name"
          maxLength={100}
          error={isFieldAtFault(error, "name") && t("name-refused")}
          required
          withAsterisk={false}
        />
        {email === undefined && (
          <TextInput
            name="email"
            type="email"
            label={t("email")}
            autoComplete="username"
            error={isFieldAtFault(error, "email") && t("email-refused")}
            required
            withAsterisk={false}
          />
        )}
        <PasswordInput
          name="password"
          label={t("password")}
          description={t("password-hint", { count: PASSWORD_CHARACTERS_MIN })}
          autoComplete="new-password"
          minLength={PASSWORD_CHARACTERS_MIN}
          error={isFieldAtFault(error, "password") && t("password-refused")}
          required
          withAsterisk={false}
        />
        {needsCode && (
          <TextInput
            name="code"
            label={t("code")}
            description={t("code-hint")}
            autoComplete="one-time-code"
            maxLength={40}
            required
            withAsterisk={false}
            autoFocus
          />
        )}
        {!needsCode && <Refusal error={error} {...findSentence()} />}
        <Button type="submit" loading={isPending} fullWidth>
          {t("create-account")}
        </Button>
      </Stack>
    </Form>
  );

  function findSentence(): { sentence?: string } {
    if (!(error instanceof ApiError)) return {};
    if (isFieldAtFault(error, "token")) return { sentence: t("member-already") };
    if (error.code === "unauthorized") return { sentence: t("account-refused") };
    // Nobody is signed in yet, so what is forbidden is the origin of the request.
    if (error.code === "forbidden") return { sentence: t("not-this-address") };
    return {};
  }
}
