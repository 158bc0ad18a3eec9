/** What stands on the box's console: whoever types it in stands before the box. */
export type ConsoleNumber = {
  current: () => string;
  /** `changed`: it was tried too often, and the console shows another one. */
  check: (typed: string) => "right" | "wrong" | "changed";
};

const DIGITS = 6;
/** Five of a million, and then another million. */
const TRIES_MAX = 5;

/** `draw` gives a whole number below its argument, by chance. */
export function openConsoleNumber(
  draw: (below: number) => number,
  show: (number: string) => void,
): ConsoleNumber {
  const make = () => String(draw(10 ** DIGITS)).padStart(DIGITS, "0");
  let number = make();
  let tries = 0;
  show(number);
  return {
    current: () => number,
    check: (typed) => {
      if (typed.replaceAll(/\D/g, "") === number) {
        tries = 0;
        return "right";
      }
      tries += 1;
      if (tries < TRIES_MAX) return "wrong";
      tries = 0;
      number = make();
      show(number);
      return "changed";
    },
  };
}
