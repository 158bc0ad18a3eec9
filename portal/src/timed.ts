/** By which reading of the box's time something was sealed. */
export type ClockMark = {
  bootId: string;
  /** What the box's time is ahead of the machine's count since it was switched on. */
  offsetMilliseconds: number;
};

export type Opened = {
  json: string;
  /**
   * How far the box's time was moved since it was sealed: a page that lies open while the clock is put
   * right is as old as it was, when its moments are moved as well.
   */
  movedMilliseconds: number;
};

/** Enough of a boot's name to tell it from the one before. */
const BOOT_CHARACTERS = 8;
const MARKED = /^@(\S*) (-?\d+)\n/;

/** What stands before the JSON that is sealed. */
export function writeMark(mark: ClockMark | null): string {
  if (!mark) return "";
  const { bootId, offsetMilliseconds } = mark;
  return `@${bootId.slice(0, BOOT_CHARACTERS)} ${Math.round(offsetMilliseconds)}\n`;
}

/** Takes the mark off again. What was sealed in another boot, or without a mark, keeps its moments. */
export function openTimed(text: string, now: ClockMark | null): Opened {
  const [marked = "", boot, offset] = MARKED.exec(text) ?? [];
  const json = text.slice(marked.length);
  const isOfNow = now !== null && boot === now.bootId.slice(0, BOOT_CHARACTERS);
  const movedMilliseconds = isOfNow ? Math.round(now.offsetMilliseconds) - Number(offset) : 0;
  return { json, movedMilliseconds };
}
