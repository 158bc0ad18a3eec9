/** The same list with one item at another place. */
export function moveItem<Item>(list: readonly Item[], from: number, to: number): Item[] {
  const item = list[from];
  if (item === undefined || to < 0 || to >= list.length) return [...list];
  return list.toSpliced(from, 1).toSpliced(to, 0, item);
}

/** What stood beside the picture before goes with it. */
export const NO_LIGHTER = { avif: undefined, avifOf: undefined, webp: undefined };

type Sourced = { source: string };

/**
 * A picture in the place of another, which was the `index`th with this source as it was chosen and may
 * have been moved since; the list as it is where that was taken away. Its words stay.
 */
export function putPicture<Picture extends Sourced>(
  list: readonly Picture[],
  { index, source }: Sourced & { index: number },
  made: Sourced & { avif?: string; avifOf?: string; webp?: string },
): Picture[] {
  const isThere = list[index]?.source === source;
  const at = isThere ? index : list.findIndex((each) => each.source === source);
  return list.map((each, place) => (place === at ? { ...each, ...NO_LIGHTER, ...made } : each));
}

/** What a picture in a data: address weighs as a file. */
export function countPictureBytes(source: string): number {
  const text = source.slice(source.indexOf(",") + 1).replace(/=+$/, "");
  return Math.floor((text.length * 3) / 4);
}
