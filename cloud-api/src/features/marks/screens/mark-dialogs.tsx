import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ApiError, api } from "../../../shell/api.ts";
import { Danger } from "../../../shell/danger.tsx";
import { Dialog } from "../../../shell/dialog.tsx";
import { isFieldAtFault } from "../../../shell/failure.tsx";
import { NameForm } from "../../../shell/name-form.tsx";
import { MARK_NAME_LENGTH_MAX } from "../rules.ts";
import type { Mark, Noun } from "./replies.ts";
import { useTexts } from "./texts.ts";

export type Opened =
  /** `parent` is the group that a new one is made below. */
  { kind: "add"; parent: Mark | null } | { kind: "rename" | "move" | "remove"; mark: Mark } | null;

type DialogProps = { noun: Noun; opened: Opened; close: () => void };

/** Makes a group, tag or tier, or gives it another name. */
export function NameDialog({ noun, opened, close }: DialogProps) {
  const t = useTexts();
  const isHere = opened?.kind === "add" || opened?.kind === "rename";
  const mark = opened?.kind === "rename" ? opened.mark : null;
  const parent = opened?.kind === "add" ? opened.parent : null;
  const added = parent ? t("add-below", { name: parent.name }) : t(`add-to-${noun}`);
  const title = mark ? t("rename-name", { name: mark.name }) : added;
  return (
    <Dialog opened={isHere} onClose={close} title={title}>
      {/* Mounted with the dialog, so that each opening begins with what is true now. */}
      <MarkName noun={noun} mark={mark} parent={parent} close={close} />
    </Dialog>
  );
}

type MarkNameProps = { noun: Noun; mark: Mark | null; parent: Mark | null; close: () => void };

function MarkName({ noun, mark, parent, close }: MarkNameProps) {
  const t = useTexts();
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: (name: string) =>
      mark
        ? api.patch(`/${noun}/${mark.id}`, { name })
        : api.post(`/${noun}`, { name, ...(parent && { parentId: parent.id }) }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["marks"] });
      close();
    },
  });
  return (
    <NameForm
      label={t("name")}
      placeholder={t(`${noun}-example`)}
      first={mark?.name ?? ""}
      maxLength={MARK_NAME_LENGTH_MAX}
      taken={t("name-taken")}
      error={save.error}
      isPending={save.isPending}
      action={mark ? t("rename") : t("add")}
      send={save.mutate}
      close={close}
    />
  );
}

/** A confirmation that names it, and says how many customers have it. */
export function RemoveDialog({ noun, opened, close }: DialogProps) {
  const t = useTexts();
  const mark = opened?.kind === "remove" ? opened.mark : null;
  return (
    <Dialog
      opened={mark !== null}
      onClose={close}
      title={t("remove-name", { name: mark?.name ?? "" })}
    >
      {mark && <RemoveForm noun={noun} mark={mark} close={close} />}
    </Dialog>
  );
}

function RemoveForm({ noun, mark, close }: { noun: Noun; mark: Mark; close: () => void }) {
  const t = useTexts();
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => api.remove(`/${noun}/${mark.id}`),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["marks"] });
      close();
    },
  });
  const isRefused = remove.error instanceof ApiError && remove.error.code === "conflict";
  // The field says what holds it: groups that stand in it, or else a policy.
  const holder = isFieldAtFault(remove.error, "groups") ? "still-holding" : "still-named";
  return (
    <Danger
      hint={t("remove-hint", { count: mark.customers })}
      label={t("remove")}
      act={remove}
      run={() => remove.mutate()}
      close={close}
      sentence={isRefused ? t(holder) : undefined}
    />
  );
}
