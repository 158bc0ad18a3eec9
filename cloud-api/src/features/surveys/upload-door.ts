import type { FileQuestion, Language } from "@foyer/contract";
import type { TenantTransaction } from "../../platform/db.ts";
import { hashToken } from "../../platform/session.ts";
import { findDocument } from "../branches/index.ts";
import { isForgotten } from "../customers/index.ts";
import type { FilePlace } from "./file-page.ts";
import { findAnswerByKey, type OpenAnswer } from "./file-queries.ts";
import { closesAt } from "./file-rules.ts";
import { findWording } from "./wordings.ts";

export const UPLOAD_PATH = "/survey-files";

/** Where a box sends whoever answered there, behind a / the key of their answer. */
export const surveyFilesUrl = (tenantId: string, origin: string): string =>
  `${origin}${UPLOAD_PATH}/${tenantId}`;

export type Asked = { tenantId: string; key: string; language: Language | undefined };

/** An answer that files may be added to, with what asks for them. */
export type Open = { answer: OpenAnswer; questions: readonly FileQuestion[]; place: FilePlace };
export type Door =
  | { kind: "open"; open: Open }
  | { kind: "closed"; what: "unknown" | "over"; place: FilePlace };

/** Who holds the key of an answer may add to it for some days, unless its guest was forgotten. */
export async function openDoor(tx: TenantTransaction, asked: Asked): Promise<Door> {
  const { key, tenantId } = asked;
  const answer = await findAnswerByKey(tx, hashToken(key));
  const path = `${UPLOAD_PATH}/${tenantId}/${key}`;
  if (!answer) return { kind: "closed", what: "unknown", place: nowhere(path, asked.language) };
  const found = await findDocument(tx, answer.branchId);
  if (!found) return { kind: "closed", what: "over", place: nowhere(path, asked.language) };
  const { brand, branch } = found.document;
  const { languages, name: branchName, timeZone } = branch;
  const spoken = asked.language ?? languages.find((each) => each === answer.language);
  const language = spoken ?? languages[0] ?? "en";
  const place = { brand, branchName, timeZone, languages, language, path };
  const isForgottens = answer.guestId !== null && (await isForgotten(tx, answer.guestId));
  const questions = (await findWording(tx, answer))?.files ?? [];
  if (isForgottens || tx.now >= closesAt(answer.answeredAt) || questions.length === 0)
    return { kind: "closed", what: "over", place };
  return { kind: "open", open: { answer, questions, place } };
}

/** Of an answer that is not known, no brand is. */
const nowhere = (path: string, language: Language | undefined): FilePlace => ({
  ...{ brand: null, branchName: "Wi-Fi", timeZone: "UTC", languages: ["vi", "en", "fa"] },
  ...{ language: language ?? "vi", path },
});
