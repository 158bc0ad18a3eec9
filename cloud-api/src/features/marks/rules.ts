/** A group is one at most of a customer, a tag one of many. */
export type MarkKind = "group" | "tag";

export const MARK_NAME_LENGTH_MAX = 60;
/** How many groups, and how many tags, a tenant may have: they stand in one list. */
export const MARKS_MAX = 500;
/** Below what a box takes in of one guest (KnownGuest.tags). */
export const TAGS_OF_CUSTOMER_MAX = 50;

/** A name as it is kept and compared: one form of each letter, single spaces. */
export function cleanName(name: string): string {
  return name.normalize("NFC").trim().replace(/\s+/g, " ");
}

export type Difference = { added: string[]; removed: string[] };

/** What has to be added to one set of ids, and removed, to make the other of it. */
export function compareIds(before: readonly string[], after: readonly string[]): Difference {
  const [had, has] = [new Set(before), new Set(after)];
  return {
    added: [...has].filter((id) => !had.has(id)),
    removed: [...had].filter((id) => !has.has(id)),
  };
}
