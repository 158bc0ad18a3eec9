import { Button, CloseButton, Group, Stack, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconFilter } from "@tabler/icons-react";
import { useState } from "react";
import { Dialog } from "../../../shell/dialog.tsx";
import { Refusal } from "../../../shell/failure.tsx";
import { useShellTexts } from "../../../shell/language.tsx";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import { useMay } from "../../../shell/session.tsx";
import { GROUP_KINDS, type Tree } from "../schema.ts";
import { FIRST_TREE, isComplete } from "./drafts.ts";
import { useChoices, usePreview, useWords } from "./replies.ts";
import { sayTree } from "./sentences.ts";
import { useTexts } from "./texts.ts";
import { TreeInputs } from "./tree-inputs.tsx";

const EDIT_PAUSE_MS = 300;

/** Narrows the list of customers by conditions that no segment holds; they stand in the address. */
export function ConditionsFilter() {
  const t = useTexts();
  const { parameters, change } = useSearchParameters();
  const [opened, setOpened] = useState(false);
  const tree = readTree(parameters.get("tree"));
  const set = (next: Tree | null) => {
    change({ tree: next && JSON.stringify(next) });
    setOpened(false);
  };
  if (!useMay("segments.read")) return null;
  return (
    <Group gap={4} wrap="nowrap" w={{ base: "100%", xs: "auto" }}>
      <Button
        flex="1 1 auto"
        variant={tree ? "light" : "default"}
        leftSection={<IconFilter size={16} aria-hidden />}
        onClick={() => setOpened(true)}
      >
        {t("conditions")}
      </Button>
      {tree && <CloseButton aria-label={t("conditions-clear")} onClick={() => set(null)} />}
      <Dialog opened={opened} onClose={() => setOpened(false)} title={t("conditions")} size="xl">
        {opened && (
          <ConditionsForm begun={tree ?? FIRST_TREE} set={set} close={() => setOpened(false)} />
        )}
      </Dialog>
    </Group>
  );
}

type ConditionsFormProps = { begun: Tree; set: (tree: Tree) => void; close: () => void };

function ConditionsForm({ begun, set, close }: ConditionsFormProps) {
  const t = useTexts();
  const shell = useShellTexts();
  const choices = useChoices();
  const words = useWords(choices);
  const [tree, setTree] = useState(begun);
  const [asked] = useDebouncedValue(tree, EDIT_PAUSE_MS);
  const preview = usePreview({ tree: asked, segmentId: null });
  const isDone = isComplete(tree);
  return (
    <Stack>
      <Text size="sm" className="any-length">
        {isDone ? sayTree(tree, words) : t("unfinished")}
      </Text>
      <TreeInputs tree={tree} choices={choices} change={setTree} />
      <Refusal error={preview.error} sentence={t("refused-tree")} />
      <Group justify="space-between">
        <Text size="sm" fw={650} aria-live="polite">
          {isDone && preview.data && t("fits", { count: preview.data.total })}
        </Text>
        <Group gap="sm">
          <Button variant="default" onClick={close}>
            {shell("cancel")}
          </Button>
          <Button disabled={!isDone} onClick={() => set(tree)}>
            {t("conditions-apply")}
          </Button>
        </Group>
      </Group>
    </Stack>
  );
}

/** What the address says, where it can be a tree at all: the rest is refused by the API. */
function readTree(text: string | null): Tree | null {
  if (text === null) return null;
  try {
    const tree = JSON.parse(text) as Tree | null;
    const isTree = GROUP_KINDS.some((kind) => kind === tree?.kind) && Array.isArray(tree?.of);
    return isTree ? tree : null;
  } catch {
    return null;
  }
}
