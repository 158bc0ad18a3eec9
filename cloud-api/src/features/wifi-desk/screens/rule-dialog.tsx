import {
  Alert,
  Button,
  Group,
  SegmentedControl,
  Select,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api } from "../../../shell/api.ts";
import { Dialog } from "../../../shell/dialog.tsx";
import { Refusal } from "../../../shell/failure.tsx";
import { Form } from "../../../shell/form.tsx";
import { isMadeUp, readMac } from "../rules.ts";
import { REASON_CHARACTERS_MAX } from "../schema.ts";
import type { DeskBranch } from "./desk-page.tsx";
import { onlineKey, rulesKey, useRules } from "./replies.ts";
import { useTexts } from "./texts.ts";

type DialogProps = { isOpen: boolean; close: () => void; branch: DeskBranch; mac: string };

/** Blocks or allows a device, for a while or until the rule is taken away. */
export function RuleDialog({ isOpen, close, branch, mac }: DialogProps) {
  const t = useTexts();
  return (
    <Dialog opened={isOpen} onClose={close} title={t("add-rule")} size="lg">
      <RuleForm close={close} branch={branch} mac={mac} />
    </Dialog>
  );
}

const HOUR_MS = 60 * 60 * 1000;
/** In hours; 0: until it is taken away. */
const SPANS = [1, 8, 24, 7 * 24, 30 * 24, 0];

function RuleForm({ close, branch, mac: given }: Omit<DialogProps, "isOpen">) {
  const t = useTexts();
  const queries = useQueryClient();
  const [kind, setKind] = useState<"block" | "allow">("block");
  const [typed, setTyped] = useState(given);
  const [reason, setReason] = useState("");
  const [hours, setHours] = useState(0);
  const [policyId, setPolicyId] = useState<string | null>(null);
  const [isTried, setTried] = useState(false);
  const mac = readMac(typed);
  const save = useMutation({
    mutationFn: () => {
      const until = hours === 0 ? null : new Date(Date.now() + hours * HOUR_MS).toISOString();
      const body = { mac, kind, reason, until, policyId: kind === "allow" ? policyId : null };
      return api.post(`/branches/${branch.id}/device-rules`, body);
    },
    onSuccess: async () => {
      close();
      await queries.invalidateQueries({ queryKey: rulesKey(branch.id) });
      await queries.invalidateQueries({ queryKey: onlineKey(branch.id) });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (mac !== null && reason.trim() !== "") save.mutate();
  };
  return (
    <Form onSubmit={submit}>
      <Stack>
        <SegmentedControl
          aria-label={t("kind")}
          data={(["block", "allow"] as const).map((value) => ({
            value,
            label: t(`kind-${value}`),
          }))}
          value={kind}
          onChange={(value) => setKind(value === "allow" ? "allow" : "block")}
        />
        <Text size="sm" className="quiet">
          {t(`kind-${kind}-hint`)}
        </Text>
        <TextInput
          label={t("mac")}
          description={t("mac-hint")}
          value={typed}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
          error={isTried && mac === null && t("mac-fault")}
          maxLength={40}
          styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
          required
          withAsterisk={false}
          {...(given === "" ? { "data-autofocus": true } : {})}
        />
        {mac !== null && isMadeUp(mac) && (
          <Alert variant="light" color="gray" py="xs">
            {t("mac-made-up")}
          </Alert>
        )}
        <TextInput
          label={t("reason")}
          description={t("reason-hint")}
          value={reason}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
          maxLength={REASON_CHARACTERS_MAX}
          required
          withAsterisk={false}
          {...(given === "" ? {} : { "data-autofocus": true })}
        />
        <Select
          label={t("how-long")}
          data={SPANS.map((each) => ({ value: String(each), label: sayHours(each) }))}
          value={String(hours)}
          onChange={(value) => setHours(Number(value ?? 0))}
          allowDeselect={false}
        />
        {kind === "allow" && (
          <PolicyChoice branch={branch} policyId={policyId} choose={setPolicyId} />
        )}
        <Refusal error={save.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t("cancel")}
          </Button>
          <Button type="submit" loading={save.isPending} color={kind === "block" ? "red" : "foyer"}>
            {t(`save-${kind}`)}
          </Button>
        </Group>
      </Stack>
    </Form>
  );

  function sayHours(each: number): string {
    if (each === 0) return t("for-ever");
    return each < 48
      ? t("for-hours", { count: each })
      : t("for-days", { count: Math.round(each / 24) });
  }
}

type PolicyProps = {
  branch: DeskBranch;
  policyId: string | null;
  choose: (id: string | null) => void;
};

function PolicyChoice({ branch, policyId, choose }: PolicyProps) {
  const t = useTexts();
  const { data } = useRules(branch.id);
  const policies = (data?.policies ?? []).map(({ id, name }) => ({ value: id, label: name }));
  return (
    <Select
      label={t("policy")}
      data={[{ value: "", label: t("policy-any") }, ...policies]}
      value={policyId ?? ""}
      onChange={(value) => choose(value || null)}
      allowDeselect={false}
    />
  );
}
