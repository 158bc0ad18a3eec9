import { Anchor, Group, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { Link } from "wouter";
import { useBoxes } from "./replies.ts";
import { useTexts } from "./texts.ts";
import { colourOf, useTroubleWords } from "./trouble-words.ts";

/** Below a box of a branch: what is to be done about it, in a line each, and the way to more. */
export function BoxPanel({ id }: { id: string }) {
  const t = useTexts();
  const say = useTroubleWords();
  const { data } = useBoxes();
  const box = data?.find((each) => each.id === id);
  // The way to it does not wait for what is to be done, which would move what is below.
  if (data && !box) return null;
  return (
    <Group justify="space-between" align="flex-end" gap="sm" mt={4}>
      <div>
        {box?.troubles.map((trouble) => (
          <Group key={trouble.kind} gap={6} wrap="nowrap" align="flex-start">
            <Text span c={colourOf(trouble)} lh={1} pt={3} aria-hidden>
              <IconAlertTriangle size={14} />
            </Text>
            <Text size="sm">{say(trouble).title}</Text>
          </Group>
        ))}
      </div>
      <Anchor component={Link} href={`/boxes/${id}`} size="sm">
        {t("details")}
      </Anchor>
    </Group>
  );
}
