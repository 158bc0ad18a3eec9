import { ActionIcon, Text, Tooltip } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlugConnectedX } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import { Danger } from "../../../shell/danger.tsx";
import { Dialog } from "../../../shell/dialog.tsx";
import type { Visit } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** Takes a guest off the Wi-Fi, after a confirmation that names them. The box does it when it hears of it. */
export function Disconnect({ visit }: { visit: Visit }) {
  const t = useTexts();
  const [isOpen, { open, close }] = useDisclosure(false);
  const disconnect = useMutation({
    mutationFn: () => api.post(`/visits/${visit.id}/disconnect`),
    onSuccess: close,
  });
  if (disconnect.isSuccess)
    return (
      <Text span size="xs" className="quiet" role="status">
        {t("disconnecting")}
      </Text>
    );
  const name = visit.customerName ?? visit.deviceMac ?? t("anonymous-guest");
  return (
    <>
      <Tooltip label={t("disconnect")} withArrow>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          onClick={open}
          aria-label={t("disconnect-name", { name })}
        >
          <IconPlugConnectedX size={15} />
        </ActionIcon>
      </Tooltip>
      <Dialog opened={isOpen} onClose={close} title={t("disconnect-name", { name })}>
        <Danger
          hint={t("disconnect-hint", { branch: visit.branchName ?? "–" })}
          label={t("disconnect")}
          act={disconnect}
          run={() => disconnect.mutate()}
          close={close}
        />
      </Dialog>
    </>
  );
}
