import { Badge } from "@mantine/core";
import type { Case } from "./replies.ts";
import { useTexts } from "./texts.ts";

const COLOURS = { new: "orange", working: "blue", closed: "gray" } as const;

/** The theme's own is too pale upon itself for WCAG 2.2, 1.4.3. */
const READABLE_ORANGE = "light-dark(#9a3412, #ffb38a)";

export function StateBadge({ state }: { state: Case["state"] }) {
  const t = useTexts();
  return (
    <Badge
      size="sm"
      variant="light"
      color={COLOURS[state]}
      tt="none"
      {...(state === "new" ? { c: READABLE_ORANGE } : {})}
    >
      {t(`state-${state}`)}
    </Badge>
  );
}
