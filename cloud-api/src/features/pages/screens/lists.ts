/** The same list with one item at another place. */
export function moveItem<Item>(list: readonly Item[], from: number, to: number): Item[] {
  const item = list[from];
  if (item === undefined || to < 0 || to >= list.length) return [...list];
  return list.toSpliced(from, 1).toSpliced(to, 0, item);
}

/** What a picture in a data: address weighs as a file. */
export function countPictureBytes(source: string): number {
  const text = source.slice(source.indexOf(",") + 1).replace(/=+$/, "");
  return Math.floor((text.length * 3) / 4);
}
