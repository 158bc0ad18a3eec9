import { ActionIcon, Button, Group, Stack, Text } from "@mantine/core";
import { IconFileTypePdf, IconShare2, IconTrash } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "./api.ts";
import { CopyText } from "./copy-button.tsx";
import { Danger } from "./danger.tsx";
import { Dialog } from "./dialog.tsx";
import { Refusal } from "./failure.tsx";
import { useShellTexts } from "./language.tsx";
import { Moment } from "./moment.tsx";
import { useMay } from "./session.tsx";
import { useFormat } from "./use-format.ts";
import "./answer-files.css";

type AnswerFile = {
  id: string;
  kind: "jpeg" | "pdf";
  byteCount: number;
  removed: { at: string; by: string | null } | null;
};
type AnswerFilesProps = { files: readonly AnswerFile[] };

/** What a customer sent with an answer, for whoever may see answers; and to show it to somebody else. */
export function AnswerFiles({ files }: AnswerFilesProps) {
  const t = useShellTexts();
  const maySee = useMay("surveys.read");
  const mayShare = useMay("surveys.export");
  const mayDelete = useMay("surveys.erase");
  const [shared, share] = useState<string | null>(null);
  const [doomed, doom] = useState<string | null>(null);
  const there = files.filter(({ removed }) => removed === null);
  if (files.length === 0) return null;
  if (!maySee)
    return (
      <Text size="sm" className="quiet">
        {t("files-sent", { count: there.length })}
      </Text>
    );
  return (
    <Group gap="xs" mt={6} component="ul" className="answer-files">
      {there.map((file, index) => (
        <li key={file.id}>
          <File file={file} number={index + 1} />
          {mayShare && (
            <ActionIcon
              variant="default"
              size={26}
              className="share"
              aria-label={t("file-share", { number: index + 1 })}
              onClick={() => share(file.id)}
            >
              <IconShare2 size={14} />
            </ActionIcon>
          )}
          {mayDelete && (
            <ActionIcon
              variant="default"
              size={26}
              className="delete"
              aria-label={t("file-delete", { number: index + 1 })}
              onClick={() => doom(file.id)}
            >
              <IconTrash size={14} />
            </ActionIcon>
          )}
        </li>
      ))}
      {files.map((file) => file.removed && <Removed key={file.id} {...file.removed} />)}
      {shared && <Sharing fileId={shared} close={() => share(null)} />}
      {doomed && <Deleting fileId={doomed} close={() => doom(null)} />}
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

function Removed({ at, by }: { at: string; by: string | null }) {
  const t = useShellTexts();
  return (
    <li className="removed quiet">
      {by === null ? t("file-deleted") : t("file-deleted-by", { name: by })}, <Moment at={at} />
    </li>
  );
}

/** Asks once more: nothing brings a file back. */
function Deleting({ fileId, close }: { fileId: string; close: () => void }) {
  const t = useShellTexts();
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => api.remove(`/survey-files/${fileId}`),
    // Answers, cases and timelines show it.
    onSuccess: () => queries.invalidateQueries(),
    onSettled: (_done, error) => error === null && close(),
  });
  return (
    <Dialog opened onClose={close} title={t("file-deleting")}>
      <Danger
        hint={t("file-deleting-hint")}
        label={t("file-delete-it")}
        act={remove}
        run={() => remove.mutate()}
        close={close}
      />
    </Dialog>
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
