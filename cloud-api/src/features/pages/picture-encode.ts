import type { Sharp } from "sharp";
import type { PictureHeader } from "../../platform/picture-header.ts";
import { inTurn, shrink, unpack } from "../../platform/picture-unpack.ts";

/** The sheet of a guest page is 27 rem wide: of a phone with two pixels to the point, so many. */
const WIDTH_MAX = 864;
const WIDTHS = [WIDTH_MAX, 720, 576, 432, 320];
/** As JPEG and WebP, and what of AVIF looks the same. */
const QUALITIES = [
  { quality: 82, asAvif: 60 },
  { quality: 70, asAvif: 52 },
  { quality: 58, asAvif: 44 },
  { quality: 45, asAvif: 36 },
];
/** The sheet shows a logo 20 rem wide at most, and 11 on a phone. */
const LOGO_WIDTHS = [640, 528, 440, 352, 264, 176, 120];
const LOGO_QUALITIES = [84, 60];

export type EncodedPicture = {
  /** data: URLs: JPEG, or PNG where parts of it are clear; WebP; and AVIF. */
  source: string;
  webp: string;
  /** Null: as AVIF it would not weigh less. */
  avif: string | null;
  width: number;
  height: number;
  /** What a phone loads at most. */
  bytes: number;
};

export type Encoding =
  | ({ kind: "picture" } & EncodedPicture)
  | { kind: "refused"; reason: string }
  | { kind: "busy" };

/** A data: URL of a PNG or WebP. */
export type LogoEncoding = { kind: "logo"; logo: string } | Exclude<Encoding, { kind: "picture" }>;

const TOO_LARGE = { kind: "refused", reason: "cannot be made small enough" } as const;

/**
 * The picture anew: turned as its camera was held, made as small as a page shows it, and without what
 * else its file says (where and when it was taken). `bytesMax` is for each of its files.
 */
export function encodePicture(
  bytes: Buffer,
  header: PictureHeader,
  bytesMax: number,
): Promise<Encoding> {
  return inTurn(() => encode(bytes, header, bytesMax));
}

/**
 * A logo anew, as large as `bytesMax` lets it be: PNG where that is enough, else WebP. Whoever's browser
 * reads none sees the brand's name.
 */
export function encodeLogo(
  bytes: Buffer,
  header: PictureHeader,
  bytesMax: number,
): Promise<LogoEncoding> {
  return inTurn(() => encodeSmall(bytes, header, bytesMax));
}

async function encode(bytes: Buffer, header: PictureHeader, bytesMax: number): Promise<Encoding> {
  const unpacked = await unpack(bytes, header, WIDTH_MAX);
  if (unpacked.kind === "refused") return unpacked;
  const { sharp, whole, isOpaque } = unpacked;
  for (const width of WIDTHS)
    for (const { quality, asAvif } of QUALITIES) {
      const small = shrink(sharp(whole), width);
      const webp = await small.clone().webp({ quality, effort: 5 }).toBuffer();
      if (webp.length > bytesMax) continue;
      const fallback = small.clone();
      const { data, info } = await (isOpaque
        ? fallback.jpeg({ quality, mozjpeg: true })
        : fallback.png({ palette: true, quality, effort: 7 })
      ).toBuffer({ resolveWithObject: true });
      if (data.length > bytesMax) continue;
      return {
        kind: "picture",
        source: toUrl(isOpaque ? "jpeg" : "png", data),
        webp: toUrl("webp", webp),
        avif: await encodeAvif(small, { quality: asAvif, bytesMax: webp.length - 1 }),
        ...{ width: info.width, height: info.height },
        bytes: Math.max(data.length, webp.length),
      };
    }
  return TOO_LARGE;
}

async function encodeSmall(
  bytes: Buffer,
  header: PictureHeader,
  bytesMax: number,
): Promise<LogoEncoding> {
  const unpacked = await unpack(bytes, header, WIDTH_MAX);
  if (unpacked.kind === "refused") return unpacked;
  for (const width of LOGO_WIDTHS) {
    const small = shrink(unpacked.sharp(unpacked.whole), width);
    const png = await small.clone().png({ palette: true, colours: 64, effort: 5 }).toBuffer();
    if (png.length <= bytesMax) return { kind: "logo", logo: toUrl("png", png) };
    for (const quality of LOGO_QUALITIES) {
      const webp = await small.clone().webp({ quality, effort: 4 }).toBuffer();
      if (webp.length <= bytesMax) return { kind: "logo", logo: toUrl("webp", webp) };
    }
  }
  return TOO_LARGE;
}

/** Of 0 to 9: the next takes seven times as long and saves a twentieth. */
const AVIF_EFFORT = 2;

/** Once its size is settled: it takes five times as long as a WebP. Null: it weighs more than `bytesMax`. */
async function encodeAvif(
  picture: Sharp,
  { quality, bytesMax }: { quality: number; bytesMax: number },
): Promise<string | null> {
  const avif = await picture.clone().avif({ quality, effort: AVIF_EFFORT }).toBuffer();
  return avif.length <= bytesMax ? toUrl("avif", avif) : null;
}

const toUrl = (type: string, bytes: Buffer) =>
  `data:image/${type};base64,${bytes.toString("base64")}`;
