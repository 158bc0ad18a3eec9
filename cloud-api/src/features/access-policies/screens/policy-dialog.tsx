import { Button, Group, Stack, Text } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { uuidv7 } from "uuidv7";
import { ApiError } from "../../../shell/api.ts";
import { Dialog } from "../../../shell/dialog.tsx";
import { Refusal } from "../../../shell/failure.tsx";
import { useFaultInSight } from "../../../shell/form.tsx";
import { useShellTexts } from "../../../shell/language.tsx";
import { fitsEverybody } from "../rules.ts";
import type { PoliciesReply, Policy } from "../schema.ts";
import { HoursInputs } from "./hours-inputs.tsx";
import {
  listFaults,
  type PolicyFields,
  readPolicy,
  startFields,
  writePolicy,
} from "./policy-fields.ts";
import { ForInputs, LimitInputs, NameInput } from "./policy-inputs.tsx";
import { useMarks, useSavePolicies } from "./replies.ts";
import { useTexts } from "./texts.ts";

type PolicyDialogProps = {
  branchId: string;
  shown: PoliciesReply;
  opened: Policy | "new" | null;
  close: () => void;
};

/** Adds an access policy, or changes or removes one. */
export function PolicyDialog({ opened, close, ...place }: PolicyDialogProps) {
  const t = useTexts();
  const policy = opened === "new" ? null : opened;
  return (
    <Dialog
      opened={opened !== null}
      onClose={close}
      title={policy ? t("edit-name", { name: policy.name }) : t("add")}
      size="lg"
    >
      {opened && <PolicyForm {...place} policy={policy} close={close} />}
    </Dialog>
  );
}

type PolicyFormProps = Omit<PolicyDialogProps, "opened"> & { policy: Policy | null };

function PolicyForm({ branchId, shown, policy, close }: PolicyFormProps) {
  const t = useTexts();
  const shell = useShellTexts();
  const marks = useMarks();
  const { timeZone } = shown;
  const [id] = useState(() => policy?.id ?? uuidv7());
  const [fields, setFields] = useState<PolicyFields>(() =>
    policy ? readPolicy(policy, timeZone) : startFields(),
  );
  const [tries, setTries] = useState(0);
  const form = useFaultInSight(tries);
  const save = useSavePolicies(branchId, close);
  const faults = listFaults(fields);
  const set = (change: Partial<PolicyFields>) => setFields({ ...fields, ...change });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTries(tries + 1);
    if (Object.keys(faults).length > 0) return;
    const saved = writePolicy(fields, { id, before: policy, timeZone });
    save.mutate({ shown, edit: (all) => putPolicy(all, { before: policy, saved }) });
  };
  const inputs = { fields, set, faults: tries > 0 ? faults : {}, marks };
  return (
    <form ref={form} onSubmit={submit} noValidate>
      <Stack gap="lg">
        <NameInput {...inputs} />
        <ForInputs {...inputs} />
        <LimitInputs {...inputs} />
        <HoursInputs {...inputs} />
        <Refusal error={save.error} {...findSentence(save.error)} />
        <Group justify="space-between" align="flex-start">
          <div>
            {policy && (
              <RemovePolicy
                policy={policy}
                policies={shown.policies}
                remove={() => save.mutate({ shown, edit: (all) => dropPolicy(all, policy) })}
              />
            )}
          </div>
          <Group gap="sm">
            <Button variant="default" onClick={close}>
              {shell("cancel")}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {policy ? shell("save") : t("add")}
            </Button>
          </Group>
        </Group>
      </Stack>
    </form>
  );

  /** What the form did not see is told in the API's own words. */
  function findSentence(error: unknown): { sentence?: string } {
    if (!(error instanceof ApiError) || error.code !== "invalid") return {};
    return { sentence: t("refused", { reason: error.message }) };
  }
}

/** In the place of the one with its id. A new one is tried first: the last ones are for the rest. */
function putPolicy(
  policies: readonly Policy[],
  { before, saved }: { before: Policy | null; saved: Policy },
): Policy[] {
  if (!before) return [saved, ...policies];
  refuseOutdated(policies, before);
  return policies.map((each) => (each.id === saved.id ? saved : each));
}

function dropPolicy(policies: readonly Policy[], before: Policy): Policy[] {
  refuseOutdated(policies, before);
  return policies.filter(({ id }) => id !== before.id);
}

/** The list on screen is the newest, the form may be older: nobody's change is undone unseen. */
function refuseOutdated(policies: readonly Policy[], before: Policy): void {
  const now = policies.find(({ id }) => id === before.id);
  if (JSON.stringify(now) === JSON.stringify(before)) return;
  throw new ApiError({ code: "conflict", message: "Somebody else changed this policy." });
}

type RemovePolicyProps = { policy: Policy; policies: readonly Policy[]; remove: () => void };

/** Two clicks: the first asks, by name, and says who would be shut out. */
function RemovePolicy({ policy, policies, remove }: RemovePolicyProps) {
  const t = useTexts();
  const [isAsking, setAsking] = useState(false);
  const others = policies.filter(({ id }) => id !== policy.id);
  if (others.length === 0)
    return (
      <Text size="xs" className="quiet">
        {t("remove-last")}
      </Text>
    );
  return (
    <Stack gap={4} align="flex-start" maw={300}>
      <Button
        variant={isAsking ? "filled" : "subtle"}
        color="red"
        onClick={() => (isAsking ? remove() : setAsking(true))}
      >
        {isAsking ? t("remove-name", { name: policy.name }) : t("remove")}
      </Button>
      {isAsking && !others.some(fitsEverybody) && (
        <Text size="xs" c="red" role="alert">
          {t("remove-shuts-out")}
        </Text>
      )}
    </Stack>
  );
}
