/**
 * A square of the earth: at level n a side is 360/2^n degrees, and the square of the level before
 * holds four. x counts from 180° west, y from 90° south.
 */
export type Cell = { x: number; y: number; customers: number; homes: number };
export type Group = { level: number; x: number; y: number; customers: number };

/** Sides of about 1.2 km: what is shown never says more of where somebody lives. */
export const FINEST_LEVEL = 15;
/** Sides of about 600 km; whoever is in none of these is somewhere. */
export const COARSEST_LEVEL = 6;
/** Homes are told apart to about a hundred metres, so that one home is not taken for several. */
export const HOMES_FEWEST = 5;

export const degreesAt = (level: number): number => 360 / 2 ** level;

/**
 * Groups of customers of whom each has at least so many homes: squares that hold fewer are joined
 * with the others of the square around them. Every customer is counted in one group, so that no
 * difference of two groups is a home either.
 */
export function groupCells(cells: readonly Cell[]): { groups: Group[]; elsewhere: number } {
  const groups: Group[] = [];
  let waiting: readonly Cell[] = cells;
  for (let level = FINEST_LEVEL; level >= COARSEST_LEVEL; level -= 1) {
    const [shown, hidden] = part(waiting);
    for (const { x, y, customers } of shown) groups.push({ level, x, y, customers });
    waiting = joinInParents(hidden);
  }
  return { groups, elsewhere: waiting.reduce((sum, { customers }) => sum + customers, 0) };
}

function part(cells: readonly Cell[]): [Cell[], Cell[]] {
  const isShown = ({ homes }: Cell) => homes >= HOMES_FEWEST;
  return [cells.filter(isShown), cells.filter((cell) => !isShown(cell))];
}

function joinInParents(cells: readonly Cell[]): Cell[] {
  const parents = new Map<string, Cell>();
  for (const { x, y, customers, homes } of cells) {
    const at = { x: Math.floor(x / 2), y: Math.floor(y / 2) };
    const key = `${at.x} ${at.y}`;
    const known = parents.get(key) ?? { ...at, customers: 0, homes: 0 };
    parents.set(key, {
      ...{ ...at, customers: known.customers + customers },
      homes: known.homes + homes,
    });
  }
  return [...parents.values()];
}

/** The south-western corner of a group and its sides, in degrees. */
export function squareOf({ level, x, y }: Pick<Group, "level" | "x" | "y">) {
  const side = degreesAt(level);
  return { south: y * side - 90, west: x * side - 180, side };
}

const KILOMETRES_PER_DEGREE = 111.32;

export type Square = { south: number; west: number; side: number; customers: number };

/** North to south; from east to west it is narrower away from the equator. */
export const kilometresOf = ({ side }: Pick<Square, "side">): number =>
  side * KILOMETRES_PER_DEGREE;

export const middleOf = ({ south, west, side }: Square) => ({
  latitude: south + side / 2,
  longitude: west + side / 2,
});

/** Customers per square kilometre. */
export function densityOf(square: Square): number {
  const narrowing = Math.cos((middleOf(square).latitude * Math.PI) / 180);
  return square.customers / (kilometresOf(square) ** 2 * narrowing);
}

/** Shades from the faintest on: each is up to a quarter of what the next is up to. */
export const SHADES = 4;
export function boundsOf(densest: number): number[] {
  return Array.from({ length: SHADES }, (_, shade) => densest / 4 ** (SHADES - 1 - shade));
}

export function shadeOf(density: number, bounds: readonly number[]): number {
  const found = bounds.findIndex((bound) => density <= bound * (1 + 1e-9));
  return found < 0 ? bounds.length - 1 : found;
}

const DIRECTIONS = [
  ...(["north", "north-east", "east", "south-east"] as const),
  ...(["south", "south-west", "west", "north-west"] as const),
];
export type Direction = (typeof DIRECTIONS)[number];
type Point = { latitude: number; longitude: number };

/** How far one point is from another, and whither. */
export function wayTo(from: Point, to: Point): { kilometres: number; direction: Direction } {
  const narrowing = Math.cos((from.latitude * Math.PI) / 180);
  const east = (to.longitude - from.longitude) * KILOMETRES_PER_DEGREE * narrowing;
  const north = (to.latitude - from.latitude) * KILOMETRES_PER_DEGREE;
  const eighth = Math.round((Math.atan2(east, north) / Math.PI) * 4);
  const direction = DIRECTIONS[(eighth + 8) % 8] ?? "north";
  return { kilometres: Math.hypot(east, north), direction };
}
