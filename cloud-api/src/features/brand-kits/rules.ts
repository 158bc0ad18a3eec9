import { listBlockFaults } from "@foyer/blocks";
import { listAskedTexts, splitAskedTexts } from "@foyer/contract";
import type { BareDocument, BranchDocument } from "../branches/index.ts";
import { isSameContent, readPictureHeader } from "../pages/index.ts";
import { type Look, placeTexts, wearLook, wearsTexts } from "../tenants/index.ts";
import type { KitText, WrittenText } from "./schema.ts";

/** A brand as its branches wear it. */
export type Worn = { name: string; look: Look; texts: KitText[] | null };

export function wearsLookOf({ brand }: BareDocument, { name, look }: Worn): boolean {
  return isSameContent(brand, wearLook(name, look));
}

export function wearsTextsOf(document: BareDocument, { texts }: Worn): boolean {
  if (!texts) return false;
  const branchName = document.branch.name;
  return wearsTexts(texts, { branchName, standing: listAskedTexts(document) });
}

export type Dressing = {
  /** Null: of a brand that nobody wore before. */
  before: Worn | null;
  after: Worn;
  /** Branches that take it even if they had one of their own. */
  putLook: boolean;
  putTexts: boolean;
};

/**
 * A branch's settings once its brand changed: what it wore of the brand before, it wears of it again;
 * what it has of its own stays, unless it is to take the brand's from now on.
 */
export function dress(document: BranchDocument, dressing: Dressing): BranchDocument {
  const { before, after, putLook, putTexts } = dressing;
  const takesLook = putLook || (before !== null && wearsLookOf(document, before));
  const dressed = takesLook ? { ...document, brand: wearLook(after.name, after.look) } : document;
  const takesTexts = putTexts || (before !== null && wearsTextsOf(document, before));
  // A kit without texts leaves the words that guests were last asked by.
  if (!after.texts || !takesTexts) return dressed;
  const { legalTexts: _, marketingText: __, ...others } = dressed;
  const placed = placeTexts(after.texts, {
    branchName: document.branch.name,
    standing: listAskedTexts(document),
  });
  return { ...others, ...splitAskedTexts(placed) };
}

export type KitFault = { field: string; reason: string };

/**
 * What a look cannot be; null: nothing. A picture is as the upload made it, or was there before: `known`.
 */
export function findLookFault(look: Look, known: readonly (Look | null)[]): KitFault | null {
  const isKnown = (picture: string) =>
    known.some((each) => each?.logo === picture || each?.background === picture);
  for (const name of ["logo", "background"] as const) {
    const picture = look[name];
    if (picture && !isKnown(picture) && !isMade(picture))
      return { field: `/look/${name}`, reason: "is no picture as the upload makes it" };
  }
  const { links = [] } = look;
  if (links.length === 0) return null;
  const [fault] = listBlockFaults([{ kind: "social", fields: { links } }]);
  const place = /^links\.(\d+)/.exec(fault?.reason ?? "")?.[1];
  return fault
    ? { field: place ? `/look/links/${place}` : "/look/links", reason: fault.reason }
    : null;
}

/** Reading base64 passes over whatever is none: an address with more in it is no picture's. */
const PICTURE = /^data:image\/(png|jpeg|webp);base64,([A-Za-z0-9+/]+={0,2})$/;

/** Whether the bytes are what the data: URL says they are, and nothing else besides. */
function isMade(picture: string): boolean {
  const [, type, bytes] = PICTURE.exec(picture) ?? [];
  if (!type || !bytes) return false;
  const header = readPictureHeader(Buffer.from(bytes, "base64"));
  return header.found === "picture" && header.kind === type;
}

/** What legal texts cannot be: without terms, with two for one purpose, or without words. */
export function findTextsFault(texts: readonly WrittenText[]): KitFault | null {
  if (!texts.some(({ purpose }) => purpose === "terms"))
    return {
      field: "/texts",
      reason: "has none for the purpose terms, which nobody comes in without",
    };
  for (const [index, { purpose, label, body, channels }] of texts.entries()) {
    const at = `/texts/${index}`;
    if (texts.findIndex((each) => each.purpose === purpose) !== index)
      return { field: at, reason: `is another text for the purpose ${purpose}` };
    if (channels && purpose !== "marketing")
      return { field: `${at}/channels`, reason: "are chosen for messages alone" };
    for (const [name, words] of Object.entries({ label, body }))
      if (!Object.values(words).some((each) => each.trim() !== ""))
        return { field: `${at}/${name}`, reason: "has no words in any language" };
  }
  return null;
}

/** Colours are compared and kept in small letters. */
export function readLook({ accentColour, pageColour, links, ...look }: Look): Look {
  return {
    ...look,
    accentColour: accentColour.toLowerCase(),
    ...(pageColour !== undefined && { pageColour: pageColour.toLowerCase() }),
    ...(links && links.length > 0 && { links }),
  };
}
