import type { BlockContext, ReadFields } from "../block.ts";
import { asFields, chooseTextFor, NO_OBJECT } from "../local-text.ts";
import { countBytes, type Picture, type Reads, readPicture } from "../picture.ts";

export const PICTURES_MIN = 2;
export const PICTURES_MAX = 6;
/** All of a set together: three seconds of a phone at the edge of the Wi-Fi (0.5 Mbit/s). */
export const SET_BYTES_MAX = 180 * 1024;
/** How long each is looked at, and how long it takes to give way to the next. */
const SECONDS_EACH = 4;
const FADE_SECONDS = 0.8;

export type PicturesFields = { pictures: Picture[] };

export function readPicturesFields(value: unknown): ReadFields<PicturesFields> {
  const given = asFields(value)?.pictures;
  if (!asFields(value)) return NO_OBJECT;
  if (!Array.isArray(given) || given.length < PICTURES_MIN || given.length > PICTURES_MAX)
    return {
      kind: "invalid",
      reason: `pictures is not a list of ${PICTURES_MIN} to ${PICTURES_MAX} pictures`,
    };
  const pictures: Picture[] = [];
  for (const [index, each] of given.entries()) {
    const read = readPicture(asFields(each) ?? {});
    if (read.kind === "invalid")
      return { kind: "invalid", reason: `pictures.${index}: ${read.reason}` };
    pictures.push(read.fields);
  }
  if (countSetBytes({ pictures }, "source") > SET_BYTES_MAX)
    return { kind: "invalid", reason: `pictures together weigh more than ${SET_BYTES_MAX} bytes` };
  return { kind: "fields", fields: { pictures } };
}

export function countSetBytes({ pictures }: PicturesFields, reads: Reads): number {
  return pictures.reduce((sum, each) => sum + countBytes(each, reads), 0);
}

export function viewPictures({ pictures }: PicturesFields, context: BlockContext) {
  return {
    count: pictures.length,
    pictures: pictures.map(({ alt, ...picture }, index) => ({
      ...picture,
      alt: chooseTextFor(alt, context) ?? "",
      isAsync: true,
      // The first is seen at once; the others may come while it is looked at.
      isLater: index > 0,
    })),
  };
}

/**
 * A strip to be moved by hand, and where motion is welcome one picture after the other, which a
 * finger or a pointer on it holds (WCAG 2.2 §2.2.2). Each fades in over the one before.
 */
export function stylePictures({ pictures: { length } }: PicturesFields): string {
  const total = length * SECONDS_EACH;
  const percent = (seconds: number) => `${Number(((seconds / total) * 100).toFixed(2))}%`;
  const name = `turn${length}`;
  const delays = Array.from(
    { length },
    (_, index) =>
      `.${name} .each:nth-child(${index + 1}){animation-delay:${Number((index * SECONDS_EACH - FADE_SECONDS).toFixed(1))}s}`,
  );
  return [
    STRIP,
    `@keyframes ${name}{0%{opacity:0}${percent(FADE_SECONDS)},${percent(SECONDS_EACH)}{opacity:1}${percent(SECONDS_EACH + FADE_SECONDS)},100%{opacity:0}}`,
    `@media(prefers-reduced-motion:no-preference){${TURNING}.${name} .each{animation:${name} ${total}s linear infinite both}${delays.join("")}${HELD}}`,
  ].join("\n");
}

const STRIP = `.turn{display:flex;gap:.5rem;overflow-x:auto;scroll-snap-type:x mandatory;border-radius:1.125rem;margin:.25rem 0 1.25rem}
.turn .each{display:block;flex:0 0 100%;min-width:0;scroll-snap-align:center}
.turn img{display:block;width:100%;aspect-ratio:4/3;object-fit:cover;border-radius:1.125rem;background:var(--wash)}`;
const TURNING = ".turn{display:grid;overflow:hidden}.turn .each{grid-area:1/1}";
const HELD =
  ".turn:hover .each,.turn:focus .each,.turn:active .each{animation-play-state:paused!important}";
