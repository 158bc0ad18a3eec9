import { ActionIcon, Alert, Badge, Box, Button, Group, Text, Title, Tooltip } from "@mantine/core";
import { IconArrowBackUp, IconArrowForwardUp, IconHistory, IconRocket } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { Link } from "wouter";
import { api } from "../../../shell/api.ts";
import type { PageReply } from "../schema.ts";
import { ArchiveButton } from "./archive-button.tsx";
import { toData } from "./document.ts";
import type { SaveState } from "./draft-store.ts";
import { PublishDialog } from "./publish-dialog.tsx";
import { type DeskProps, usePuckStore } from "./puck-store.ts";
import { StateBadge } from "./state-badge.tsx";
import { useTexts } from "./texts.ts";
import { pageKey } from "./use-page.ts";
import { VersionsDrawer } from "./versions-drawer.tsx";

/** The page's name and state, what can be undone, and the way to guests. */
export function EditorBar(props: DeskProps) {
  const { page, draft, mayEdit, mayPut } = props;
  const t = useTexts();
  const name = usePuckStore((store) => store.appState.data.root.props?.name) as string | undefined;
  const [shown, setShown] = useState<"publish" | "versions" | null>(null);
  const isArchived = page.state === "archived";
  const title = name?.trim() || t("nameless");
  useEffect(() => {
    document.title = `${title} · Foyer`;
  }, [title]);
  return (
    <>
      <div className="page-bar">
        <Box miw={0} flex={1}>
          <Link href="/pages" className="page-back">
            ← {t("pages")}
          </Link>
          <Group gap="xs" wrap="nowrap">
            <Title order={1} size="h2" className="page-title" title={title}>
              {title}
            </Title>
            <StateBadge state={page.state} />
            {page.version > 0 && (
              <Badge variant="default" size="sm" tt="none" className="figure page-version">
                {t("version", { version: page.version })}
              </Badge>
            )}
          </Group>
        </Box>
        <Group gap="xs" wrap="nowrap" className="page-bar-acts">
          {mayEdit && <SaveNote state={draft.state} />}
          {mayEdit && <UndoButtons />}
          <Button
            variant="default"
            leftSection={<IconHistory size={16} aria-hidden />}
            onClick={() => setShown("versions")}
          >
            {t("versions")}
          </Button>
          {mayPut && (
            <Button
              leftSection={<IconRocket size={16} aria-hidden />}
              onClick={() => setShown("publish")}
            >
              {t("publish")}
            </Button>
          )}
        </Group>
      </div>
      {draft.state === "clash" && <ClashNotice {...props} />}
      {!mayEdit && (
        <Alert color="gray" variant="light" py="xs" mb="sm">
          <Group gap="sm">
            {t(mayPut ? "put-only-note" : isArchived ? "archived-note" : "read-only-note")}
            {isArchived && page.mayEdit && <ArchiveButton page={page} />}
          </Group>
        </Alert>
      )}
      <PublishDialog {...props} isOpen={shown === "publish"} close={() => setShown(null)} />
      <VersionsDrawer {...props} isOpen={shown === "versions"} close={() => setShown(null)} />
    </>
  );
}

function SaveNote({ state }: { state: SaveState }) {
  const t = useTexts();
  return (
    <Text
      size="xs"
      className={state === "failed" ? "page-save" : "page-save quiet"}
      {...(state === "failed" ? { c: "red" } : {})}
      role="status"
      data-save={state}
    >
      {t(`save-${state}`)}
    </Text>
  );
}

function UndoButtons() {
  const t = useTexts();
  const history = usePuckStore((store) => store.history);
  const buttons: { key: string; label: string; icon: ReactNode; can: boolean; act: () => void }[] =
    [
      {
        ...{ key: "undo", label: t("undo"), icon: <IconArrowBackUp size={18} /> },
        ...{ can: history.hasPast, act: history.back },
      },
      {
        ...{ key: "redo", label: t("redo"), icon: <IconArrowForwardUp size={18} /> },
        ...{ can: history.hasFuture, act: history.forward },
      },
    ];
  return (
    <ActionIcon.Group>
      {buttons.map(({ key, label, icon, can, act }) => (
        <Tooltip key={key} label={label} openDelay={400}>
          <ActionIcon variant="default" size={36} onClick={act} disabled={!can} aria-label={label}>
            {icon}
          </ActionIcon>
        </Tooltip>
      ))}
    </ActionIcon.Group>
  );
}

/** Two people wrote on the same page: whoever came second decides. */
function ClashNotice({ page, store }: DeskProps) {
  const t = useTexts();
  const queries = useQueryClient();
  const dispatch = usePuckStore((puck) => puck.dispatch);
  const settle = async (keep: "mine" | "theirs") => {
    const theirs = await api.get<PageReply>(`/pages/${page.id}`);
    queries.setQueryData(pageKey(page.id), theirs);
    if (keep === "theirs") {
      dispatch({ type: "setData", data: toData(theirs.draft) });
      store.change(theirs.draft);
    }
    // Mine waits in the store, with what was written since.
    await store.overwrite(theirs.revision);
  };
  return (
    <Alert color="yellow" variant="light" role="alert" title={t("clash")} mb="sm">
      <Group gap="sm">
        <Text size="sm">{t("clash-hint")}</Text>
        <Button size="xs" variant="default" onClick={() => settle("mine")}>
          {t("keep-mine")}
        </Button>
        <Button size="xs" variant="default" onClick={() => settle("theirs")}>
          {t("take-theirs")}
        </Button>
      </Group>
    </Alert>
  );
}
