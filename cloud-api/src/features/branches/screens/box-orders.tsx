import { Anchor, Badge, Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Static } from "typebox";
import { api } from "../../../shell/api.ts";
import { Dialog } from "../../../shell/dialog.tsx";
import { Failure, Refusal } from "../../../shell/failure.tsx";
import { Moment } from "../../../shell/moment.tsx";
import type { CommandReply, CommandsReply } from "../schema.ts";
import { nameOrder, nameOutcome, ORDERS, type OrderKind, outcomeColour } from "./order-words.ts";
import type { Box, Branch } from "./replies.ts";
import { useTexts } from "./texts.ts";

type OrdersProps = { isOpen: boolean; close: () => void; box: Box; branch: Branch };

const ASK_AGAIN_MS = 5000;

/** What a box can be asked to do, and what became of what it was asked. */
export function BoxOrders({ isOpen, close, box, branch }: OrdersProps) {
  const t = useTexts();
  const path = `/branches/${branch.id}/boxes/${box.id}/commands`;
  const queryKey = ["box-commands", box.id];
  const queries = useQueryClient();
  const { data, error, refetch } = useQuery({
    queryKey,
    queryFn: ({ signal }) => api.get<Static<typeof CommandsReply>>(path, signal),
    enabled: isOpen,
    // An answer of a box does not move the log.
    refetchInterval: ASK_AGAIN_MS,
    meta: { live: true },
  });
  const give = useMutation({
    mutationFn: (kind: OrderKind) => api.post(path, { kind }),
    onSuccess: () => queries.invalidateQueries({ queryKey }),
  });
  return (
    <Dialog opened={isOpen} onClose={close} size="lg" title={t("orders-to", { name: box.name })}>
      <Stack gap="md">
        <Text size="sm" className="quiet">
          {t("orders-hint")}
        </Text>
        <Stack gap="xs">
          {ORDERS.map((kind) => (
            <Group key={kind} justify="space-between" wrap="nowrap" gap="md" align="flex-start">
              <div>
                <Text size="sm" fw={600}>
                  {nameOrder(t, kind)}
                </Text>
                <Text size="xs" className="quiet">
                  {t(`order-${kind}-hint`)}
                </Text>
              </div>
              <Button
                size="xs"
                variant="default"
                flex="none"
                aria-label={`${t("give-order")}: ${nameOrder(t, kind)}`}
                loading={give.isPending && give.variables === kind}
                onClick={() => give.mutate(kind)}
              >
                {t("give-order")}
              </Button>
            </Group>
          ))}
        </Stack>
        <Refusal error={give.error} />
        {error && !data && <Failure error={error} retry={refetch} />}
        {!error && !data && <Skeleton height={120} radius="md" />}
        {data && <Given commands={data.commands} path={path} timeZone={branch.timeZone} />}
      </Stack>
    </Dialog>
  );
}

type GivenProps = { commands: CommandReply[]; path: string; timeZone: string };

function Given({ commands, path, timeZone }: GivenProps) {
  const t = useTexts();
  if (commands.length === 0)
    return (
      <Text size="sm" className="quiet">
        {t("no-orders")}
      </Text>
    );
  return (
    <Stack gap={0} component="ol" p={0} m={0} aria-label={t("orders")}>
      {commands.map((command) => (
        <Group
          key={command.id}
          component="li"
          className="record-row"
          px={0}
          justify="space-between"
          gap="xs"
        >
          <div>
            <Text size="sm">{nameOrder(t, command.kind)}</Text>
            <Text size="xs" className="quiet">
              <Moment at={command.createdAt} timeZone={timeZone} />
            </Text>
          </div>
          <Group gap="sm">
            {command.hasLog && (
              <Anchor href={`/api/v1${path}/${command.id}/log`} size="xs" download>
                <Group component="span" gap={4}>
                  <IconDownload size={14} />
                  {t("download-logs")}
                </Group>
              </Anchor>
            )}
            <Badge variant="light" color={outcomeColour(command)} tt="none">
              {nameOutcome(t, command)}
            </Badge>
          </Group>
        </Group>
      ))}
    </Stack>
  );
}
