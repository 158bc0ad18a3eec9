import { Badge } from "@mantine/core";
import { useNow } from "../../../shell/clock.ts";
import { stateOf } from "../rules.ts";
import type { Batch } from "./replies.ts";
import { useTexts } from "./texts.ts";

export function BatchState({ batch }: { batch: Batch }) {
  const t = useTexts();
  const state = stateOf(batch, useNow());
  return (
    <Badge
      size="sm"
      variant="light"
      {...(state === "active" ? {} : { color: "gray" })}
      tt="none"
      fw={600}
      miw="max-content"
    >
      {t(`state-${state}`)}
    </Badge>
  );
}
