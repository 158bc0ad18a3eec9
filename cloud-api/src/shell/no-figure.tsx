import { VisuallyHidden } from "@mantine/core";

/** A dash where there is no number, and why: for whoever points at it, and for whoever has it read out. */
export function NoFigure({ why }: { why: string }) {
  return (
    <span className="quiet" title={why}>
      <span aria-hidden>–</span>
      <VisuallyHidden>{why}</VisuallyHidden>
    </span>
  );
}
