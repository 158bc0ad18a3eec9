import { ActionIcon, Tooltip } from "@mantine/core";
import type { ReactNode } from "react";

type ActionProps = {
  label: string;
  onClick: () => void;
  children: ReactNode;
  disabled?: boolean;
};

/** A small button with a picture, named for those who cannot see it. */
export function Action({ label, onClick, children, disabled = false }: ActionProps) {
  return (
    <Tooltip label={label} withArrow>
      <ActionIcon
        variant="subtle"
        color="gray"
        // A finger finds 24 pixels (WCAG 2.2 §2.5.8).
        size={24}
        aria-label={label}
        onClick={onClick}
        disabled={disabled}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
