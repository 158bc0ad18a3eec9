import { Button, FileInput, Group, Progress, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError, api } from "../../../shell/api.ts";
import { Dialog } from "../../../shell/dialog.tsx";
import { Refusal } from "../../../shell/failure.tsx";
import { Form } from "../../../shell/form.tsx";
import { useShellTexts } from "../../../shell/language.tsx";
import { countParts, PART_BYTES } from "../rules.ts";
import { useTexts } from "./texts.ts";

type Files = { announcement: File; tarball: File };

/** Puts the two files of a release in, a part of the tarball after another. */
export function UploadDialog({ isOpen, close }: { isOpen: boolean; close: () => void }) {
  const t = useTexts();
  return (
    <Dialog opened={isOpen} onClose={close} title={t("upload-title")}>
      <Inside close={close} />
    </Dialog>
  );
}

function Inside({ close }: { close: () => void }) {
  const t = useTexts();
  const shell = useShellTexts();
  const queries = useQueryClient();
  const [announcement, setAnnouncement] = useState<File | null>(null);
  const [tarball, setTarball] = useState<File | null>(null);
  const [percent, setPercent] = useState(0);
  const put = useMutation({
    mutationFn: (files: Files) => putIn(files, setPercent),
    onSuccess: close,
    onSettled: () => queries.invalidateQueries({ queryKey: ["releases"] }),
  });
  const why = sayRefusal(put.error);
  return (
    <Form
      onSubmit={(event) => {
        event.preventDefault();
        if (announcement && tarball) put.mutate({ announcement, tarball });
      }}
    >
      <Stack>
        <Text size="sm">{t("upload-hint")}</Text>
        <FileInput
          label={t("announcement")}
          placeholder={t("choose-file")}
          accept=".json"
          value={announcement}
          onChange={setAnnouncement}
        />
        <FileInput
          label={t("tarball")}
          placeholder={t("choose-file")}
          accept=".gz"
          value={tarball}
          onChange={setTarball}
        />
        {put.isPending && <Progress value={percent} aria-label={t("upload-progress")} />}
        <Refusal error={put.error} {...(why ? { sentence: t(why) } : {})} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {shell("cancel")}
          </Button>
          <Button type="submit" loading={put.isPending} disabled={!announcement || !tarball}>
            {t("upload-do")}
          </Button>
        </Group>
      </Stack>
    </Form>
  );
}

/** Rejects with SyntaxError where the announcement is no JSON, and with ApiError where the cloud refuses. */
async function putIn({ announcement, tarball }: Files, tell: (percent: number) => void) {
  const said = JSON.parse(await announcement.text());
  await api.post("/operator/releases", said);
  const parts = countParts(tarball.size);
  for (let part = 0; part < parts; part += 1) {
    const bytes = tarball.slice(part * PART_BYTES, (part + 1) * PART_BYTES);
    await api.put(`/operator/releases/${said.sha256}/parts/${part}`, bytes);
    tell((100 * (part + 1)) / parts);
  }
}

function sayRefusal(error: Error | null) {
  if (error instanceof SyntaxError) return "refused-announcement";
  if (!(error instanceof ApiError)) return null;
  if (error.code === "invalid") return "refused-announcement";
  return error.code === "conflict" ? "refused-conflict" : null;
}
