/** The orders the list of customers may be in; "-" before it: from the highest. Each has an index. */
export const SORTS = [
  ...(["-last-seen", "last-seen", "-first-seen", "first-seen"] as const),
  ...(["-visits", "visits", "name", "-name"] as const),
] as const;
export type Sort = (typeof SORTS)[number];
export const FIRST_SORT: Sort = "-last-seen";

/** What the list may show beside the name. */
export const COLUMN_NAMES = [
  ...(["phone", "email", "birthday", "language", "visits", "last-visit", "first-seen"] as const),
  ...(["source", "group", "tier", "tags", "consents"] as const),
];
/** One of these, or a field of the company's own: own.<key>. */
export const COLUMN = `^(${COLUMN_NAMES.join("|")}|own\\.[a-z][a-z0-9_]{0,31})$`;
export const COLUMNS_MAX = 16;
/** What is shown to whoever has chosen nothing. */
export const FIRST_COLUMNS: readonly string[] = "phone,visits,last-visit,first-seen,source".split(
  ",",
);

/** Which parts of a row have to be asked for apart from the customers' table itself. */
export type Parts = { fields: readonly string[]; marks: boolean; consents: boolean };

export function readParts(columns: readonly string[]): Parts {
  return {
    fields: columns.filter((column) => column.startsWith("own.")),
    marks: ["group", "tier", "tags"].some((column) => columns.includes(column)),
    consents: columns.includes("consents"),
  };
}

/** A list of columns as an address holds it; null: one of them is none. */
export function readColumns(text: string): string[] | null {
  const columns = [...new Set(text.split(",").filter(Boolean))];
  const pattern = new RegExp(COLUMN);
  const areColumns = columns.length <= COLUMNS_MAX && columns.every((each) => pattern.test(each));
  return areColumns ? columns : null;
}

/** By one of these a file that is brought in tells whose a row is. */
export const READ_AGAIN_BY: readonly string[] = ["phone", "email", "card", "posId"];
