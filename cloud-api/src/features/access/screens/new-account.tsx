import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { findFieldError, Refusal } from "../../../shell/failure.tsx";
import { readForm } from "./form.ts";
import { useTexts } from "./texts.ts";

const PASSWORD_LENGTH_MIN = 10;

type NewAccountProps = {
  /** Whether a company is made along with the person. */
  asksTenant: boolean;
  error: unknown;
  isPending: boolean;
  send: (fields: Record<string, string>) => void;
};

/** The fields that make a person, and the company they begin. */
export function NewAccount({ asksTenant, error, isPending, send }: NewAccountProps) {
  const t = useTexts();
  return (
    <form onSubmit={(event) => send(readForm(event))}>
      <Stack>
        {asksTenant && (
          <TextInput
            name="tenantName"
            label={t("tenant-name")}
            description={t("tenant-name-hint")}
            autoComplete="organization"
            maxLength={100}
            error={findFieldError(error, "tenantName")}
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
          error={findFieldError(error, "name")}
          required
          withAsterisk={false}
        />
        <TextInput
          name="email"
          type="email"
          label={t("email")}
          autoComplete="username"
          error={findFieldError(error, "email")}
          required
          withAsterisk={false}
        />
        <PasswordInput
          name="password"
          label={t("password")}
          description={t("password-hint", { count: PASSWORD_LENGTH_MIN })}
          autoComplete="new-password"
          minLength={PASSWORD_LENGTH_MIN}
          error={findFieldError(error, "password")}
          required
          withAsterisk={false}
        />
        <Refusal error={error} />
        <Button type="submit" loading={isPending} fullWidth>
          {t("create-account")}
        </Button>
      </Stack>
    </form>
  );
}
