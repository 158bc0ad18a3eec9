import { Button, Group, Stack, Text } from "@mantine/core";
import { IconBookmark } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "wouter";
import { CopyText } from "../../../shell/copy-button.tsx";
import { Dialog } from "../../../shell/dialog.tsx";
import { useShellTexts } from "../../../shell/language.tsx";
import { useMay } from "../../../shell/session.tsx";
import { type Asked, readAddress } from "./asked.ts";
import { KeepForm } from "./keep-form.tsx";
import { type Saved, useSavedChanges } from "./replies.ts";
import { useTexts } from "./texts.ts";
import { useAskedWords } from "./use-asked-words.ts";

const PARTS: readonly Asked["report"][] = ["sign-in-funnel"];

/** Keeps a report as its page shows it; `id` is its address. */
export function SavePanel({ id }: { id: string }) {
  const t = useTexts();
  const shell = useShellTexts();
  const mayKeep = useMay("saved-reports.keep");
  const [isOpen, setOpen] = useState(false);
  const asked = readAddress(id);
  const close = () => setOpen(false);
  if (!mayKeep || !asked) return null;
  const part = t(`report-${asked.report}`);
  return (
    <>
      <Button
        variant="default"
        fw={400}
        leftSection={<IconBookmark size={16} />}
        // A part of a page stands beside the page's own.
        aria-label={PARTS.includes(asked.report) ? t("save-part", { part }) : undefined}
        flex={{ base: "1 1 auto", xs: "none" }}
        onClick={() => setOpen(true)}
      >
        {shell("save")}
      </Button>
      <Dialog opened={isOpen} onClose={close} title={t("save-report")}>
        {isOpen && <Saving asked={asked} close={close} />}
      </Dialog>
    </>
  );
}

function Saving({ asked, close }: { asked: Asked; close: () => void }) {
  const t = useTexts();
  const sayAsked = useAskedWords();
  const { save } = useSavedChanges();
  if (save.data) return <Kept saved={save.data} close={close} />;
  return (
    <KeepForm
      first={{ name: "", note: "", compared: "before", shared: false }}
      act={save}
      send={(words) => save.mutate({ id: null, body: { ...asked, ...words } })}
      close={close}
    >
      <div>
        <Text size="sm" fw={600}>
          {t(`report-${asked.report}`)}
        </Text>
        <Text size="sm" className="quiet any-length">
          {sayAsked(asked)}
        </Text>
      </div>
    </KeepForm>
  );
}

function Kept({ saved: { id, name }, close }: { saved: Saved; close: () => void }) {
  const t = useTexts();
  const shell = useShellTexts();
  const path = `/saved-reports/${id}`;
  return (
    <Stack>
      <Text size="sm" role="status" className="any-length">
        {t("kept-as", { name })}
      </Text>
      <Group justify="flex-end" gap="sm">
        <CopyText text={`${window.location.origin}${path}`} label={t("copy-link")} />
        <Button variant="default" size="compact-sm" onClick={close}>
          {shell("close")}
        </Button>
        <Button component={Link} href={path} size="compact-sm" data-autofocus>
          {t("open")}
        </Button>
      </Group>
    </Stack>
  );
}
