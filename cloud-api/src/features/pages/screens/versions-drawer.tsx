import { Anchor, Badge, Button, Drawer, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../../shell/api.ts";
import { Danger } from "../../../shell/danger.tsx";
import { Dialog } from "../../../shell/dialog.tsx";
import { useShellTexts } from "../../../shell/language.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { Empty } from "../../../shell/page.tsx";
import { PreviewFrame } from "../../../shell/preview-frame.tsx";
import type { PageReply, VersionReply } from "../schema.ts";
import { ArchiveButton } from "./archive-button.tsx";
import { toData } from "./document.ts";
import { useEditor } from "./editor-context.ts";
import { Places } from "./places.tsx";
import { type DeskProps, usePuckStore } from "./puck-store.ts";
import { useTexts } from "./texts.ts";
import { pageKey, usePreview } from "./use-page.ts";

type VersionsDrawerProps = DeskProps & { isOpen: boolean; close: () => void };
type Version = PageReply["versions"][number];

/** Where the page stands, and every version of it with who made it and when. */
export function VersionsDrawer({ isOpen, close, ...desk }: VersionsDrawerProps) {
  const t = useTexts();
  const shell = useShellTexts();
  const { page } = desk;
  return (
    <Drawer
      opened={isOpen}
      onClose={close}
      position="right"
      size="md"
      title={t("versions")}
      closeButtonProps={{ "aria-label": shell("close") }}
      styles={{ title: { fontWeight: 650 } }}
    >
      <Stack>
        <Places {...desk} />
        {page.versions.length === 0 ? (
          <Empty title={t("no-versions")} hint={t("no-versions-hint")} />
        ) : (
          <ol className="page-versions" aria-label={t("versions")}>
            {page.versions.map((each) => (
              <VersionRow key={each.version} {...desk} version={each} close={close} />
            ))}
          </ol>
        )}
        {desk.mayEdit && page.state === "draft" && (
          <div>
            <ArchiveButton page={page} />
          </div>
        )}
      </Stack>
    </Drawer>
  );
}

type VersionRowProps = DeskProps & { version: Version; close: () => void };

function VersionRow({ version: made, close, ...desk }: VersionRowProps) {
  const t = useTexts();
  const { page, mayEdit, mayPut } = desk;
  const { version } = made;
  const { timeZone } = useEditor();
  const [asked, setAsked] = useState<"look" | "back" | null>(null);
  const dispatch = usePuckStore((puck) => puck.dispatch);
  const take = async () => {
    const { content } = await api.get<VersionReply>(`/pages/${page.id}/versions/${version}`);
    dispatch({ type: "setData", data: toData(content), recordHistory: true });
    close();
  };
  const isElsewhere = page.places.some((place) => place.version !== version);
  return (
    <li>
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Text fw={600} className="figure">
          {t("version", { version })}
        </Text>
        {made.branches > 0 && (
          <Badge variant="light" size="sm">
            {t("stands-on", { count: made.branches })}
          </Badge>
        )}
      </Group>
      <Text size="sm" className="quiet">
        <Moment at={made.madeAt} timeZone={timeZone} />
        {made.madeBy && ` · ${made.madeBy}`}
      </Text>
      <Group gap="sm" mt={4}>
        <Anchor component="button" type="button" size="sm" onClick={() => setAsked("look")}>
          {t("look-at")}
        </Anchor>
        {mayEdit && (
          <Anchor component="button" type="button" size="sm" onClick={take}>
            {t("take-up")}
          </Anchor>
        )}
        {mayPut && isElsewhere && (
          <Button size="compact-sm" variant="default" onClick={() => setAsked("back")}>
            {t("roll-back")}
          </Button>
        )}
      </Group>
      <Dialog
        opened={asked === "look"}
        onClose={() => setAsked(null)}
        title={t("version", { version })}
        size="auto"
      >
        {asked === "look" && <VersionLook pageId={page.id} version={version} />}
      </Dialog>
      <Dialog
        opened={asked === "back"}
        onClose={() => setAsked(null)}
        title={t("roll-back-title", { version })}
      >
        {asked === "back" && (
          <RollBack page={page} version={version} close={() => setAsked(null)} />
        )}
      </Dialog>
    </li>
  );
}

function VersionLook({ pageId, version }: { pageId: string; version: number }) {
  const t = useTexts();
  const { language } = useEditor();
  const look = { language, theme: "light", stage: "before", version } as const;
  const { data } = usePreview(pageId, look, {});
  return (
    <div className="page-phone" data-theme="light">
      <PreviewFrame html={data} title={t("preview")} width={390} height={700} scale={0.8} />
    </div>
  );
}

/** One click back: what stands on branches is this version again, at once. */
function RollBack({
  page,
  version,
  close,
}: {
  page: PageReply;
  version: number;
  close: () => void;
}) {
  const t = useTexts();
  const queries = useQueryClient();
  const act = useMutation({
    mutationFn: () => api.post<PageReply>(`/pages/${page.id}/roll-back`, { version }),
    onSuccess: (reply) => {
      queries.setQueryData(pageKey(page.id), reply);
      void queries.invalidateQueries({ queryKey: ["pages"] });
      close();
    },
  });
  return (
    <Danger
      hint={t("roll-back-hint", { count: page.places.length })}
      label={t("roll-back")}
      act={act}
      run={() => act.mutate()}
      close={close}
    />
  );
}
