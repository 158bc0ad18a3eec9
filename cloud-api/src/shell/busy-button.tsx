import { useMergedRef } from "@mantine/hooks";
import { type ComponentProps, type FocusEvent, type MouseEvent, useReducer, useRef } from "react";

type BusyButtonProps = ComponentProps<"button"> & { "data-loading"?: boolean };

/**
 * What every button of the app is made of. A browser takes the focus from whatever is disabled, so that
 * a keyboard is back at the top of the page. One that waits, or that has done all there is to do, keeps
 * the focus it has: it says so, and does nothing when it is pressed again.
 */
export function BusyButton({
  "data-loading": isBusy = false,
  disabled = false,
  type = "button",
  ref = null,
  onClick,
  onBlur,
  ...others
}: BusyButtonProps) {
  const own = useRef<HTMLButtonElement>(null);
  const [, drawAgain] = useReducer((times: number) => times + 1, 0);
  const isHeld = isBusy || (disabled && own.current !== null && isFocused(own.current));
  const blur = (event: FocusEvent<HTMLButtonElement>) => {
    onBlur?.(event);
    if (isHeld) drawAgain();
  };
  return (
    <button
      ref={useMergedRef(own, ref)}
      type={type}
      data-loading={isBusy || undefined}
      aria-busy={isBusy || undefined}
      aria-disabled={isHeld || undefined}
      disabled={disabled && !isHeld}
      onClick={isHeld ? doNothing : onClick}
      onBlur={blur}
      {...others}
    />
  );
}

const isFocused = (button: HTMLButtonElement) => button.ownerDocument.activeElement === button;

/** Enter in a field presses the form's button, too: nothing is sent. */
const doNothing = (event: MouseEvent) => event.preventDefault();
