import { Badge, Group, Text } from "@mantine/core";
import { useZoneOf } from "../../../shell/branches.ts";
import { Moment } from "../../../shell/moment.tsx";
import { Section } from "../../../shell/page.tsx";
import { useFollows } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** Which Zalo accounts a customer follows, or did; nothing where none knows them. */
export function CustomerFollows({ id }: { id: string }) {
  const t = useTexts();
  const zone = useZoneOf()(null);
  const { data: follows = [] } = useFollows(id);
  if (follows.length === 0) return null;
  return (
    <Section title={t("zalo")}>
      {follows.map(({ oaId, follows: isFollower, changedAt }) => (
        <Group key={oaId} gap="xs">
          <Badge color={isFollower ? "green" : "gray"} variant="light" tt="none">
            {t(isFollower ? "follows-since" : "left-since", { account: oaId })}
          </Badge>
          <Text size="xs" className="quiet">
            <Moment at={changedAt} timeZone={zone} />
          </Text>
        </Group>
      ))}
    </Section>
  );
}
