import { Alert, Button, Group, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconClock } from "@tabler/icons-react";
import { useState } from "react";
import { Danger } from "../../../shell/danger.tsx";
import { Dialog } from "../../../shell/dialog.tsx";
import { isFieldAtFault, Refusal } from "../../../shell/failure.tsx";
import { Form } from "../../../shell/form.tsx";
import { useShellTexts } from "../../../shell/language.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { type Tags, useSaveAccess } from "./replies.ts";
import { useTexts } from "./texts.ts";

type AccessProps = { meta: Tags["meta"]; mayEdit: boolean };

const TOKEN_CHARACTERS_MIN = 20;

/** By which token the cloud's copy is sent, and whether it arrives. */
export function MetaAccess({ meta, mayEdit }: AccessProps) {
  return (
    <Stack gap="md">
      <Standing meta={meta} />
      {mayEdit && <AccessForm meta={meta} />}
    </Stack>
  );
}

function Standing({ meta: { hasToken, fault, faultAt } }: Pick<AccessProps, "meta">) {
  const t = useTexts();
  if (!hasToken)
    return (
      <Alert color="gray" variant="light" icon={<IconClock size={18} />} title={t("no-token")}>
        {t("no-token-hint")}
      </Alert>
    );
  if (fault === null)
    return (
      <Alert variant="light" icon={<IconCircleCheck size={18} />} title={t("token-there")}>
        {t("token-there-hint")}
      </Alert>
    );
  return (
    <Alert
      color="orange"
      variant="light"
      icon={<IconAlertTriangle size={18} />}
      title={t(`fault-${fault}`)}
    >
      {t(`fault-${fault}-hint`)}
      {faultAt !== null && (
        <Text size="xs" className="quiet" mt={4}>
          {t("since")} <Moment at={faultAt} />
        </Text>
      )}
    </Alert>
  );
}

function AccessForm({ meta }: Pick<AccessProps, "meta">) {
  const t = useTexts();
  const shell = useShellTexts();
  const [token, setToken] = useState("");
  const [apiUrl, setApiUrl] = useState(meta.apiUrl);
  const save = useSaveAccess();
  const done = { onSuccess: () => setToken("") };
  return (
    <Form onSubmit={() => save.mutate({ token: token.trim(), apiUrl }, done)}>
      <Stack gap="md">
        <PasswordInput
          label={t(meta.hasToken ? "next-token" : "token")}
          description={t("token-hint")}
          value={token}
          required
          minLength={TOKEN_CHARACTERS_MIN}
          autoComplete="off"
          error={isFieldAtFault(save.error, "token") && t("token-fault")}
          onChange={(event) => setToken(event.currentTarget.value)}
        />
        <TextInput
          label={t("api-url")}
          description={t("api-url-hint")}
          value={apiUrl}
          required
          spellCheck={false}
          error={isFieldAtFault(save.error, "apiUrl") && t("api-url-fault")}
          onChange={(event) => setApiUrl(event.currentTarget.value)}
        />
        <Refusal error={save.error} />
        <Group gap="md">
          <Button type="submit" variant="default" loading={save.isPending}>
            {shell("save")}
          </Button>
          {meta.hasToken && <TakeAway />}
        </Group>
      </Stack>
    </Form>
  );
}

function TakeAway() {
  const t = useTexts();
  const [isOpen, setOpen] = useState(false);
  const save = useSaveAccess();
  const close = () => setOpen(false);
  return (
    <>
      <Button variant="subtle" color="red" onClick={() => setOpen(true)}>
        {t("take-token")}
      </Button>
      <Dialog opened={isOpen} onClose={close} title={t("take-token")}>
        <Danger
          hint={t("take-token-hint")}
          label={t("take-token")}
          act={save}
          run={() => save.mutate({ token: null }, { onSuccess: close })}
          close={close}
        />
      </Dialog>
    </>
  );
}
