import { Button, Checkbox, Group, Select, Stack } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api } from "../../../shell/api.ts";
import { Danger } from "../../../shell/danger.tsx";
import { Dialog } from "../../../shell/dialog.tsx";
import { isFieldAtFault, Refusal } from "../../../shell/failure.tsx";
import { useShellTexts } from "../../../shell/language.tsx";
import { useMarkNames } from "../../../shell/marks.ts";
import { type TagRule, useSegmentNames, useTagRules } from "./replies.ts";
import { useTexts } from "./texts.ts";

export type Opened =
  /** `rule` null: a new one. */
  { kind: "set"; rule: TagRule | null } | { kind: "remove"; rule: TagRule } | null;

type DialogProps = { opened: Opened; close: () => void };

/** Makes a rule, or changes the one of a tag. */
export function RuleDialog({ opened, close }: DialogProps) {
  const t = useTexts();
  const isHere = opened?.kind === "set";
  const rule = isHere ? opened.rule : null;
  const title = rule ? t("change-name", { name: rule.tagName }) : t("add");
  return (
    <Dialog opened={isHere} onClose={close} title={title}>
      {isHere && <RuleForm rule={rule} close={close} />}
    </Dialog>
  );
}

function RuleForm({ rule, close }: { rule: TagRule | null; close: () => void }) {
  const t = useTexts();
  const shell = useShellTexts();
  const queries = useQueryClient();
  const [tagId, setTag] = useState(rule?.tagId ?? null);
  const [segmentId, setSegment] = useState(rule?.segmentId ?? null);
  const [removes, setRemoves] = useState(rule?.removes ?? true);
  const ruled = new Set(useTagRules().data?.map((each) => each.tagId));
  const tags = (useMarkNames()?.tags ?? []).filter(({ id }) => id === tagId || !ruled.has(id));
  const segments = useSegmentNames();
  const toChoice = ({ id, name }: { id: string; name: string }) => ({ value: id, label: name });
  const save = useMutation({
    mutationFn: () => api.put(`/tag-rules/${tagId}`, { segmentId, removes }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["tag-rules"] });
      await queries.invalidateQueries({ queryKey: ["marks"] });
      close();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const isCircle = isFieldAtFault(save.error, "segmentId");
  return (
    <form onSubmit={submit}>
      <Stack>
        <Select
          label={t("tag")}
          placeholder={t("choose-tag")}
          description={tags.length === 0 ? t("no-tag-left") : undefined}
          data={tags.map(toChoice)}
          value={tagId}
          onChange={setTag}
          disabled={rule !== null}
          searchable={tags.length > 8}
        />
        <Select
          label={t("segment")}
          placeholder={t("choose-segment")}
          description={segments.length === 0 ? t("no-segment-yet") : undefined}
          data={segments.map(toChoice)}
          value={segmentId}
          onChange={setSegment}
          error={isCircle && t("circle")}
          searchable={segments.length > 8}
        />
        <Checkbox
          label={t("removes")}
          description={t("removes-hint")}
          checked={removes}
          onChange={(event) => setRemoves(event.currentTarget.checked)}
        />
        <Refusal error={isCircle ? null : save.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {shell("cancel")}
          </Button>
          <Button type="submit" loading={save.isPending} disabled={!tagId || !segmentId}>
            {t("save")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** A confirmation that names the tag: whoever has it keeps it. */
export function RemoveRule({ opened, close }: DialogProps) {
  const t = useTexts();
  const queries = useQueryClient();
  const rule = opened?.kind === "remove" ? opened.rule : null;
  const remove = useMutation({
    mutationFn: (tagId: string) => api.remove(`/tag-rules/${tagId}`),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["tag-rules"] });
      close();
    },
  });
  return (
    <Dialog
      opened={rule !== null}
      onClose={close}
      title={t("remove-name", { name: rule?.tagName ?? "" })}
    >
      {rule && (
        <Danger
          hint={t("remove-hint", { count: rule.customers })}
          label={t("remove")}
          act={remove}
          run={() => remove.mutate(rule.tagId)}
          close={close}
        />
      )}
    </Dialog>
  );
}
