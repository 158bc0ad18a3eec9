import { Anchor, Button, Stack, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Link } from "wouter";
import { api } from "../../../shell/api.ts";
import { Door } from "../../../shell/door.tsx";
import { Refusal } from "../../../shell/failure.tsx";
import { Form } from "../../../shell/form.tsx";
import { useLanguage } from "../../../shell/language.tsx";
import { readForm } from "./form.ts";
import { useTexts } from "./texts.ts";

type AskMailProps = {
  /** Where it is asked for; the answer is the same whoever has the address. */
  path: "/password-resets" | "/sign-up/mails";
  title: string;
  hint: string;
  sentHint: "mail-sent-hint" | "sign-up-sent-hint";
};

/** An address that a link is sent to, and then where to look for it. */
export function AskMail({ path, title, hint, sentHint }: AskMailProps) {
  const t = useTexts();
  const { language } = useLanguage();
  const ask = useMutation({
    mutationFn: (email: string) => api.post(path, { email, language }),
  });
  if (ask.isSuccess)
    return (
      <Door title={t("mail-sent")} below={<ToSignIn />}>
        <Text size="sm" role="status">
          {t(sentHint, { email: ask.variables })}
        </Text>
      </Door>
    );
  return (
    <Door title={title} hint={hint} below={<ToSignIn />}>
      <Form onSubmit={(event) => ask.mutate(readForm(event).email ?? "")}>
        <Stack>
          <TextInput
            name="email"
            type="email"
            label={t("email")}
            autoComplete="username"
            maxLength={254}
            required
            withAsterisk={false}
            autoFocus
          />
          <Refusal error={ask.error} />
          <Button type="submit" loading={ask.isPending} fullWidth>
            {t("send-link")}
          </Button>
        </Stack>
      </Form>
    </Door>
  );
}

export function ToSignIn() {
  const t = useTexts();
  return (
    <Anchor component={Link} href="/sign-in" size="sm" underline="always">
      {t("to-sign-in")}
    </Anchor>
  );
}
