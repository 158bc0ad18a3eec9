import { ActionIcon, Tooltip } from "@mantine/core";
import { IconPhoto } from "@tabler/icons-react";
import { useShellTexts } from "./language.tsx";

/** A drawing as a file, to be shown to somebody who is not here. */
export function PictureButton({ take }: { take: () => Promise<void> }) {
  const t = useShellTexts();
  return (
    <Tooltip label={t("picture-hint")}>
      <ActionIcon variant="default" size={28} aria-label={t("picture")} onClick={take}>
        <IconPhoto size={16} stroke={1.7} />
      </ActionIcon>
    </Tooltip>
  );
}

/** Hands a picture (a data: address) to whoever took it, under the title of what is drawn. */
export function savePicture(address: string, title: string): void {
  const link = document.createElement("a");
  link.href = address;
  link.download = `${title}.png`;
  link.click();
}
