import { ActionIcon, Badge, Menu, Stack, Text, UnstyledButton } from "@mantine/core";
import {
  IconArrowDown,
  IconArrowUp,
  IconCopy,
  IconDots,
  IconGripVertical,
  IconTrash,
} from "@tabler/icons-react";
import { useState } from "react";
import { isKnownKind, kindOf } from "./block-kinds.ts";
import { type Block, findWords } from "./document.ts";
import { useEditor } from "./editor-context.ts";
import { IconOfKind } from "./kind-icon.tsx";
import { useTexts } from "./texts.ts";

type BlockListProps = {
  blocks: readonly { id: string; block: Block }[];
  /** Which one's fields are shown; null: the page's own. */
  selected: number | null;
  /** By place: why a block keeps the page from being published. */
  faults: ReadonlyMap<number, string>;
  readOnly: boolean;
  select: (index: number | null) => void;
  move: (from: number, to: number) => void;
  copy: (index: number) => void;
  remove: (index: number) => void;
};

/** The blocks of a page in their order, to be chosen, moved by pointer or by menu, copied and removed. */
export function BlockList(props: BlockListProps) {
  const { blocks, selected, faults, readOnly, select, move } = props;
  const t = useTexts();
  const [dragged, setDragged] = useState<number | null>(null);
  const [over, setOver] = useState<number | null>(null);
  const drop = () => {
    if (dragged !== null && over !== null && dragged !== over) move(dragged, over);
    setDragged(null);
    setOver(null);
  };
  return (
    <ol className="page-blocks" aria-label={t("blocks")}>
      {blocks.map(({ id, block }, index) => (
        <li
          key={id}
          draggable={!readOnly}
          data-over={over === index && dragged !== index ? (dragged ?? 0) < index : undefined}
          onDragStart={(event) => {
            event.dataTransfer.effectAllowed = "move";
            setDragged(index);
          }}
          onDragOver={(event) => {
            if (dragged === null) return;
            event.preventDefault();
            setOver(index);
          }}
          onDragEnd={drop}
        >
          <BlockRow
            {...props}
            block={block}
            index={index}
            isSelected={selected === index}
            fault={faults.get(index) ?? null}
            select={() => select(index)}
          />
        </li>
      ))}
    </ol>
  );
}

type BlockRowProps = Pick<BlockListProps, "blocks" | "readOnly" | "move" | "copy" | "remove"> & {
  block: Block;
  index: number;
  isSelected: boolean;
  fault: string | null;
  select: () => void;
};

function BlockRow({ block, index, isSelected, fault, select, readOnly, ...acts }: BlockRowProps) {
  const t = useTexts();
  const { languages, language } = useEditor();
  const kind = isKnownKind(block.kind) ? block.kind : null;
  const name = t(`kind-${kind ?? "unknown"}`);
  const words = findWords(block.fields, [language, ...languages]);
  return (
    <div className="page-block" data-selected={isSelected || undefined}>
      {!readOnly && <IconGripVertical size={14} className="page-grip" aria-hidden />}
      <UnstyledButton className="page-block-name" onClick={select} aria-pressed={isSelected}>
        <IconOfKind kind={kind} />
        <Stack gap={0} miw={0}>
          <Text size="sm" fw={550} truncate>
            {name}
          </Text>
          {words && (
            <Text size="xs" className="quiet" truncate>
              {words}
            </Text>
          )}
          {fault && (
            <Text size="xs" c="red" truncate>
              {t("block-unfinished")}
            </Text>
          )}
        </Stack>
      </UnstyledButton>
      {kind && <StageBadge kind={kind} />}
      {!readOnly && <BlockMenu {...acts} index={index} name={name} />}
    </div>
  );
}

/** Where a block stands, unless it is where most do. */
function StageBadge({ kind }: { kind: Parameters<typeof kindOf>[0] }) {
  const t = useTexts();
  const { stages } = kindOf(kind);
  if (stages.length === 1 && stages[0] === "before") return null;
  const where = stages.length === 2 ? "both" : "after";
  return (
    <Badge
      size="xs"
      variant="light"
      color="gray"
      className="page-stage"
      title={t(`stage-${where}-hint`)}
    >
      {t(`stage-${where}`)}
    </Badge>
  );
}

type BlockMenuProps = Pick<BlockListProps, "blocks" | "move" | "copy" | "remove"> & {
  index: number;
  name: string;
};

function BlockMenu({ blocks, move, copy, remove, index, name }: BlockMenuProps) {
  const t = useTexts();
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          aria-label={t("acts-on", { what: name, number: index + 1 })}
        >
          <IconDots size={15} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconArrowUp size={15} />}
          disabled={index === 0}
          onClick={() => move(index, index - 1)}
        >
          {t("up")}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconArrowDown size={15} />}
          disabled={index === blocks.length - 1}
          onClick={() => move(index, index + 1)}
        >
          {t("down")}
        </Menu.Item>
        <Menu.Item leftSection={<IconCopy size={15} />} onClick={() => copy(index)}>
          {t("copy")}
        </Menu.Item>
        <Menu.Item leftSection={<IconTrash size={15} />} onClick={() => remove(index)}>
          {t("remove")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
