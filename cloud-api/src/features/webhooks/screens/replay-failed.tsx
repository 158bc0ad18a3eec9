import { Button, Group, Select, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { Dialog } from "../../../shell/dialog.tsx";
import { Refusal } from "../../../shell/failure.tsx";
import { useShellTexts } from "../../../shell/language.tsx";
import { useReplayFailed } from "./replies.ts";
import { useTexts } from "./texts.ts";

const HOURS = { hour: 1, day: 24, week: 7 * 24, month: 30 * 24 } as const;
const SINCE = ["hour", "day", "week", "month"] as const;

/** Sends again whatever failed for good since a time. */
export function ReplayFailed({ id }: { id: string }) {
  const t = useTexts();
  const shell = useShellTexts();
  const [isOpen, setOpen] = useState(false);
  const [since, setSince] = useState<keyof typeof HOURS>("day");
  const replay = useReplayFailed(id);
  const leave = () => {
    setOpen(false);
    replay.reset();
  };
  const count = replay.data?.messages;
  const send = () =>
    replay.mutate(new Date(Date.now() - HOURS[since] * 60 * 60 * 1000).toISOString());
  return (
    <>
      <Button variant="default" size="compact-sm" onClick={() => setOpen(true)}>
        {t("replay-failed")}
      </Button>
      <Dialog opened={isOpen} onClose={leave} title={t("replay-failed")}>
        {count === undefined ? (
          <Stack>
            <Text size="sm">{t("replay-failed-hint")}</Text>
            <Select
              label={t("since")}
              data={SINCE.map((each) => ({ value: each, label: t(`since-${each}`) }))}
              value={since}
              onChange={(value) => setSince(SINCE.find((each) => each === value) ?? "day")}
              allowDeselect={false}
            />
            <Refusal error={replay.error} />
            <Group justify="flex-end">
              <Button variant="default" onClick={leave}>
                {shell("cancel")}
              </Button>
              <Button loading={replay.isPending} onClick={send}>
                {t("replay")}
              </Button>
            </Group>
          </Stack>
        ) : (
          <Stack>
            <Text size="sm" role="status">
              {count === 0 ? t("replayed-none") : t("replayed", { count })}
            </Text>
            <Group justify="flex-end">
              <Button onClick={leave}>{t("done")}</Button>
            </Group>
          </Stack>
        )}
      </Dialog>
    </>
  );
}
