import { Badge, Button, Group, Stack, Text, Tooltip } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import { useZoneOf } from "../../../shell/branches.ts";
import { Danger } from "../../../shell/danger.tsx";
import { Dialog } from "../../../shell/dialog.tsx";
import { Failure } from "../../../shell/failure.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { useMay } from "../../../shell/session.tsx";
import { Device } from "./device.tsx";
import { keysKey, type MemberKey, useMemberKeys } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** What a customer's devices open the secure Wi-Fi with, below the devices; nothing where none ever did. */
export function MemberKeys({ id }: { id: string }) {
  const t = useTexts();
  const { data: keys = [], error, refetch } = useMemberKeys(id);
  if (error && keys.length === 0) return <Failure error={error} retry={refetch} />;
  if (keys.length === 0) return null;
  return (
    <Stack gap="xs" mt="md">
      <div>
        <Text size="sm" fw={600}>
          {t("keys")}
        </Text>
        <Text size="xs" className="quiet">
          {t("keys-hint")}
        </Text>
      </div>
      {keys.map((key) => (
        <Key key={key.id} held={key} customerId={id} />
      ))}
    </Stack>
  );
}

type KeyProps = { held: MemberKey; customerId: string };

function Key({ held, customerId }: KeyProps) {
  const t = useTexts();
  const zone = useZoneOf()(held.branchId);
  const mayEnd = useMay("wifi.edit") && held.state !== "ended" && held.state !== "ending";
  return (
    <Group justify="space-between" gap="xs" align="flex-start">
      <div>
        <Device mac={held.mac} randomised={held.randomised} />
        <Text component="div" size="xs" className="quiet">
          {held.endedAt === null ? (
            <>
              {t("given-at", { branch: held.branchName })}{" "}
              <Moment at={held.issuedAt} timeZone={zone} />
            </>
          ) : (
            <>
              {t(`ended-${held.endedBy ?? "unsaid"}`, { name: held.orderedBy ?? t("somebody") })}{" "}
              <Moment at={held.endedAt} timeZone={zone} />
            </>
          )}
        </Text>
      </div>
      <Group gap="xs" wrap="nowrap" flex="none">
        <State held={held} />
        {mayEnd && <EndKey held={held} customerId={customerId} />}
      </Group>
    </Group>
  );
}

const COLOURS = {
  ...{ open: "foyer", ending: "gray", unheard: "orange", unable: "orange", ended: "gray" },
} as const;

function State({ held: { state, orderedBy } }: { held: MemberKey }) {
  const t = useTexts();
  const badge = (
    <Badge size="sm" variant="light" color={COLOURS[state]} tt="none" fw={500}>
      {t(`key-${state}`)}
    </Badge>
  );
  if (state === "open" || state === "ended") return badge;
  const hint = t(`key-${state}-hint`, { name: orderedBy ?? t("somebody") });
  return (
    <Tooltip
      label={hint}
      multiline
      maw={260}
      withArrow
      events={{ hover: true, focus: true, touch: true }}
    >
      {badge}
    </Tooltip>
  );
}

function EndKey({ held, customerId }: KeyProps) {
  const t = useTexts();
  const queries = useQueryClient();
  const [isOpen, { open, close }] = useDisclosure(false);
  const end = useMutation({
    mutationFn: () => api.post(`/customers/${customerId}/member-keys/${held.id}/end`),
    onSuccess: async () => {
      close();
      await queries.invalidateQueries({ queryKey: keysKey(customerId) });
    },
  });
  const title = t("end-key-name", { device: held.mac ?? t("the-device") });
  return (
    <>
      <Button size="compact-xs" variant="default" onClick={open} aria-label={title}>
        {t("end-key")}
      </Button>
      <Dialog opened={isOpen} onClose={close} title={title}>
        <Danger
          hint={t("end-key-hint", { branch: held.branchName })}
          label={t("end-key")}
          act={end}
          run={() => end.mutate()}
          close={close}
        />
      </Dialog>
    </>
  );
}
