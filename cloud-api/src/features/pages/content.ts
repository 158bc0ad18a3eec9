import {
  listBlockFaults,
  namePictures,
  PAGE_PICTURE_BYTES_MAX,
  renderBlocks,
  weighPictures,
} from "@foyer/blocks";
import { findPageWhenFault, type Language } from "@foyer/contract";
import type { PageContent, PageFault, PageWeight } from "./schema.ts";

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

/** The half and the language that weigh most. */
export function weigh({ blocks }: PageContent, now: Date): PageWeight {
  const sizes = LANGUAGES.flatMap((language) =>
    (["before", "after"] as const).map((stage) => {
      const { html } = renderBlocks(blocks, {
        ...{ language, languages: LANGUAGES, branchName: "", guestName: "", visitNumber: 1 },
        ...{ now, timeZone: "UTC", stage, findSurvey: () => null },
      });
      return Buffer.byteLength(namePictures(html));
    }),
  );
  return {
    pictureBytes: weighPictures(blocks),
    pictureBytesMax: PAGE_PICTURE_BYTES_MAX,
    htmlBytes: Math.max(...sizes),
  };
}
