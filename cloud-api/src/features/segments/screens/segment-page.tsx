import { Button, Group, Skeleton, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { api } from "../../../shell/api.ts";
import { BRANCH_KINDS } from "../../../shell/branch-kinds.ts";
import { Failure, isFieldAtFault, Refusal } from "../../../shell/failure.tsx";
import { Form } from "../../../shell/form.tsx";
import { NothingHere, Page, Section } from "../../../shell/page.tsx";
import type { ScreenProps } from "../../../shell/screens.ts";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import { useMay } from "../../../shell/session.tsx";
import { SEGMENT_NAME_LENGTH_MAX, startOfVisits } from "../rules.ts";
import type { Tree } from "../schema.ts";
import { FIRST_TREE, isComplete, STARTERS, type Starter, startTree } from "./drafts.ts";
import { RemoveSegment } from "./remove-segment.tsx";
import {
  type Choices,
  type Segment,
  useChoices,
  usePreview,
  useSegments,
  useWords,
} from "./replies.ts";
import { Sample } from "./sample.tsx";
import { sayTree } from "./sentences.ts";
import { useTexts } from "./texts.ts";
import { TreeInputs } from "./tree-inputs.tsx";

const EDIT_PAUSE_MS = 300;

/** One segment: its conditions as a sentence that can be changed, and who fits it as it stands. */
export function SegmentPage({ params }: ScreenProps) {
  const t = useTexts();
  const { data: segments, error, refetch } = useSegments();
  const parent = { path: "/segments", label: t("segments") };
  const isNew = params.id === "new";
  const segment = segments?.find(({ id }) => id === params.id) ?? null;
  if (isNew) return <Editor key="new" segment={null} />;
  if (segment) return <Editor key={segment.id} segment={segment} />;
  if (segments) return <NothingHere />;
  return (
    <Page title={t("segment")} parent={parent}>
      {error ? <Failure error={error} retry={refetch} /> : <Skeleton height={260} radius="lg" />}
    </Page>
  );
}

function Editor({ segment }: { segment: Segment | null }) {
  const t = useTexts();
  const choices = useChoices();
  const words = useWords(choices);
  const mayChange = useMay("segments.edit");
  const { parameters } = useSearchParameters();
  const starter = STARTERS.find((each) => each === parameters.get("start")) ?? null;
  const [tree, setTree] = useState<Tree>(
    segment?.tree ??
      (starter
        ? startTree(starter)
        : (startOfVisits(parameters, { branchKinds: BRANCH_KINDS }) ?? FIRST_TREE)),
  );
  const [asked] = useDebouncedValue(tree, EDIT_PAUSE_MS);
  const preview = usePreview({ tree: asked, segmentId: segment?.id ?? null });
  const isDone = isComplete(tree);
  const said = isDone ? sayTree(tree, words) : t("unfinished");
  return (
    <Page
      title={segment?.name ?? t("new-title")}
      parent={{ path: "/segments", label: t("segments") }}
      summary={
        <>
          <span className="any-length">{said}</span>
          {isDone && preview.data && <Fitting count={preview.data.total} />}
        </>
      }
      actions={segment && mayChange && <RemoveSegment segment={segment} />}
    >
      {mayChange && (
        <Section title={t("builder")} hint={t("builder-hint")}>
          <Builder {...{ segment, starter, tree, setTree, choices }} />
        </Section>
      )}
      <Sample
        tree={asked}
        preview={preview.data}
        error={preview.error}
        isFinished={isDone}
        isStale={preview.isPlaceholderData || asked !== tree}
        segmentId={segment?.tree === tree ? segment.id : null}
        words={words}
      />
    </Page>
  );
}

/** How many fit the tree as it stands: below the sentence, where it is seen while it is changed. */
function Fitting({ count }: { count: number }) {
  const t = useTexts();
  return (
    <Text fw={650} c="var(--mantine-color-text)" aria-live="polite">
      {t("fits", { count })}
    </Text>
  );
}

type BuilderProps = {
  segment: Segment | null;
  /** What a new one began as. */
  starter: Starter | null;
  tree: Tree;
  setTree: (tree: Tree) => void;
  choices: Choices;
};

function Builder({ segment, starter, tree, setTree, choices }: BuilderProps) {
  const t = useTexts();
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  const [name, setName] = useState(segment?.name ?? (starter ? t(`starter-${starter}`) : ""));
  const save = useMutation({
    mutationFn: () =>
      segment
        ? api.put<Segment>(`/segments/${segment.id}`, { name, tree })
        : api.post<Segment>("/segments", { name, tree }),
    onSuccess: async (saved) => {
      await queries.invalidateQueries({ queryKey: ["segments"] });
      if (!segment) navigate(`/segments/${saved.id}`, { replace: true });
    },
  });
  const isTaken = isFieldAtFault(save.error, "name");
  const isTreeAtFault = isFieldAtFault(save.error, "tree");
  const others = { ...choices, segment: choices.segment.filter(({ id }) => id !== segment?.id) };
  const change = (changed: Tree) => {
    save.reset();
    setTree(changed);
  };
  return (
    <Form onSubmit={() => save.mutate()}>
      <Stack>
        <TextInput
          label={t("name")}
          placeholder={t("name-example")}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={isTaken && t("name-taken")}
          maxLength={SEGMENT_NAME_LENGTH_MAX}
          required
          withAsterisk={false}
          maw={420}
        />
        <TreeInputs tree={tree} choices={others} change={change} />
        <Refusal
          error={isTaken ? null : save.error}
          {...(isTreeAtFault ? { sentence: t("refused-tree") } : {})}
        />
        <Group justify="flex-end">
          {save.isSuccess && (
            <Text size="sm" className="quiet" role="status">
              {t("saved")}
            </Text>
          )}
          <Button
            type="submit"
            loading={save.isPending}
            disabled={name.trim() === "" || !isComplete(tree)}
          >
            {t("save")}
          </Button>
        </Group>
      </Stack>
    </Form>
  );
}
