import { Dialog } from "../../../shell/dialog.tsx";
import { useShellTexts } from "../../../shell/language.tsx";
import { NameForm } from "../../../shell/name-form.tsx";
import { VIEW_NAME_LENGTH_MAX } from "../rules.ts";
import type { ViewBody } from "../schema.ts";
import { useViewChanges, type View } from "./replies.ts";
import { useTexts } from "./texts.ts";

type ViewDialogProps = {
  /** The view that gets another name, or a new one; null: closed. */
  named: View | "new" | null;
  toBody: (name: string) => ViewBody;
  close: () => void;
  open: (view: View) => void;
};

/** Gives a view its name. */
export function ViewDialog(props: ViewDialogProps) {
  const t = useTexts();
  const { named, close } = props;
  const title = t(named === "new" ? "save-view" : "rename");
  return (
    <Dialog opened={named !== null} onClose={close} title={title}>
      {named !== null && <ViewName {...props} />}
    </Dialog>
  );
}

function ViewName({ named, toBody, close, open }: ViewDialogProps) {
  const t = useTexts();
  const shell = useShellTexts();
  const view = named === "new" ? null : named;
  const { save } = useViewChanges();
  const send = (name: string) =>
    save.mutate(
      { id: view?.id ?? null, body: toBody(name) },
      {
        onSuccess: (saved) => {
          close();
          if (!view) open(saved);
        },
      },
    );
  return (
    <NameForm
      label={t("view-name")}
      placeholder={t("view-example")}
      hint={t("view-hint")}
      first={view?.name ?? ""}
      maxLength={VIEW_NAME_LENGTH_MAX}
      taken={t("name-taken")}
      error={save.error}
      isPending={save.isPending}
      action={shell("save")}
      send={send}
      close={close}
    />
  );
}
