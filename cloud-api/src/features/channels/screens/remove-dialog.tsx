import { ApiError } from "../../../shell/api.ts";
import { Danger } from "../../../shell/danger.tsx";
import { Dialog } from "../../../shell/dialog.tsx";
import { type Sender, useRemoveSender } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** A confirmation that names it, and says that its secrets go with it. */
export function RemoveDialog({ sender, close }: { sender: Sender | null; close: () => void }) {
  const t = useTexts();
  return (
    <Dialog
      opened={sender !== null}
      onClose={close}
      title={t("remove-name", { name: sender?.name ?? "" })}
    >
      {sender && <RemoveForm sender={sender} close={close} />}
    </Dialog>
  );
}

function RemoveForm({ sender, close }: { sender: Sender; close: () => void }) {
  const t = useTexts();
  const remove = useRemoveSender(sender.id, close);
  const isUsed = remove.error instanceof ApiError && remove.error.code === "conflict";
  return (
    <Danger
      hint={t("remove-hint")}
      label={t("remove")}
      act={remove}
      run={() => remove.mutate()}
      close={close}
      sentence={isUsed ? t("still-used") : undefined}
    />
  );
}
