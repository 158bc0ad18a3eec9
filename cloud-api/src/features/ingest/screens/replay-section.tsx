import { Button, Group, Progress, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../../shell/api.ts";
import { Dialog } from "../../../shell/dialog.tsx";
import { Refusal } from "../../../shell/failure.tsx";
import { useShellTexts } from "../../../shell/language.tsx";
import { Section } from "../../../shell/page.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { useNameOfFeature } from "./names.ts";
import { type Progress as LogProgress, REPLAYS, SET_ASIDE } from "./replies.ts";
import { useTexts } from "./texts.ts";

type Follower = LogProgress["features"][number];

/** How far each part of Foyer has read what happened, and the way to have it read all of it again. */
export function ReplaySection({ progress }: { progress: LogProgress | undefined }) {
  const t = useTexts();
  const [asked, setAsked] = useState<string | null>(null);
  const columns = useColumns(progress?.logPosition ?? 0, setAsked);
  const nameFeature = useNameOfFeature();
  return (
    <Section title={t("reading")} hint={t("reading-hint")} flush>
      <RecordTable
        label={t("reading")}
        columns={columns}
        rows={progress?.features}
        rowKey={({ feature }) => feature}
      />
      <Dialog
        opened={asked !== null}
        onClose={() => setAsked(null)}
        title={t("replay-name", { feature: nameFeature(asked ?? "") })}
      >
        {asked !== null && <ReplayForm feature={asked} close={() => setAsked(null)} />}
      </Dialog>
    </Section>
  );
}

function useColumns(logPosition: number, ask: (feature: string) => void): Column<Follower>[] {
  const t = useTexts();
  const nameFeature = useNameOfFeature();
  return [
    {
      key: "feature",
      header: t("part"),
      narrow: "title",
      wraps: true,
      render: ({ feature }) => <b>{nameFeature(feature)}</b>,
    },
    {
      key: "state",
      header: t("how-far"),
      wraps: true,
      render: (follower) => <HowFar follower={follower} logPosition={logPosition} />,
    },
    {
      key: "replay",
      header: "",
      align: "right",
      narrow: "aside",
      render: ({ feature, canReplay, replayUntil }) =>
        canReplay && (
          <Button
            size="compact-xs"
            variant="default"
            aria-label={t("replay-name", { feature: nameFeature(feature) })}
            disabled={replayUntil !== null}
            onClick={() => ask(feature)}
          >
            {t("replay")}
          </Button>
        ),
    },
  ];
}

function HowFar({ follower, logPosition }: { follower: Follower; logPosition: number }) {
  const t = useTexts();
  const format = useFormat();
  const { position, replayUntil } = follower;
  if (replayUntil !== null) {
    const percent = Math.floor((100 * position) / Math.max(1, replayUntil));
    return (
      <Stack gap={4} miw={160}>
        <Text size="xs" className="figure">
          {t("replaying", {
            percent,
            done: format.count(position),
            all: format.count(replayUntil),
          })}
        </Text>
        <Progress value={percent} aria-label={t("replaying-short", { percent })} />
      </Stack>
    );
  }
  const behind = logPosition - position;
  return behind > 0 ? t("behind", { count: behind }) : t("in-step");
}

function ReplayForm({ feature, close }: { feature: string; close: () => void }) {
  const t = useTexts();
  const shell = useShellTexts();
  const queries = useQueryClient();
  const replay = useMutation({
    mutationFn: () => api.post("/replays", { feature }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: REPLAYS });
      void queries.invalidateQueries({ queryKey: SET_ASIDE });
      close();
    },
  });
  return (
    <Stack>
      <Text size="sm">{t("replay-hint")}</Text>
      <Text size="sm">{t("replay-hint-safe")}</Text>
      <Refusal error={replay.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={close} data-autofocus>
          {shell("cancel")}
        </Button>
        <Button loading={replay.isPending} onClick={() => replay.mutate()}>
          {t("replay")}
        </Button>
      </Group>
    </Stack>
  );
}
