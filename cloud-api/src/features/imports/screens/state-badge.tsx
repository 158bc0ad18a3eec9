import { Badge } from "@mantine/core";
import type { ImportLine } from "./replies.ts";
import { useTexts } from "./texts.ts";

const COLOURS: Record<ImportLine["state"], string> = {
  uploaded: "orange",
  checking: "blue",
  checked: "orange",
  running: "blue",
  finished: "green",
  cancelled: "gray",
  failed: "red",
};

export function StateBadge({ state }: Pick<ImportLine, "state">) {
  const t = useTexts();
  return (
    <Badge variant="light" tt="none" color={COLOURS[state]}>
      {t(`state-${state}`)}
    </Badge>
  );
}
