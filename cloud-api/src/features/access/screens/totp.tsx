import { Box, Button, Code, Group, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ApiError, api } from "../../../shell/api.ts";
import { CopyText } from "../../../shell/copy-button.tsx";
import { Refusal } from "../../../shell/failure.tsx";
import { Form } from "../../../shell/form.tsx";
import { refreshSession, useChangeStaff, useSession } from "../../../shell/session.tsx";
import { readForm } from "./form.ts";
import { RecoveryCodes } from "./recovery-codes.tsx";
import { useTexts } from "./texts.ts";
import { TurnedOn } from "./totp-on.tsx";

type TotpSecret = { secret: string; otpauthUrl: string; qrSvg: string };

/** The second step of the sign-in: set up, shown to be on, or turned off again. */
export function Totp() {
  const t = useTexts();
  const { staff } = useSession();
  const changeStaff = useChangeStaff();
  const queries = useQueryClient();
  const confirm = useMutation({
    mutationFn: (code: string) =>
      api.post<{ recoveryCodes: string[] }>("/me/totp/confirm", { code }),
    onSuccess: () => changeStaff({ totpEnabled: true }),
  });
  const begin = useMutation({ mutationFn: () => api.post<TotpSecret>("/me/totp") });

  if (confirm.data)
    return (
      <RecoveryCodes
        title={t("recovery-title")}
        codes={confirm.data.recoveryCodes}
        done={restart}
      />
    );
  if (staff.totpEnabled) return <TurnedOn />;
  if (begin.data)
    return (
      <Confirm
        secret={begin.data}
        error={confirm.error}
        isPending={confirm.isPending}
        send={(code) => confirm.mutate(code)}
      />
    );
  return <TurnOn error={begin.error} isPending={begin.isPending} begin={() => begin.mutate()} />;

  function restart() {
    // Not before the codes were kept: a company that waited for this shows itself then.
    refreshSession(queries);
    confirm.reset();
    begin.reset();
  }
}

type TurnOnProps = { error: unknown; isPending: boolean; begin: () => void };

function TurnOn({ error, isPending, begin }: TurnOnProps) {
  const t = useTexts();
  return (
    <Stack gap="sm" align="flex-start">
      <Button variant="default" onClick={begin} loading={isPending}>
        {t("totp-turn-on")}
      </Button>
      <Refusal error={error} />
    </Stack>
  );
}

type ConfirmProps = {
  secret: TotpSecret;
  error: unknown;
  isPending: boolean;
  send: (code: string) => void;
};

function Confirm({ secret, error, isPending, send }: ConfirmProps) {
  const t = useTexts();
  const isWrong = error instanceof ApiError && error.code === "invalid";
  return (
    <Group align="flex-start" gap="lg">
      <Box p={8} bg="#fff" style={{ borderRadius: 8, border: "1px solid var(--foyer-line)" }}>
        {/* As an image the SVG can hold no script. */}
        <img
          src={`data:image/svg+xml,${encodeURIComponent(secret.qrSvg)}`}
          width={176}
          height={176}
          alt={t("totp-qr")}
          style={{ display: "block" }}
        />
      </Box>
      <Stack gap="sm" flex={1} miw={240}>
        <Text size="sm">{t("totp-scan")}</Text>
        <Group gap="xs">
          <Code style={{ overflowWrap: "anywhere" }}>{secret.secret}</Code>
          <CopyText text={secret.secret} />
        </Group>
        <Form onSubmit={(event) => send((readForm(event).code ?? "").replace(/\s/g, ""))}>
          <Stack gap="sm">
            <TextInput
              name="code"
              label={t("totp-code")}
              inputMode="numeric"
              autoComplete="one-time-code"
              maxLength={8}
              required
              withAsterisk={false}
            />
            <Refusal error={error} {...(isWrong ? { sentence: t("code-wrong") } : {})} />
            <Button type="submit" loading={isPending}>
              {t("totp-confirm")}
            </Button>
          </Stack>
        </Form>
      </Stack>
    </Group>
  );
}
