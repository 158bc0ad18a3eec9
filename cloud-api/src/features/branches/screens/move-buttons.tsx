import { ActionIcon } from "@mantine/core";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { useTexts } from "./texts.ts";

type MoveButtonsProps = {
  name: string;
  index: number;
  length: number;
  move: (by: -1 | 1) => void;
};

/** Two buttons that move one of a list; the keyboard stays on the button while it moves. */
export function MoveButtons({ name, index, length, move }: MoveButtonsProps) {
  const t = useTexts();
  const common = { variant: "subtle", color: "gray", size: "md" } as const;
  return (
    <>
      <ActionIcon
        {...common}
        aria-label={t("move-up", { name })}
        // Not disabled, or the keyboard would fall off it at the top.
        aria-disabled={index === 0}
        data-off={index === 0}
        className="move-button"
        onClick={() => index > 0 && move(-1)}
      >
        <IconArrowUp size={16} />
      </ActionIcon>
      <ActionIcon
        {...common}
        aria-label={t("move-down", { name })}
        aria-disabled={index === length - 1}
        data-off={index === length - 1}
        className="move-button"
        onClick={() => index < length - 1 && move(1)}
      >
        <IconArrowDown size={16} />
      </ActionIcon>
    </>
  );
}
