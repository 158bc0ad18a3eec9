import { Alert, Button, Code, Group, Radio, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Static } from "typebox";
import { api } from "../../../shell/api.ts";
import { CopyText } from "../../../shell/copy-button.tsx";
import { Dialog } from "../../../shell/dialog.tsx";
import { Refusal } from "../../../shell/failure.tsx";
import { useShellTexts } from "../../../shell/language.tsx";
import { Moment } from "../../../shell/moment.tsx";
import type { InvitationReply } from "../schema.ts";
import { ROLES, type Role, useRoleName } from "./roles.ts";
import { useTexts } from "./texts.ts";

type Invitation = Static<typeof InvitationReply>;

/** Makes a one-time link for somebody new, which the owner hands over as they like. */
export function Invite({ isOpen, close }: { isOpen: boolean; close: () => void }) {
  const t = useTexts();
  const queries = useQueryClient();
  const invite = useMutation({
    mutationFn: (role: Role) => api.post<Invitation>("/invitations", { role }),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ["invitations"] }),
  });
  const done = () => {
    close();
    invite.reset();
  };
  return (
    <Dialog opened={isOpen} onClose={done} title={t("invite")}>
      {invite.data ? (
        <Link invitation={invite.data} done={done} />
      ) : (
        <ChooseRole
          error={invite.error}
          isPending={invite.isPending}
          send={(role) => invite.mutate(role)}
          cancel={done}
        />
      )}
    </Dialog>
  );
}

type ChooseRoleProps = {
  error: unknown;
  isPending: boolean;
  send: (role: Role) => void;
  cancel: () => void;
};

function ChooseRole({ error, isPending, send, cancel }: ChooseRoleProps) {
  const t = useTexts();
  const shell = useShellTexts();
  const nameRole = useRoleName();
  const [role, setRole] = useState<Role>("manager");
  return (
    <Stack>
      <Radio.Group
        label={t("invite-as")}
        value={role}
        onChange={(value) => setRole(ROLES.find((known) => known === value) ?? "viewer")}
      >
        <Stack gap="xs" mt="xs">
          {ROLES.map((each) => (
            <Radio
              key={each}
              value={each}
              label={nameRole(each)}
              description={t(`role-${each}-hint`)}
            />
          ))}
        </Stack>
      </Radio.Group>
      <Refusal error={error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={cancel}>
          {shell("cancel")}
        </Button>
        <Button loading={isPending} onClick={() => send(role)}>
          {t("invite-make")}
        </Button>
      </Group>
    </Stack>
  );
}

function Link({ invitation, done }: { invitation: Invitation; done: () => void }) {
  const t = useTexts();
  return (
    <Stack>
      <Alert variant="light" title={t("invite-once")}>
        <Text size="sm">{t("invite-once-hint")}</Text>
      </Alert>
      <Code block style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
        {invitation.url}
      </Code>
      <Group justify="space-between">
        <Text component="div" size="xs" className="quiet">
          {t("invite-until")} <Moment at={invitation.expiresAt} />
        </Text>
        <Group gap="xs">
          <CopyText text={invitation.url} />
          <Button size="compact-sm" onClick={done}>
            {t("done")}
          </Button>
        </Group>
      </Group>
    </Stack>
  );
}
