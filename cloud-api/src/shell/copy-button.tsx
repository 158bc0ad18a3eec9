import { Button, CopyButton } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useShellTexts } from "./language.tsx";

type CopyTextProps = { text: string; label?: string; size?: "compact-sm" | "sm" };

export function CopyText({ text, label, size = "compact-sm" }: CopyTextProps) {
  const t = useShellTexts();
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Button
          variant="default"
          size={size}
          onClick={copy}
          leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
        >
          {copied ? t("copied") : (label ?? t("copy"))}
        </Button>
      )}
    </CopyButton>
  );
}

/** Hands a text to the person as a file. */
export function downloadText(fileName: string, text: string): void {
  // As plain text, a name without an ending would be given ".txt".
  const bytes = new Blob([text], { type: "application/octet-stream" });
  const address = URL.createObjectURL(bytes);
  const link = document.createElement("a");
  link.href = address;
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(address);
}
