import { Button, Group, Select, Stack } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { uuidv7 } from "uuidv7";
import { ApiError } from "../../../shell/api.ts";
import { Dialog } from "../../../shell/dialog.tsx";
import { Refusal } from "../../../shell/failure.tsx";
import { Form } from "../../../shell/form.tsx";
import { useShellTexts } from "../../../shell/language.tsx";
import type { BranchDocument } from "../schema.ts";
import {
  dropNas,
  isOfAnotherNas,
  NAS_KINDS,
  type Nas,
  type NasFields,
  putNas,
  readNas,
  startFields,
  writeNas,
} from "./nas-fields.ts";
import { CommonFields, findFaultyLabel, KindFields } from "./nas-inputs.tsx";
import { useTexts } from "./texts.ts";
import { useChangeSettings } from "./use-change-settings.ts";

const SECRET_BYTES = 18;

type NasDialogProps = { branchId: string; opened: Nas | "new" | null; close: () => void };

/** Adds an access controller, or changes or removes one. */
export function NasDialog({ branchId, opened, close }: NasDialogProps) {
  const t = useTexts();
  const isNew = opened === "new";
  const name = opened && !isNew ? opened.name : "";
  return (
    <Dialog
      opened={opened !== null}
      onClose={close}
      title={isNew ? t("add-nas") : t("edit-name", { name })}
      size="lg"
    >
      {opened && <NasForm branchId={branchId} nas={isNew ? null : opened} close={close} />}
    </Dialog>
  );
}

type NasFormProps = { branchId: string; nas: Nas | null; close: () => void };

function NasForm({ branchId, nas, close }: NasFormProps) {
  const t = useTexts();
  const shell = useShellTexts();
  const [id] = useState(() => nas?.id ?? uuidv7());
  const [fields, setFields] = useState<NasFields>(() =>
    nas ? readNas(nas, makeSecret) : startFields(makeSecret),
  );
  const save = useChangeSettings({
    branchId,
    done: close,
    explain: (refusal, document) => withoutOthersField(refusal, { document, id }),
  });
  const set = (change: Partial<NasFields>) => setFields({ ...fields, ...change });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate((document) => putNas(document, writeNas(id, fields)));
  };
  const inputs = { fields, set, error: save.error };
  return (
    <Form onSubmit={submit}>
      <Stack>
        <Select
          label={t("nas-kind")}
          description={t(`nas-kind-${fields.kind}-hint`)}
          value={fields.kind}
          onChange={(kind) => set({ kind: NAS_KINDS.find((known) => known === kind) ?? "coova" })}
          data={NAS_KINDS.map((kind) => ({ value: kind, label: t(`nas-kind-${kind}`) }))}
          disabled={nas !== null}
          allowDeselect={false}
        />
        <CommonFields {...inputs} />
        <KindFields {...inputs} />
        <Refusal error={save.error} {...findSentence(save.error)} />
        <Group justify="space-between">
          <div>
            {nas && (
              <RemoveNas name={nas.name} remove={() => save.mutate((all) => dropNas(all, id))} />
            )}
          </div>
          <Group gap="sm">
            <Button variant="default" onClick={close}>
              {shell("cancel")}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {nas ? shell("save") : t("add-nas")}
            </Button>
          </Group>
        </Group>
      </Stack>
    </Form>
  );

  /** Names the field; what is none of this form's is told in the API's own words. */
  function findSentence(error: unknown): { sentence?: string } {
    if (!(error instanceof ApiError) || error.code !== "invalid") return {};
    const label = findFaultyLabel(error);
    return { sentence: t("settings-invalid", { reason: label ? t(label) : error.message }) };
  }
}

/** Two clicks: the first asks, by name. */
function RemoveNas({ name, remove }: { name: string; remove: () => void }) {
  const t = useTexts();
  const [isAsking, setAsking] = useState(false);
  return (
    <Button
      variant={isAsking ? "filled" : "subtle"}
      color="red"
      onClick={() => (isAsking ? remove() : setAsking(true))}
    >
      {isAsking ? t("remove-nas-name", { name }) : t("remove-nas")}
    </Button>
  );
}

/** What is wrong with another NAS is said, but not at a field of this form. */
function withoutOthersField(error: unknown, place: { document: BranchDocument; id: string }) {
  if (!(error instanceof ApiError) || !isOfAnotherNas(error.field, place)) return error;
  return new ApiError({ code: error.code, message: error.message, cause: error });
}

/** 144 random bits in letters that every configuration file takes unquoted. */
function makeSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(SECRET_BYTES));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_");
}
