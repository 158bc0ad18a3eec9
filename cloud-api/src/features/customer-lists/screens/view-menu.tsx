import { ActionIcon, Button, Group, Menu, Stack, Text } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { IconDots } from "@tabler/icons-react";
import { useState } from "react";
import { Dialog } from "../../../shell/dialog.tsx";
import { Refusal } from "../../../shell/failure.tsx";
import { useShellTexts } from "../../../shell/language.tsx";
import { useMay } from "../../../shell/session.tsx";
import { useViewChanges, type View } from "./replies.ts";
import { useTexts } from "./texts.ts";

type ViewMenuProps = { view: View; saveAs: () => void; rename: () => void; leave: () => void };

/** What can be done with the view that is open. */
export function ViewMenu({ view, saveAs, rename, leave }: ViewMenuProps) {
  const t = useTexts();
  const mayShare = useMay("customer-lists.share");
  const clipboard = useClipboard();
  const { share } = useViewChanges();
  const [isRemoving, setRemoving] = useState(false);
  const { id, name, shared, isOwn } = view;
  const link = `${window.location.origin}/customers?view=${id}`;
  const setShared = (next: boolean) => share.mutate({ id, shared: next });
  return (
    <>
      <Menu position="bottom-end" shadow="md" width={240}>
        <Menu.Target>
          <ActionIcon variant="default" size={30} aria-label={t("view-options", { name })}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => clipboard.copy(link)}>{t("copy-link")}</Menu.Item>
          <Menu.Item onClick={saveAs}>{t("save-as")}</Menu.Item>
          {isOwn && <Menu.Item onClick={rename}>{t("rename")}</Menu.Item>}
          {mayShare && isOwn && (
            <Menu.Item onClick={() => setShared(!shared)}>
              {t(shared ? "unshare" : "share")}
            </Menu.Item>
          )}
          {mayShare && !isOwn && (
            <Menu.Item onClick={() => setShared(false)}>{t("take-back")}</Menu.Item>
          )}
          {isOwn && (
            <Menu.Item color="red" onClick={() => setRemoving(true)}>
              {t("remove-view")}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <Dialog
        opened={isRemoving}
        onClose={() => setRemoving(false)}
        title={t("remove-view-name", { name })}
      >
        {isRemoving && <Removal view={view} close={() => setRemoving(false)} leave={leave} />}
      </Dialog>
    </>
  );
}

type RemovalProps = { view: View; close: () => void; leave: () => void };

function Removal({ view, close, leave }: RemovalProps) {
  const t = useTexts();
  const shell = useShellTexts();
  const { remove } = useViewChanges();
  return (
    <Stack>
      <Text size="sm">{t(view.shared ? "remove-shared-hint" : "remove-view-hint")}</Text>
      <Refusal error={remove.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={close}>
          {shell("cancel")}
        </Button>
        <Button
          color="red"
          loading={remove.isPending}
          onClick={() => remove.mutate(view.id, { onSuccess: leave })}
        >
          {t("remove-view")}
        </Button>
      </Group>
    </Stack>
  );
}
