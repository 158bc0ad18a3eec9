import { randomBytes } from "node:crypto";
import { type Brand, isForSaleType, type Language, type Survey } from "@foyer/contract";
import type { TenantTransaction } from "../../platform/db.ts";
import { hashToken } from "../../platform/session.ts";
import { findDocument } from "../branches/index.ts";
import { isForgotten, resolveCustomer } from "../customers/index.ts";
import { findLinkByToken, type LinkRow } from "./queries.ts";
import { stateOf } from "./rules.ts";

export const LINK_PATH = "/survey";
/** As many that nobody comes upon one. */
const KEY_BYTES = 24;
export const makeKey = (): string => randomBytes(KEY_BYTES).toString("base64url");

export type Asked = {
  tenantId: string;
  key: string;
  /** What is wanted, the dearest first. */
  languages: readonly string[];
};

/** In whose look and in which words a page is drawn. */
export type LinkPlace = {
  brand: Brand | null;
  branchName: string;
  timeZone: string;
  languages: readonly Language[];
  language: Language;
  path: string;
};

export type OpenLink = {
  link: LinkRow;
  survey: Survey;
  /** Whose record it is by now; null: nobody's in particular. */
  customerId: string | null;
};
export type Door =
  | ({ kind: "open"; place: LinkPlace } & OpenLink)
  | ({ kind: "answered"; place: LinkPlace; survey: Survey | null } & Omit<OpenLink, "survey">)
  | { kind: "closed"; place: LinkPlace };

/**
 * What a link leads to now. Nobody is told whether one is unknown, ended, was withdrawn or is of somebody
 * who was forgotten.
 */
export async function openLink(tx: TenantTransaction, asked: Asked): Promise<Door> {
  const { key, tenantId } = asked;
  const path = `${LINK_PATH}/${tenantId}/${key}`;
  const link = await findLinkByToken(tx, hashToken(key));
  const found = link && (await findDocument(tx, link.branchId));
  if (!link || !found) return { kind: "closed", place: nowhere(path, asked) };
  const { brand, branch, surveys = [] } = found.document;
  const { languages, name: branchName, timeZone } = branch;
  const language = chooseLanguage(asked, languages);
  const place = { brand, branchName, timeZone, languages, language, path };
  const customerId = link.customerId && (await resolveCustomer(tx, link.customerId));
  const isNobodys = link.customerId !== null && customerId === null;
  if (isNobodys || (customerId !== null && (await isForgotten(tx, customerId))))
    return { kind: "closed", place };
  const survey = surveys.find(({ id }) => id === link.surveyId) ?? null;
  const state = stateOf(link, tx.now);
  if (state === "answered") return { kind: "answered", place, link, survey, customerId };
  // What it is asked of may have been changed since the link was made.
  if (state !== "open" || !survey || !isForSaleType(survey, link.saleTypeId))
    return { kind: "closed", place };
  return { kind: "open", place, link, survey, customerId };
}

/** Of a link that is not known, no brand is. */
function nowhere(path: string, asked: Asked): LinkPlace {
  const languages: readonly Language[] = ["vi", "en", "fa"];
  const place = { brand: null, branchName: "Wi-Fi", timeZone: "UTC", path };
  return { ...place, languages, language: chooseLanguage(asked, languages) };
}

/** What is wanted most of what is spoken there, else what is spoken first. */
function chooseLanguage(
  { languages: wanted }: Pick<Asked, "languages">,
  spoken: readonly Language[],
): Language {
  const found = wanted.flatMap((each) => spoken.find((one) => one === each) ?? []);
  return found[0] ?? spoken[0] ?? "en";
}
