import { ActionIcon, Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconBan, IconDots, IconPlugConnectedX, IconRoute } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import { Danger } from "../../../shell/danger.tsx";
import { Dialog } from "../../../shell/dialog.tsx";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import { useMay } from "../../../shell/session.tsx";
import type { DeskBranch } from "./desk-page.tsx";
import { type OnlineSession, onlineKey } from "./replies.ts";
import { RuleDialog } from "./rule-dialog.tsx";
import { useTexts } from "./texts.ts";

type SessionProps = { session: OnlineSession; branch: DeskBranch };

/** What can be done about one who is online. */
export function SessionActions({ session, branch }: SessionProps) {
  const t = useTexts();
  const mayEdit = useMay("wifi.edit");
  const mayTrace = useMay("wifi.trace");
  const { change } = useSearchParameters();
  const [isSending, sending] = useDisclosure(false);
  const [isBlocking, blocking] = useDisclosure(false);
  const { mac, rule, endedAt } = session;
  const name = session.name ?? mac ?? t("unknown-guest");
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={t("actions-of", { name })}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {mayEdit && endedAt === null && (
            <Menu.Item leftSection={<IconPlugConnectedX size={15} />} onClick={sending.open}>
              {t("send-off")}
            </Menu.Item>
          )}
          {mayEdit && mac !== null && rule !== "block" && (
            <Menu.Item leftSection={<IconBan size={15} />} onClick={blocking.open}>
              {t("block")}
            </Menu.Item>
          )}
          {mayTrace && mac !== null && (
            <Menu.Item
              leftSection={<IconRoute size={15} />}
              onClick={() => change({ view: "trace", of: mac })}
            >
              {t("look-up")}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <SendOff {...{ session, branch, name }} isOpen={isSending} close={sending.close} />
      <RuleDialog isOpen={isBlocking} close={blocking.close} branch={branch} mac={mac ?? ""} />
    </>
  );
}

type SendOffProps = SessionProps & { name: string; isOpen: boolean; close: () => void };

function SendOff({ session, branch, name, isOpen, close }: SendOffProps) {
  const t = useTexts();
  const queries = useQueryClient();
  const sendOff = useMutation({
    mutationFn: () => api.post(`/branches/${branch.id}/online/${session.id}/disconnect`),
    onSuccess: async () => {
      close();
      await queries.invalidateQueries({ queryKey: onlineKey(branch.id) });
    },
  });
  return (
    <Dialog opened={isOpen} onClose={close} title={t("send-off-name", { name })}>
      <Danger
        hint={t("send-off-hint")}
        label={t("send-off")}
        act={sendOff}
        run={() => sendOff.mutate()}
        close={close}
      />
    </Dialog>
  );
}
