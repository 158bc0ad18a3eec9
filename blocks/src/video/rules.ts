import type { LocalText } from "@foyer/contract";
import type { BlockContext, ReadFields } from "../block.ts";
import { readUrl } from "../link.ts";
import { asFields, chooseTextFor, NO_OBJECT, readNeededText } from "../local-text.ts";
import { personalise } from "../personalise.ts";
import { countBytes, type Picture, type PictureView, type Reads, readPicture } from "../picture.ts";

export const TITLE_CHARACTERS_MAX = 120;

/** `still` is what is seen of it before it plays. */
export type VideoFields = { title: LocalText; url: string; still: Picture | null };
export type VideoWords = { watch: string };

export function readVideoFields(value: unknown): ReadFields<VideoFields> {
  const fields = asFields(value);
  if (!fields) return NO_OBJECT;
  const title = readNeededText(fields, "title", TITLE_CHARACTERS_MAX);
  if (title.kind === "invalid") return title;
  const url = readUrl(fields, "url");
  if (url.kind === "invalid") return url;
  const given = fields.still ?? null;
  const still = given === null ? null : readPicture(asFields(given) ?? {});
  if (still?.kind === "invalid") return { kind: "invalid", reason: `still: ${still.reason}` };
  const read = { title: title.fields, url: url.fields, still: still?.fields ?? null };
  return { kind: "fields", fields: read };
}

export function viewVideo(
  { title, url, still }: VideoFields,
  context: BlockContext,
  words: VideoWords,
) {
  const chosen = chooseTextFor(title, context);
  return {
    url,
    title: (chosen && personalise(chosen, context)) ?? words.watch,
    watch: words.watch,
    still: still && viewStill(still, context),
  };
}

function viewStill({ alt, ...picture }: Picture, context: BlockContext): PictureView {
  const words = chooseTextFor(alt, context) ?? "";
  return { ...picture, alt: words, isLater: true, isAsync: true };
}

export const countStillBytes = ({ still }: VideoFields, reads: Reads) =>
  still ? countBytes(still, reads) : 0;
