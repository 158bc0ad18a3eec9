import { ActionIcon, Group } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconTrash } from "@tabler/icons-react";
import { useTexts } from "./texts.ts";

type PartActsProps = {
  name: string;
  index: number;
  count: number;
  move: (to: number) => void;
  remove: () => void;
};

/** Up, down and away, of one of several. */
export function PartActs({ name, index, count, move, remove }: PartActsProps) {
  const t = useTexts();
  return (
    <Group gap={4} justify="flex-end" mt={6}>
      <ActionIcon
        variant="subtle"
        color="gray"
        disabled={index === 0}
        onClick={() => move(index - 1)}
        aria-label={t("move-up", { what: name })}
      >
        <IconArrowUp size={15} />
      </ActionIcon>
      <ActionIcon
        variant="subtle"
        color="gray"
        disabled={index === count - 1}
        onClick={() => move(index + 1)}
        aria-label={t("move-down", { what: name })}
      >
        <IconArrowDown size={15} />
      </ActionIcon>
      <ActionIcon
        variant="subtle"
        color="gray"
        onClick={remove}
        aria-label={t("remove-one", { what: name })}
      >
        <IconTrash size={15} />
      </ActionIcon>
    </Group>
  );
}
