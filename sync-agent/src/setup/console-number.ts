/** What stands on the box's console: whoever types it in stands before the box. */
export type ConsoleNumber = {
  current: () => string;
  /** `changed`: it was tried too often, and the console shows another one. */
  check: (typed: string) => "right" | "wrong" | "changed";
  /** How long whoever was wrong waits for the answer, and everybody behind them. */
  waitMilliseconds: () => number;
};

const DIGITS = 6;
/** Five of a million, and then another million. */
const TRIES_MAX = 5;

const WAIT_MILLISECONDS = 1000;
/** So many numbers are tried out by nobody who can read one: from there on a day has 8,640 tries. */
const CHANGES_MAX = 3;
const LONG_WAIT_MILLISECONDS = 10_000;

/** `draw` gives a whole number below its argument, by chance. */
export function openConsoleNumber(
  draw: (below: number) => number,
  show: (number: string) => void,
): ConsoleNumber {
  const make = () => String(draw(10 ** DIGITS)).padStart(DIGITS, "0");
  let number = make();
  let tries = 0;
  let changes = 0;
  show(number);
  return {
    current: () => number,
    waitMilliseconds: () => (changes < CHANGES_MAX ? WAIT_MILLISECONDS : LONG_WAIT_MILLISECONDS),
    check: (typed) => {
      if (typed.replaceAll(/\D/g, "") === number) {
        tries = 0;
        return "right";
      }
      tries += 1;
      if (tries < TRIES_MAX) return "wrong";
      tries = 0;
      changes += 1;
      number = make();
      show(number);
      return "changed";
    },
  };
}
