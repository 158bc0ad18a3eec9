/** One measured figure; `bar` is what it must reach, or stay under. */
export type Figure = {
  name: string;
  rounds: readonly number[];
  unit: string;
  bar: number;
  better: "more" | "less";
};

/** Prints `figure <name> <median> (<min>–<max>) <unit> bar <bar> holds|short`. */
export function printFigure({ name, rounds, unit, bar, better }: Figure): void {
  const sorted = rounds.toSorted((left, right) => left - right);
  const at = (index: number) => sorted[index] ?? 0;
  const median = at(Math.floor(sorted.length / 2));
  const isHeld = better === "more" ? median >= bar : median <= bar;
  const range = `(${round(at(0))}–${round(at(sorted.length - 1))})`;
  console.log(
    `figure ${name} ${round(median)} ${range} ${unit} bar ${bar} ${isHeld ? "holds" : "short"}`,
  );
}

const round = (value: number): number =>
  value >= 100 ? Math.round(value) : Number(value.toPrecision(3));
