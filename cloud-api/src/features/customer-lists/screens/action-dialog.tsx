import { Button, Group, Select, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../../shell/api.ts";
import { Dialog } from "../../../shell/dialog.tsx";
import { isFieldAtFault, Refusal } from "../../../shell/failure.tsx";
import { useShellTexts } from "../../../shell/language.tsx";
import { type ActionKind, UNDO_DAYS } from "../rules.ts";
import type { ActionBody, Filter, PreviewReply } from "../schema.ts";
import { type Action, useMarkChoices } from "./replies.ts";
import { useTexts } from "./texts.ts";

type ActionDialogProps = {
  /** Null: closed. */
  kind: ActionKind | null;
  filter: Filter;
  close: () => void;
  begun: () => void;
};

/** Chooses the tag or group, says how many it is about, and begins. */
export function ActionDialog({ kind, ...rest }: ActionDialogProps) {
  const t = useTexts();
  return (
    <Dialog opened={kind !== null} onClose={rest.close} title={kind && t(kind)}>
      {kind && <ActionForm kind={kind} {...rest} />}
    </Dialog>
  );
}

const NO_GROUP = "none";

type ActionFormProps = ActionDialogProps & { kind: ActionKind };

function ActionForm({ kind, filter, close, begun }: ActionFormProps) {
  const t = useTexts();
  const shell = useShellTexts();
  const queries = useQueryClient();
  const isGroup = kind === "set-group";
  const marks = useMarkChoices(isGroup ? "groups" : "tags");
  const [chosen, setChosen] = useState<string | null>(null);
  const markId = chosen === NO_GROUP ? null : chosen;
  const counted = useQuery({
    queryKey: ["customer-actions-preview", kind, chosen, filter],
    queryFn: () => api.post<PreviewReply>("/customer-actions/preview", { filter, kind, markId }),
    enabled: chosen !== null,
    gcTime: 0,
  });
  const start = useMutation({
    mutationFn: (body: ActionBody) => api.post<Action>("/customer-actions", body),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["customer-actions"] });
      begun();
    },
    onError: () => counted.refetch(),
  });
  const hasGrown = isFieldAtFault(start.error, "customers");
  const { customers = 0, changing = 0 } = counted.data ?? {};
  const choices = (marks ?? []).map(({ id, name }) => ({ value: id, label: name }));
  if (isGroup) choices.unshift({ value: NO_GROUP, label: t("no-group") });
  if (marks && choices.length === 0) return <Text size="sm">{t("no-tags")}</Text>;
  return (
    <Stack>
      <Select
        label={t(isGroup ? "group" : "tag")}
        data={choices}
        value={chosen}
        onChange={(next) => {
          start.reset();
          setChosen(next);
        }}
        searchable={choices.length > 8}
        data-autofocus
      />
      {chosen !== null && (
        <div aria-live="polite">
          <Count counted={counted.data} isCounting={counted.isFetching} />
        </div>
      )}
      <Refusal
        error={start.error ?? counted.error}
        {...(hasGrown ? { sentence: t("grown") } : {})}
      />
      <Group justify="flex-end">
        <Button variant="default" onClick={close}>
          {shell("cancel")}
        </Button>
        <Button
          disabled={changing === 0 || counted.isFetching}
          loading={start.isPending}
          onClick={() => start.mutate({ filter, kind, markId, customers })}
        >
          {changing === 0 ? t(kind) : t(`confirm-${kind}`, { count: changing })}
        </Button>
      </Group>
    </Stack>
  );
}

type CountProps = { counted: PreviewReply | undefined; isCounting: boolean };

/** How many it is about, before anything is done. */
function Count({ counted, isCounting }: CountProps) {
  const t = useTexts();
  if (!counted || isCounting) return <Text size="sm">{t("counting")}</Text>;
  const { customers, changing } = counted;
  if (customers === 0) return <Text size="sm">{t("nobody-meant")}</Text>;
  if (changing === 0) return <Text size="sm">{t("nobody-changes")}</Text>;
  return (
    <>
      <Text size="sm" fw={650}>
        {t("will-change", { count: changing })}
      </Text>
      <Text size="xs" className="quiet">
        {changing < customers && `${t("of-meant", { count: customers })} `}
        {t("undo-promise", { count: UNDO_DAYS })}
      </Text>
    </>
  );
}
