import { Badge } from "@mantine/core";
import { useNow } from "../../../shell/clock.ts";
import { stateOf } from "../rules.ts";
import type { Batch } from "./replies.ts";
import { useTexts } from "./texts.ts";
import { useFirstDay } from "./use-batch.ts";

export function BatchState({ batch }: { batch: Batch }) {
  const t = useTexts();
  const state = stateOf(batch, useNow());
  const firstDay = useFirstDay()(batch);
  return (
    <Badge
      size="sm"
      variant="light"
      {...(state === "active" ? {} : { color: "gray" })}
      tt="none"
      fw={600}
      miw="max-content"
    >
      {state === "waiting" ? t("state-waiting", { day: firstDay ?? "" }) : t(`state-${state}`)}
    </Badge>
  );
}
