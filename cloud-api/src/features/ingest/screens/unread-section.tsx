import { Button, Stack, Text } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Static } from "typebox";
import { api } from "../../../shell/api.ts";
import { useBranchChoices } from "../../../shell/branches.ts";
import { Refusal } from "../../../shell/failure.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { Empty, Section } from "../../../shell/page.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import type { RereadReply } from "../schema.ts";
import type { Unread } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** What boxes sent and nobody could read: kept as it came. */
export function UnreadSection({ events, total }: { events: Unread[] | undefined; total: number }) {
  const t = useTexts();
  const columns = useColumns();
  const again = useReadAgain();
  const button = total > 0 && (
    <Button
      size="xs"
      variant="default"
      leftSection={<IconRefresh size={14} />}
      loading={again.isPending}
      onClick={() => again.mutate()}
    >
      {t("read-again")}
    </Button>
  );
  return (
    <Section title={t("unread")} hint={t("unread-hint")} actions={button} flush>
      <Stack gap="xs" px="md" aria-live="polite">
        {again.data && (
          <Text size="sm">
            {t("read-now", { count: again.data.read })}{" "}
            {again.data.unread > 0 && t("still-unread", { count: again.data.unread })}
          </Text>
        )}
        <Refusal error={again.error} />
      </Stack>
      {events?.length === 0 ? (
        <Empty title={t("nothing-unread")} hint={t("nothing-unread-hint")} />
      ) : (
        <RecordTable label={t("unread")} columns={columns} rows={events} rowKey={({ id }) => id} />
      )}
      {events && total > events.length && (
        <Text size="sm" className="quiet record-row">
          {t("newest-shown", { shown: events.length, count: total })}
        </Text>
      )}
    </Section>
  );
}

type Reread = Static<typeof RereadReply>;

/** Looks at all of them, as many at a time as one request does. */
function useReadAgain() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      const sum = { read: 0, unread: 0 };
      for (let after: string | null | undefined; after !== null; ) {
        const reply: Reread = await api.post("/unread-events/read-again", after ? { after } : {});
        sum.read += reply.read;
        sum.unread += reply.unread;
        after = reply.after;
      }
      return sum;
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["unread-events"] }),
  });
}

function useColumns(): Column<Unread>[] {
  const t = useTexts();
  const branches = useBranchChoices();
  return [
    {
      key: "branch",
      header: t("branch"),
      narrow: "title",
      wraps: true,
      render: ({ branchId }) => (
        <b>{branches.find(({ id }) => id === branchId)?.name ?? t("gone-branch")}</b>
      ),
    },
    {
      key: "reason",
      header: t("reason"),
      wraps: true,
      render: ({ reason }) => (
        <Text size="xs" ff="monospace" className="any-length">
          {reason}
        </Text>
      ),
    },
    {
      key: "received",
      header: t("received"),
      narrow: "aside",
      render: ({ receivedAt }) => <Moment at={receivedAt} />,
    },
  ];
}
