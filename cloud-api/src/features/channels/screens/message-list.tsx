import { Badge, Text } from "@mantine/core";
import type { BranchChoice } from "../../../shell/branches.ts";
import { Failure } from "../../../shell/failure.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { Empty, Section } from "../../../shell/page.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { type Message, useMessages } from "./replies.ts";
import { type TextKey, useTexts } from "./texts.ts";

const COLOURS = {
  ...{ sent: "green", failed: "red", unknown: "orange", sending: "blue", waiting: "gray" },
} as const;

/** What became of the branch's codes: every one that was not sent says why. */
export function MessageList({ branch }: { branch: BranchChoice }) {
  const t = useTexts();
  const { data, error, refetch } = useMessages(branch.id);
  const columns = useColumns(branch.timeZone);
  if (error && !data) return <Failure error={error} retry={refetch} />;
  return (
    <Section title={t("messages")} hint={t("messages-hint")} flush>
      {data?.length === 0 ? (
        <Empty title={t("no-messages")} hint={t("no-messages-hint")} />
      ) : (
        <RecordTable label={t("messages")} columns={columns} rows={data} rowKey={({ id }) => id} />
      )}
    </Section>
  );
}

function useColumns(timeZone: string): Column<Message>[] {
  const t = useTexts();
  return [
    {
      key: "at",
      header: t("at"),
      narrow: "title",
      render: ({ createdAt }) => <Moment at={createdAt} timeZone={timeZone} />,
    },
    {
      key: "state",
      header: t("state"),
      narrow: "aside",
      render: ({ state }) => (
        <Badge variant="light" color={COLOURS[state]} tt="none">
          {t(`state-${state}`)}
        </Badge>
      ),
    },
    {
      key: "tries",
      header: t("tries"),
      wraps: true,
      render: (message) => <Tries message={message} />,
    },
  ];
}

function Tries({ message: { attempts, failure } }: { message: Message }) {
  const t = useTexts();
  if (attempts.length === 0)
    return <span className="quiet">{failure ? t(`failure-${failure}` as TextKey) : "–"}</span>;
  return attempts.map(({ senderName, state, reason, detail }, index) => (
    <Text key={`${index}-${state}`} size="sm" component="div">
      {senderName ?? t("removed-sender")}: {t(`attempt-${state}` as TextKey)}
      {reason && `, ${t(`reason-${reason}` as TextKey)}`}
      {detail && (
        <Text span size="xs" className="quiet figure">
          {" "}
          ({detail})
        </Text>
      )}
    </Text>
  ));
}
