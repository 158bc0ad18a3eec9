import type { Language, LocalText, Survey } from "@foyer/contract";
import type { Reads } from "./picture.ts";

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
  now: Date;
  /** IANA: the branch's. */
  timeZone: string;
  /** Before the guest is online, or after: what leads elsewhere is of no use before. */
  stage: "before" | "after";
  /** How a survey is answered on this page; null: it is not to be asked here, or not again. */
  findSurvey: (surveyId: string) => SurveyForm | null;
};

/** Where the answers to a survey are posted to. */
export type SurveyForm = {
  survey: Survey;
  action: string;
  /** What the form carries along, as its field `s`. */
  sealed: string;
  /** What the answer is given for: the words of a coupon. Absent: nothing. */
  offer?: LocalText | null;
};

export type ReadFields<Fields> =
  | { kind: "fields"; fields: Fields }
  | { kind: "invalid"; reason: string };

/** One kind of block. `Fields` is its own; what the settings hold is unknown until it is read. */
export type Block<Fields> = {
  kind: string;
  /** The release of Foyer that knows it first. Absent: 0.1.0, the first of all. */
  since?: string;
  /** On which of a page's two halves it stands: before access, after it, or on both. */
  stages: readonly BlockContext["stage"][];
  /** Checks the fields of the settings; the reason says which field and what. Never throws. */
  readFields(value: unknown): ReadFields<Fields>;
  /** HTML in UTF-8, with every word from outside escaped. Empty: it has nothing to say. */
  render(fields: Fields, context: BlockContext): string;
  /** The rules of its own that a page with it needs. Without < > & and quotes, to stand in HTML. */
  style?(fields: Fields): string;
  /** What its pictures weigh for a browser. Absent: it has none. */
  countPictureBytes?(fields: Fields, reads: Reads): number;
};
