import { Alert, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../../shell/api.ts";
import { Refusal } from "../../../shell/failure.tsx";
import { Form } from "../../../shell/form.tsx";
import { useLanguage, useShellTexts } from "../../../shell/language.tsx";
import { LanguageSwitch } from "../../../shell/language-switch.tsx";
import { Page, Section } from "../../../shell/page.tsx";
import { useChangeStaff, useSession } from "../../../shell/session.tsx";
import { LookSwitch, useStaffLanguage } from "../../../shell/staff-menu.tsx";
import { readForm } from "./form.ts";
import { PasswordForm } from "./password.tsx";
import { SignIns } from "./sign-ins.tsx";
import { useTexts } from "./texts.ts";
import { Totp } from "./totp.tsx";

/** What belongs to the person and not to the company. */
export function Account() {
  const t = useTexts();
  const { staff, needsSecondFactor, operatingNeedsSecondFactor } = useSession();
  const isDue = needsSecondFactor || operatingNeedsSecondFactor;
  const twoSteps = (
    <Section title={t("totp")} hint={t("totp-why")}>
      <Totp />
    </Section>
  );
  return (
    <Page title={t("account")} summary={staff.email}>
      <Stack gap="lg" maw={640}>
        {isDue && (
          <>
            <Alert title={t(needsSecondFactor ? "totp-duty" : "totp-duty-operator")}>
              {t("totp-duty-hint")}
            </Alert>
            {twoSteps}
          </>
        )}
        <Section title={t("your-name")}>
          <NameForm />
        </Section>
        <Section title={t("reading")}>
          <Reading />
        </Section>
        <Section title={t("password")} hint={t("password-change-hint")}>
          <PasswordForm />
        </Section>
        {!isDue && twoSteps}
        <Section title={t("sessions")} hint={t("sessions-hint")}>
          <SignIns />
        </Section>
      </Stack>
    </Page>
  );
}

function NameForm() {
  const t = useTexts();
  const shell = useShellTexts();
  const { staff } = useSession();
  const changeStaff = useChangeStaff();
  const [name, setName] = useState(staff.name);
  const save = useMutation({
    mutationFn: (changed: string) => api.patch("/me", { name: changed }),
    onSuccess: (_reply, changed) => changeStaff({ name: changed }),
  });
  const isChanged = name.trim() !== "" && name.trim() !== staff.name;
  return (
    <Form
      onSubmit={(event) => {
        readForm(event);
        if (isChanged) save.mutate(name.trim());
      }}
    >
      <Stack gap="sm">
        <Group align="flex-end" gap="sm">
          <TextInput
            flex={1}
            aria-label={t("your-name")}
            value={name}
            maxLength={100}
            onChange={(event) => setName(event.currentTarget.value)}
            autoComplete="name"
          />
          <Button type="submit" variant="default" disabled={!isChanged} loading={save.isPending}>
            {save.isSuccess && !isChanged ? shell("saved") : shell("save")}
          </Button>
        </Group>
        <Refusal error={save.error} />
      </Stack>
    </Form>
  );
}

function Reading() {
  const t = useTexts();
  const shell = useShellTexts();
  const { language } = useLanguage();
  const chooseLanguage = useStaffLanguage();
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Text size="sm">{shell("language")}</Text>
        <LanguageSwitch language={language} choose={chooseLanguage} />
      </Group>
      <Group justify="space-between">
        <Stack gap={0}>
          <Text size="sm">{shell("look")}</Text>
          <Text size="xs" className="quiet">
            {t("look-hint")}
          </Text>
        </Stack>
        <LookSwitch />
      </Group>
    </Stack>
  );
}
