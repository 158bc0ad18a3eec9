import { Button, Group, PasswordInput, Select, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useBranchChoices } from "../../../shell/branches.ts";
import { Refusal } from "../../../shell/failure.tsx";
import { Form } from "../../../shell/form.tsx";
import { type Account, useSave } from "./replies.ts";
import { useTexts } from "./texts.ts";

type AccountFormProps = {
  account: Account | null;
  senders: readonly { id: string; name: string }[];
};
const OA_ID = /^\d{5,30}$/;

/** Which account's followers come in, for which branch, and the key that its webhook is signed with. */
export function AccountForm({ account, senders }: AccountFormProps) {
  const t = useTexts();
  const branches = useBranchChoices();
  const save = useSave();
  const [chosenSender, setSender] = useState<string | null>(account?.senderId ?? null);
  const [oaId, setOaId] = useState(account?.oaId ?? "");
  const [chosenBranch, setBranch] = useState(account?.branchId ?? null);
  const [webhookKey, setKey] = useState("");
  const [isAsked, setAsked] = useState(false);
  const senderId = chosenSender ?? senders[0]?.id ?? null;
  const branchId = chosenBranch ?? branches[0]?.id ?? null;
  const isWrong = !OA_ID.test(oaId.trim());
  const submit = () => {
    setAsked(true);
    if (isWrong || senderId === null || branchId === null) return;
    const key = webhookKey.trim();
    const body = { oaId: oaId.trim(), branchId, ...(key === "" ? {} : { webhookKey: key }) };
    save.mutate({ senderId, ...body }, { onSuccess: () => setKey("") });
  };
  return (
    <Form onSubmit={submit}>
      <Stack gap="md" maw={520}>
        {account === null && senders.length > 1 && (
          <Select
            label={t("sender")}
            data={senders.map(({ id, name }) => ({ value: id, label: name }))}
            value={senderId}
            onChange={setSender}
            allowDeselect={false}
          />
        )}
        <TextInput
          label={t("oa-id")}
          description={t("oa-id-hint")}
          inputMode="numeric"
          value={oaId}
          onChange={(event) => setOaId(event.currentTarget.value)}
          error={isAsked && isWrong ? t("oa-id-wrong") : null}
        />
        <Select
          label={t("branch")}
          data={branches.map(({ id, name }) => ({ value: id, label: name }))}
          value={branchId}
          onChange={setBranch}
          allowDeselect={false}
        />
        <PasswordInput
          label={t("webhook-key")}
          description={t(account?.hasWebhookKey ? "webhook-key-kept" : "webhook-key-hint")}
          autoComplete="off"
          value={webhookKey}
          onChange={(event) => setKey(event.currentTarget.value)}
        />
        <Text size="xs" className="quiet">
          {t("consent-hint")}
        </Text>
        <Refusal error={save.error} />
        <Group>
          <Button type="submit" loading={save.isPending} variant={account ? "default" : "filled"}>
            {t("save")}
          </Button>
        </Group>
      </Stack>
    </Form>
  );
}
