import { Button, Group, Select, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api } from "../../../shell/api.ts";
import { Dialog } from "../../../shell/dialog.tsx";
import { isFieldAtFault, Refusal } from "../../../shell/failure.tsx";
import { useShellTexts } from "../../../shell/language.tsx";
import { isWithin, listPath, listTree } from "../rules.ts";
import type { Opened } from "./mark-dialogs.tsx";
import type { Mark } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** No group has this id: it stands for none in the list of choices. */
const AT_TOP = "top";

type MoveDialogProps = { groups: readonly Mark[]; opened: Opened; close: () => void };

/** Puts a group, with all that stands in it, into another one. */
export function MoveDialog({ groups, opened, close }: MoveDialogProps) {
  const t = useTexts();
  const mark = opened?.kind === "move" ? opened.mark : null;
  return (
    <Dialog
      opened={mark !== null}
      onClose={close}
      title={t("move-name", { name: mark?.name ?? "" })}
    >
      {mark && <MoveForm groups={groups} mark={mark} close={close} />}
    </Dialog>
  );
}

type MoveFormProps = { groups: readonly Mark[]; mark: Mark; close: () => void };

function MoveForm({ groups, mark, close }: MoveFormProps) {
  const t = useTexts();
  const shell = useShellTexts();
  const queries = useQueryClient();
  const [parentId, setParentId] = useState(mark.parentId ?? AT_TOP);
  const move = useMutation({
    mutationFn: () =>
      api.patch(`/groups/${mark.id}`, {
        name: mark.name,
        parentId: parentId === AT_TOP ? null : parentId,
      }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["marks"] });
      close();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    move.mutate();
  };
  // What stands in it goes along, so it is no place for it.
  const places = listTree(groups).filter(({ id }) => !isWithin(groups, { id, outerId: mark.id }));
  const isRefused = isFieldAtFault(move.error, "parentId");
  const inner = groups.filter(({ parentId: at }) => at === mark.id).length;
  return (
    <form onSubmit={submit}>
      <Stack>
        <Select
          label={t("stands-in")}
          data={[
            { value: AT_TOP, label: t("at-top") },
            ...places.map(({ id }) => ({ value: id, label: listPath(groups, id).join(" › ") })),
          ]}
          value={parentId}
          onChange={(chosen) => setParentId(chosen ?? AT_TOP)}
          error={isRefused && t("place-refused")}
          allowDeselect={false}
          searchable={places.length > 8}
          data-autofocus
        />
        {inner > 0 && (
          <Text size="sm" className="quiet">
            {t("moves-along", { count: inner })}
          </Text>
        )}
        <Refusal error={isRefused ? null : move.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {shell("cancel")}
          </Button>
          <Button type="submit" loading={move.isPending}>
            {t("move")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
