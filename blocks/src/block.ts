import type { Language } from "@foyer/contract";

/** What a block may know of the guest and the branch. The host decides what was proved. */
export type BlockContext = {
  language: Language;
  /** The branch's languages; the first stands in where a text is missing in the guest's own. */
  languages: readonly Language[];
  branchName: string;
  /** Null unless the device was proved: a page may be seen by somebody who only claims a MAC. */
  guestName: string | null;
  /** Null unless the device was proved. */
  visitNumber: number | null;
};

export type ReadFields<Fields> =
  | { kind: "fields"; fields: Fields }
  | { kind: "invalid"; reason: string };

/** One kind of block. `Fields` is its own; what the settings hold is unknown until it is read. */
export type Block<Fields> = {
  kind: string;
  /** Checks the fields of the settings; the reason says which field and what. Never throws. */
  readFields(value: unknown): ReadFields<Fields>;
  /** HTML in UTF-8, with every word from outside escaped. */
  render(fields: Fields, context: BlockContext): string;
};
