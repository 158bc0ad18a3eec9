import { Modal, type ModalProps } from "@mantine/core";
import { useShellTexts } from "./language.tsx";

/** A dialog in the middle, whose way out has a name. */
export function Dialog(props: ModalProps) {
  const t = useShellTexts();
  return <Modal centered closeButtonProps={{ "aria-label": t("close") }} {...props} />;
}
