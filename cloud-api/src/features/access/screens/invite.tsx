import { Button, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Static } from "typebox";
import { ApiError, api } from "../../../shell/api.ts";
import { Dialog } from "../../../shell/dialog.tsx";
import { Refusal } from "../../../shell/failure.tsx";
import { useShellTexts } from "../../../shell/language.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { ShownOnce } from "../../../shell/shown-once.tsx";
import type { InvitationReply } from "../schema.ts";
import { newDraft, readDrafts } from "./grant-drafts.ts";
import { GrantInputs } from "./grant-inputs.tsx";
import type { Grant } from "./roles.ts";
import { useTexts } from "./texts.ts";

type Invitation = Static<typeof InvitationReply>;

/** Makes a one-time link for somebody new, which the owner hands over as they like. */
export function Invite({ isOpen, close }: { isOpen: boolean; close: () => void }) {
  const t = useTexts();
  const queries = useQueryClient();
  const invite = useMutation({
    mutationFn: (grants: Grant[]) => api.post<Invitation>("/invitations", { grants }),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ["invitations"] }),
  });
  const done = () => {
    close();
    invite.reset();
  };
  return (
    <Dialog opened={isOpen} onClose={done} title={t("invite")}>
      {invite.data ? (
        <ShownOnce
          title={t("invite-once")}
          hint={t("invite-once-hint")}
          text={invite.data.url}
          aside={
            <>
              {t("invite-until")} <Moment at={invite.data.expiresAt} />
            </>
          }
          done={done}
        />
      ) : (
        <ChooseRole
          error={invite.error}
          isPending={invite.isPending}
          send={(grants) => invite.mutate(grants)}
          cancel={done}
        />
      )}
    </Dialog>
  );
}

type ChooseRoleProps = {
  error: unknown;
  isPending: boolean;
  send: (grants: Grant[]) => void;
  cancel: () => void;
};

function ChooseRole({ error, isPending, send, cancel }: ChooseRoleProps) {
  const t = useTexts();
  const shell = useShellTexts();
  const [drafts, setDrafts] = useState(() => [newDraft("viewer")]);
  const grants = readDrafts(drafts);
  const isBeyond = error instanceof ApiError && error.code === "forbidden";
  return (
    <Stack>
      <Text size="sm">{t("invite-as")}</Text>
      <GrantInputs drafts={drafts} change={setDrafts} />
      <Refusal error={error} {...(isBeyond && { sentence: t("beyond-own") })} />
      <Group justify="flex-end">
        <Button variant="default" onClick={cancel}>
          {shell("cancel")}
        </Button>
        <Button
          disabled={grants === null}
          loading={isPending}
          onClick={() => grants && send(grants)}
        >
          {t("invite-make")}
        </Button>
      </Group>
    </Stack>
  );
}
