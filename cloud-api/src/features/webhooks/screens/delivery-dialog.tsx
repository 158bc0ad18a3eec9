import { Anchor, Code, Group, Skeleton, Stack, Text } from "@mantine/core";
import { Link } from "wouter";
import { Dialog } from "../../../shell/dialog.tsx";
import { Failure } from "../../../shell/failure.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import type { DeliveryDetailReply } from "../schema.ts";
import { useDelivery } from "./replies.ts";
import { useTexts } from "./texts.ts";
import { OutcomeBadge, useReason, useTypeName } from "./words.tsx";

type DeliveryDialogProps = { id: string; messageId: string | null; close: () => void };

/** One message: what is kept of it, and every attempt with what was answered. */
export function DeliveryDialog({ id, messageId, close }: DeliveryDialogProps) {
  const t = useTexts();
  const nameOf = useTypeName();
  const { data, error, refetch } = useDelivery(id, messageId);
  return (
    <Dialog
      opened={messageId !== null}
      onClose={close}
      title={data ? nameOf(data.type) : t("message")}
      size="lg"
    >
      {data ? (
        <Message message={data} />
      ) : error ? (
        <Failure error={error} retry={refetch} />
      ) : (
        <Skeleton height={200} />
      )}
    </Dialog>
  );
}

function Message({ message }: { message: DeliveryDetailReply }) {
  const t = useTexts();
  const { messageId, occurredAt, state, facts, tries } = message;
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Text size="sm">
          <Moment at={occurredAt} />
        </Text>
        <OutcomeBadge state={state} />
      </Group>
      <Stack gap={4}>
        <Text size="xs" className="quiet">
          {t("message-id")}
        </Text>
        <Code className="any-length">msg_{messageId}</Code>
      </Stack>
      <Stack gap={4}>
        <Text size="xs" className="quiet">
          {t("facts")}
        </Text>
        {Object.keys(facts).length > 0 && (
          <Code block style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
            {JSON.stringify(facts, null, 2)}
          </Code>
        )}
        <CustomerLink customerId={message.customerId} />
        <Text size="xs" className="quiet">
          {t("facts-hint")}
        </Text>
      </Stack>
      <Stack gap="xs">
        <Text size="sm" fw={600}>
          {t("tries")}
        </Text>
        {tries.length === 0 && (
          <Text size="sm" className="quiet">
            {t("no-tries")}
          </Text>
        )}
        {tries.map((attempt) => (
          <Attempt key={attempt.number} attempt={attempt} />
        ))}
      </Stack>
    </Stack>
  );
}

function CustomerLink({ customerId }: { customerId: string | null }) {
  const t = useTexts();
  if (customerId === null) return null;
  return (
    <Anchor component={Link} size="sm" href={`/customers/${customerId}`}>
      {t("to-customer")}
    </Anchor>
  );
}

function Attempt({ attempt }: { attempt: DeliveryDetailReply["tries"][number] }) {
  const t = useTexts();
  const format = useFormat();
  const say = useReason();
  const { number, at, milliseconds, response } = attempt;
  return (
    <Stack gap={4}>
      <Group justify="space-between" gap="sm">
        <Text size="sm">
          {number}. <Moment at={at} /> · {say(attempt)}
        </Text>
        <Text size="xs" className="quiet figure">
          {t("took", { count: format.count(milliseconds) })}
        </Text>
      </Group>
      {response && (
        <Code block style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
          {response}
        </Code>
      )}
    </Stack>
  );
}
