import { ActionIcon, Box, Button, Group, Stack, Text } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { TREE_DEPTH_MAX } from "../rules.ts";
import { GROUP_KINDS, type Tree, type TreeNode } from "../schema.ts";
import { Choice } from "./choice.tsx";
import { ConditionInputs } from "./condition-inputs.tsx";
import { begin } from "./drafts.ts";
import type { Choices } from "./replies.ts";
import { useTexts } from "./texts.ts";

type TreeInputsProps = {
  tree: Tree;
  choices: Choices;
  change: (tree: Tree) => void;
  depth?: number;
};

/** Conditions one below the other, and groups of them that stand in further. */
export function TreeInputs({ tree, choices, change, depth = 1 }: TreeInputsProps) {
  const t = useTexts();
  const setPart = (place: number, node: TreeNode) =>
    change({ ...tree, of: tree.of.with(place, node) });
  const add = (node: TreeNode) => change({ ...tree, of: [...tree.of, node] });
  const leaveOut = (place: number) =>
    change({ ...tree, of: tree.of.filter((_, index) => index !== place) });
  return (
    <Stack gap="sm">
      <Group gap="xs">
        <Text size="sm">{t(depth === 1 ? "fit-of" : "fit-of-inner")}</Text>
        <Choice
          label={t("has")}
          value={tree.kind}
          options={GROUP_KINDS.map((each) => ({ value: each, label: t(`group-${each}`) }))}
          choose={(kind) => change({ ...tree, kind })}
          width={190}
        />
        <Text size="sm">{t("of-these")}</Text>
      </Group>
      {tree.of.map((node, place) => (
        <Part
          key={place}
          label={t("of" in node ? "remove-group" : "remove-condition")}
          remove={tree.of.length > 1 ? () => leaveOut(place) : null}
        >
          {"of" in node ? (
            <Box flex="1 1 auto" miw={0}>
              <TreeInputs
                tree={node}
                choices={choices}
                change={(inner) => setPart(place, inner)}
                depth={depth + 1}
              />
            </Box>
          ) : (
            <ConditionInputs
              condition={node}
              choices={choices}
              change={(condition) => setPart(place, condition)}
            />
          )}
        </Part>
      ))}
      <Group gap="xs">
        <Add label={t("add-condition")} onClick={() => add(begin("visit-count"))} />
        {depth < TREE_DEPTH_MAX && (
          <Add
            label={t("add-group")}
            onClick={() => add({ kind: "any", of: [begin("visit-count")] })}
          />
        )}
      </Group>
    </Stack>
  );
}

type PartProps = { label: string; remove: (() => void) | null; children: ReactNode };

function Part({ label, remove, children }: PartProps) {
  return (
    <Group
      gap="xs"
      align="flex-start"
      wrap="nowrap"
      pl="sm"
      style={{ borderLeft: "2px solid var(--foyer-line)" }}
    >
      {children}
      {remove && (
        <ActionIcon
          variant="subtle"
          color="gray"
          size={34}
          flex="none"
          ml="auto"
          aria-label={label}
          onClick={remove}
        >
          <IconX size={16} />
        </ActionIcon>
      )}
    </Group>
  );
}

function Add({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <Button
      variant="subtle"
      size="compact-sm"
      leftSection={<IconPlus size={14} />}
      onClick={onClick}
    >
      {label}
    </Button>
  );
}
