import { ActionIcon, Button, Group, Stack, Text } from "@mantine/core";
import { IconFileTypePdf, IconShare2 } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "./api.ts";
import { CopyText } from "./copy-button.tsx";
import { Dialog } from "./dialog.tsx";
import { Refusal } from "./failure.tsx";
import { useShellTexts } from "./language.tsx";
import { useMay } from "./session.tsx";
import { useFormat } from "./use-format.ts";
import "./answer-files.css";

type AnswerFile = { id: string; kind: "jpeg" | "pdf"; byteCount: number };
type AnswerFilesProps = { files: readonly AnswerFile[] };

/** What a customer sent with an answer, for whoever may see answers; and to show it to somebody else. */
export function AnswerFiles({ files }: AnswerFilesProps) {
  const t = useShellTexts();
  const maySee = useMay("surveys.read");
  const mayShare = useMay("surveys.export");
  const [shared, share] = useState<string | null>(null);
  if (files.length === 0) return null;
  if (!maySee)
    return (
      <Text size="sm" className="quiet">
        {t("files-sent", { count: files.length })}
      </Text>
    );
  return (
    <Group gap="xs" mt={6} component="ul" className="answer-files">
      {files.map((file, index) => (
        <li key={file.id}>
          <File file={file} number={index + 1} />
          {mayShare && (
            <ActionIcon
              variant="default"
              size="sm"
              className="share"
              aria-label={t("file-share", { number: index + 1 })}
              onClick={() => share(file.id)}
            >
              <IconShare2 size={14} />
            </ActionIcon>
          )}
        </li>
      ))}
      {shared && <Sharing fileId={shared} close={() => share(null)} />}
    </Group>
  );
}

function File({ file, number }: { file: AnswerFile; number: number }) {
  const t = useShellTexts();
  const format = useFormat();
  const address = `/api/v1/survey-files/${file.id}`;
  if (file.kind === "pdf")
    return (
      <a href={address} download className="document">
        <IconFileTypePdf size={28} aria-hidden />
        <span>PDF, {format.bytes(file.byteCount)}</span>
      </a>
    );
  return (
    <a href={address} target="_blank" rel="noreferrer">
      <img src={address} alt={t("file-picture", { number })} loading="lazy" />
    </a>
  );
}

type Shared = { url: string; expiresAt: string };

/** An address for somebody without an account, made only when it is asked for. */
function Sharing({ fileId, close }: { fileId: string; close: () => void }) {
  const t = useShellTexts();
  const format = useFormat();
  const make = useMutation({
    mutationFn: () => api.post<Shared>(`/survey-files/${fileId}/share`),
  });
  return (
    <Dialog opened onClose={close} title={t("file-sharing")}>
      <Stack gap="sm">
        <Text size="sm">{t("file-sharing-hint")}</Text>
        {make.data ? (
          <>
            <Text size="sm" className="any-length" ff="monospace">
              {make.data.url}
            </Text>
            <Text size="sm" role="status">
              {t("file-shared-until", { moment: format.clock(make.data.expiresAt) })}
            </Text>
            <Group justify="flex-end">
              <CopyText text={make.data.url} />
            </Group>
          </>
        ) : (
          <Group justify="flex-end">
            <Refusal error={make.error} sentence={t("file-not-shared")} />
            <Button loading={make.isPending} onClick={() => make.mutate()}>
              {t("file-make-address")}
            </Button>
          </Group>
        )}
      </Stack>
    </Dialog>
  );
}
