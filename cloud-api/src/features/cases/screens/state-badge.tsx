import { Badge } from "@mantine/core";
import type { Case } from "./replies.ts";
import { useTexts } from "./texts.ts";

const COLOURS = { new: "orange", working: "blue", closed: "gray" } as const;

export function StateBadge({ state }: { state: Case["state"] }) {
  const t = useTexts();
  return (
    <Badge size="sm" variant="light" color={COLOURS[state]} tt="none">
      {t(`state-${state}`)}
    </Badge>
  );
}
