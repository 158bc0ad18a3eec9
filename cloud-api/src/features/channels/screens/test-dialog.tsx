import { Alert, Button, Group, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { Dialog } from "../../../shell/dialog.tsx";
import { isFieldAtFault, Refusal } from "../../../shell/failure.tsx";
import { Form } from "../../../shell/form.tsx";
import { useLanguage, useShellTexts } from "../../../shell/language.tsx";
import { KINDS } from "../rules.ts";
import { type Sender, useTestSender } from "./replies.ts";
import { stateOf } from "./sender-list.tsx";
import { useTexts } from "./texts.ts";

/** Sends a message to oneself, and waits for what the provider says. */
export function TestDialog({ sender, close }: { sender: Sender | null; close: () => void }) {
  const t = useTexts();
  return (
    <Dialog
      opened={sender !== null}
      onClose={close}
      title={t("test-name", { name: sender?.name ?? "" })}
    >
      {sender && <TestForm sender={sender} close={close} />}
    </Dialog>
  );
}

function TestForm({ sender, close }: { sender: Sender; close: () => void }) {
  const t = useTexts();
  const shell = useShellTexts();
  const { language } = useLanguage();
  const [contact, setContact] = useState("");
  const [before] = useState(sender.lastTest?.id ?? null);
  const test = useTestSender(sender.id);
  const isEmail = KINDS[sender.kind].carries.includes("email");
  const isWrong = isFieldAtFault(test.error, "contact");
  const last = sender.lastTest && sender.lastTest.id !== before ? sender.lastTest : null;
  const state = last && stateOf(last.state);
  return (
    <Form onSubmit={() => test.mutate({ contact, language })}>
      <Stack>
        <TextInput
          label={t(isEmail ? "test-email" : "test-phone")}
          description={t("test-hint")}
          placeholder={isEmail ? "an@example.com" : "+84 912 345 678"}
          type={isEmail ? "email" : "tel"}
          value={contact}
          onChange={(event) => setContact(event.currentTarget.value)}
          error={isWrong && t(isEmail ? "test-email-wrong" : "test-phone-wrong")}
          required
          withAsterisk={false}
          data-autofocus
        />
        {state && (
          <Alert
            color={state === "accepted" ? "green" : state === "waiting" ? "gray" : "orange"}
            variant="light"
            role="status"
            title={t(`test-${state}`)}
          >
            {t(`test-${state}-hint`)}
            {last?.detail && <div className="quiet figure">{last.detail}</div>}
          </Alert>
        )}
        <Refusal error={isWrong ? null : test.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {shell("close")}
          </Button>
          <Button type="submit" loading={test.isPending || state === "waiting"}>
            {t("test-send")}
          </Button>
        </Group>
      </Stack>
    </Form>
  );
}
