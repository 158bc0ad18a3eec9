import { Badge } from "@mantine/core";
import type { PageState } from "../schema.ts";
import { useTexts } from "./texts.ts";

const COLOURS = {
  draft: "gray",
  scheduled: "yellow",
  published: "foyer",
  archived: "gray",
} as const;

/** Whether guests see a page. */
export function StateBadge({ state }: { state: PageState }) {
  const t = useTexts();
  return (
    <Badge
      variant={state === "archived" ? "outline" : "light"}
      color={COLOURS[state]}
      size="sm"
      tt="none"
      className="page-state"
    >
      {t(`state-${state}`)}
    </Badge>
  );
}
