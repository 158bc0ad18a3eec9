import type SharpLibrary from "sharp";
import type { Sharp } from "sharp";
import { PIXELS_MAX, type PictureHeader } from "./picture-header.ts";

const SECONDS_MAX = 20;
/** Unpacking a picture takes memory: so many at a time, and so many more may wait. */
const AT_ONCE_MAX = 2;
const WAITING_MAX = 8;

let running = 0;
const waiting: (() => void)[] = [];

/** Has something made of a picture while not too many others are; `busy`: nor may any more wait. */
export async function inTurn<Made>(make: () => Promise<Made>): Promise<Made | { kind: "busy" }> {
  if (running >= AT_ONCE_MAX) {
    if (waiting.length >= WAITING_MAX) return { kind: "busy" };
    // Whoever is through hands its place on.
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else running += 1;
  try {
    return await make();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
}

export type Unpacked = {
  kind: "unpacked";
  /** As PNG. */
  whole: Buffer;
  isOpaque: boolean;
  sharp: typeof SharpLibrary;
};
export type Refused = { kind: "refused"; reason: string };

/**
 * Unpacked once, turned as its camera was held, as wide as it is ever shown and twice as high: what is
 * tried afterwards begins from this. Nothing else that its file says is in it.
 */
export async function unpack(
  bytes: Buffer,
  header: PictureHeader,
  widthMax: number,
): Promise<Unpacked | Refused> {
  // Not before somebody sends a picture: its library takes memory from then on.
  const { default: sharp } = await import("sharp");
  sharp.cache(false);
  const open = () =>
    sharp(bytes, { limitInputPixels: PIXELS_MAX, failOn: "error", pages: 1 })
      .timeout({ seconds: SECONDS_MAX })
      .autoOrient();
  try {
    const metadata = await open().metadata();
    if (metadata.format !== header.kind) return { kind: "refused", reason: "is broken" };
    const isOpaque = !metadata.hasAlpha || (await open().stats()).isOpaque;
    const whole = await shrink(open(), widthMax).png({ compressionLevel: 1 }).toBuffer();
    return { kind: "unpacked", whole, isOpaque, sharp };
  } catch {
    // The library's own words name memory and codecs, and nothing that whoever sent it could mend.
    return { kind: "refused", reason: "cannot be read: it is broken" };
  }
}

export const shrink = (picture: Sharp, width: number): Sharp =>
  picture.resize({ width, height: width * 2, fit: "inside", withoutEnlargement: true });
