import { Box, Button, Group, Progress, Text } from "@mantine/core";
import { Refusal } from "../../../shell/failure.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { isBusy } from "../rules.ts";
import { Outcome, useTitle } from "./outcome.tsx";
import { type Action, useSteps } from "./replies.ts";
import { useTexts } from "./texts.ts";
import { UndoButton } from "./undo-button.tsx";

/** An action above the list: how far it is and the way out, then what came of it and the way back. */
export function ActionStrip({ action, hide }: { action: Action; hide: () => void }) {
  const t = useTexts();
  const titleOf = useTitle();
  const { cancel } = useSteps(action.id);
  return (
    <Box className="surface" component="section" aria-label={titleOf(action)} px="md" py="sm">
      <Group justify="space-between" gap="sm">
        <Box flex="1 1 260px" miw={0}>
          <Text size="sm" fw={600} className="any-length">
            {titleOf(action)}
          </Text>
          {isBusy(action) ? <Going action={action} /> : <Outcome action={action} />}
        </Box>
        <Group gap="xs">
          {isBusy(action) && (
            <Button
              size="compact-sm"
              variant="default"
              loading={cancel.isPending}
              onClick={() => cancel.mutate()}
            >
              {t("cancel-action")}
            </Button>
          )}
          <UndoButton action={action} />
          {!isBusy(action) && (
            <Button size="compact-sm" variant="subtle" onClick={hide}>
              {t("hide")}
            </Button>
          )}
        </Group>
      </Group>
      <Refusal error={cancel.error} />
    </Box>
  );
}

/** How far an action, or its undoing, has come. */
export function Going({ action }: { action: Action }) {
  const t = useTexts();
  const format = useFormat();
  const isUndoing = action.state === "undoing";
  const done = isUndoing ? action.undone + action.left : action.done;
  const total = isUndoing ? action.changed : action.total;
  return (
    <Group gap="sm" wrap="nowrap" mt={4}>
      <Progress
        value={Math.min(100, (100 * done) / Math.max(1, total))}
        animated
        flex="1 1 auto"
        aria-label={t("progress")}
      />
      <Text size="xs" className="figure quiet" flex="none" role="status">
        {t(`state-${action.state}`)} ·{" "}
        {t("done-of", { done: format.count(done), total: format.count(total) })}
      </Text>
    </Group>
  );
}
