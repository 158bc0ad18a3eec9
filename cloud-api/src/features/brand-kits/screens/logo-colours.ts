/** So many of a logo's colours are offered. */
const OFFERED_MAX = 4;
/** Colours closer than this, channel by channel together, look like one. */
const DISTANCE_MIN = 72;
const OPAQUE_MIN = 200;
/** What a paper or its letters are: neither is a shop's colour. */
const BRIGHT_MIN = 236;
const DARK_MAX = 24;

type Counted = { red: number; green: number; blue: number; count: number };

/** The colours that a logo is made of, the most used first, as #rrggbb. `pixels`: RGBA. */
export function findColours(pixels: ArrayLike<number>): string[] {
  const counted = new Map<number, Counted>();
  for (let at = 0; at + 3 < pixels.length; at += 4) {
    const [red = 0, green = 0, blue = 0, alpha = 0] = [0, 1, 2, 3].map((each) => pixels[at + each]);
    const isPaper = Math.min(red, green, blue) >= BRIGHT_MIN;
    if (alpha < OPAQUE_MIN || isPaper || Math.max(red, green, blue) <= DARK_MAX) continue;
    const key = ((red >> 4) << 8) | ((green >> 4) << 4) | (blue >> 4);
    const one = counted.get(key) ?? { red: 0, green: 0, blue: 0, count: 0 };
    counted.set(key, {
      ...{ red: one.red + red, green: one.green + green, blue: one.blue + blue },
      count: one.count + 1,
    });
  }
  const means = [...counted.values()]
    .toSorted((one, other) => other.count - one.count)
    .map(({ red, green, blue, count }) => [red, green, blue].map((sum) => Math.round(sum / count)));
  const chosen: number[][] = [];
  for (const colour of means)
    if (
      chosen.length < OFFERED_MAX &&
      chosen.every((each) => distance(each, colour) >= DISTANCE_MIN)
    )
      chosen.push(colour);
  return chosen.map(
    (colour) => `#${colour.map((value) => value.toString(16).padStart(2, "0")).join("")}`,
  );
}

function distance(one: readonly number[], other: readonly number[]): number {
  return one.reduce((sum, value, index) => sum + Math.abs(value - (other[index] ?? 0)), 0);
}
