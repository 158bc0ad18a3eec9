import { listBlockFaults, PAGE_PICTURE_BYTES_MAX, weighPictures } from "@foyer/blocks";
import { findPageWhenFault, type Language } from "@foyer/contract";
import type { PlaceSeen } from "./look.ts";
import { drawMain } from "./preview.ts";
import type { PageContent, PageFault, PageWeight } from "./schema.ts";
import { type Standing, USUAL_STANDING } from "./viewers.ts";

const LANGUAGES: readonly Language[] = ["vi", "en", "fa"];
const ID_OF_NONE = "00000000-0000-0000-0000-000000000000";

/** What keeps a page from being published anywhere; a branch may mind more. */
export function listFaults(content: PageContent): PageFault[] {
  const { when, blocks, name } = content;
  const nameless = name.trim() === "" ? [{ field: "/name", reason: "is empty" }] : [];
  const surveyIds = new Set(when.survey ? [when.survey.id] : []);
  const page = { id: ID_OF_NONE, version: 1, ...content };
  const found = findPageWhenFault([page], { languages: LANGUAGES, surveyIds });
  const [place = "", ...words] = (found ?? "").split(" ");
  const ofWhen = found ? [{ field: place.replace("/pages/0", ""), reason: words.join(" ") }] : [];
  const ofBlocks = listBlockFaults(blocks).map(({ index, kind, reason }) => ({
    field: `/blocks/${index}`,
    reason: `${kind}: ${reason}`,
  }));
  return [...nameless, ...ofWhen, ...ofBlocks];
}

/** Known, and asked to agree again. */
const NEW: Standing = { ...USUAL_STANDING, agreedTerms: 0 };

/**
 * What weighs most of the page's halves and languages, to strangers and to guests who are known, with the
 * way in below it. A place that takes access codes is taken to have some.
 */
export function weigh(
  content: PageContent,
  { place, now }: { place: PlaceSeen; now: Date },
): PageWeight {
  const settings = { ...place, accessCodes: ["some"] };
  const seen = { content, settings, isOwn: true, now, standing: NEW, answeredSurveys: [] };
  const known = { guestName: "", visitNumber: 1 };
  const looks = [
    { stage: "before" as const, guestName: null, visitNumber: null },
    { stage: "before" as const, ...known },
    { stage: "after" as const, ...known },
  ];
  const sizes = LANGUAGES.flatMap((language) =>
    looks.map((look) => Buffer.byteLength(drawMain({ ...seen, ...look, language }, "files").html)),
  );
  return {
    pictureBytes: weighPictures(content.blocks),
    pictureBytesUsual: weighPictures(content.blocks, "lighter"),
    pictureBytesMax: PAGE_PICTURE_BYTES_MAX,
    htmlBytes: Math.max(...sizes),
  };
}
