import { Badge, Button, Group, PasswordInput, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import { Dialog } from "../../../shell/dialog.tsx";
import { Refusal } from "../../../shell/failure.tsx";
import { Form } from "../../../shell/form.tsx";
import { useShellTexts } from "../../../shell/language.tsx";
import { useChangeStaff } from "../../../shell/session.tsx";
import { readForm } from "./form.ts";
import { RecoveryCodes } from "./recovery-codes.tsx";
import { useTexts } from "./texts.ts";

const LEFT = ["recovery-codes"];

/** Two-step sign-in that is on: how many recovery codes are left, new ones, and the way to turn it off. */
export function TurnedOn() {
  const t = useTexts();
  const queries = useQueryClient();
  const changeStaff = useChangeStaff();
  const { data } = useQuery({
    queryKey: LEFT,
    queryFn: ({ signal }) => api.get<{ left: number }>("/me/recovery-codes", signal),
  });
  const renew = useMutation({
    mutationFn: (password: string) =>
      api.post<{ recoveryCodes: string[] }>("/me/recovery-codes", { password }),
    onSuccess: () => queries.invalidateQueries({ queryKey: LEFT }),
  });
  const turnOff = useMutation({
    mutationFn: (password: string) => api.post("/me/totp/disable", { password }),
    onSuccess: () => changeStaff({ totpEnabled: false }),
  });
  if (renew.data)
    return (
      <RecoveryCodes
        title={t("recovery-renewed")}
        codes={renew.data.recoveryCodes}
        done={renew.reset}
      />
    );
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Group gap="sm">
          <Badge variant="light">{t("totp-on")}</Badge>
          {data && <Text size="sm">{t("recovery-left", { count: data.left })}</Text>}
        </Group>
        <Group gap="sm">
          <WithPassword
            title={t("recovery-renew")}
            hint={t("recovery-renew-hint")}
            isPending={renew.isPending}
            error={renew.error}
            send={(password) => renew.mutate(password)}
          />
          <WithPassword
            title={t("totp-turn-off")}
            hint={t("totp-turn-off-hint")}
            isPending={turnOff.isPending}
            error={turnOff.error}
            send={(password) => turnOff.mutate(password)}
            isDanger
          />
        </Group>
      </Group>
    </Stack>
  );
}

type WithPasswordProps = {
  title: string;
  hint: string;
  isPending: boolean;
  error: unknown;
  send: (password: string) => void;
  isDanger?: boolean;
};

/** What only whoever knows the password may do: a browser left open is not enough. */
function WithPassword({ title, hint, isPending, error, send, isDanger }: WithPasswordProps) {
  const t = useTexts();
  const shell = useShellTexts();
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" onClick={open}>
        {title}
      </Button>
      <Dialog opened={isOpen} onClose={close} title={title}>
        <Form onSubmit={(event) => send(readForm(event).password ?? "")}>
          <Stack>
            <Text size="sm">{hint}</Text>
            <PasswordInput
              name="password"
              label={t("password")}
              autoComplete="current-password"
              required
              withAsterisk={false}
              data-autofocus
            />
            <Refusal error={error} />
            <Group justify="flex-end">
              <Button variant="default" onClick={close}>
                {shell("cancel")}
              </Button>
              <Button type="submit" loading={isPending} {...(isDanger && { color: "red" })}>
                {title}
              </Button>
            </Group>
          </Stack>
        </Form>
      </Dialog>
    </>
  );
}
