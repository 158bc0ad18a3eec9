export type PictureKind = "jpeg" | "png" | "webp";
export type PictureHeader = { kind: PictureKind; width: number; height: number };

export type PictureFault = "no-picture" | "broken" | "too-large" | "something-else";
export type ReadHeader =
  | ({ found: "picture" } & PictureHeader)
  /** `reason`: what staff are told of the file. */
  | { found: "none"; fault: PictureFault; reason: string };

/** One side, and all of it: a phone's photograph of 50 megapixels is far below. */
export const SIDE_PIXELS_MAX = 16_384;
export const PIXELS_MAX = 64_000_000;

/**
 * What a file is by its own bytes, whatever its name says, and how large what it unpacks to is: told
 * from its header, before a pixel is unpacked. Refuses what is no picture, one that is larger than can
 * be looked at, and a file that is something else besides (a web page, an archive).
 */
export function readPictureHeader(bytes: Buffer): ReadHeader {
  const read = readJpeg(bytes) ?? readPng(bytes) ?? readWebp(bytes);
  if (!read) return none("no-picture", "is no JPEG, PNG or WebP");
  if (typeof read === "string") return none("broken", read);
  const { width, height, end } = read;
  if (width < 1 || height < 1) return none("broken", "is broken: it has no size");
  if (width > SIDE_PIXELS_MAX || height > SIDE_PIXELS_MAX || width * height > PIXELS_MAX)
    return none("too-large", `is ${width} × ${height} pixels large, more than can be taken`);
  if (isSomethingElse(bytes, end))
    return none("something-else", "holds something else besides the picture");
  return { found: "picture", kind: read.kind, width, height };
}

const none = (fault: PictureFault, reason: string): ReadHeader => ({
  ...{ found: "none", fault, reason },
});

/** `end`: where the picture ends in the file. A text: why it cannot be read. */
type Found = PictureHeader & { end: number };

const BROKEN = "is broken: it ends before its picture does";

/** ISO 10918-1 §B.1.1: markers, each with the length of what follows. Null: no JPEG. */
function readJpeg(bytes: Buffer): Found | string | null {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) return null;
  let size: { width: number; height: number } | null = null;
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) return BROKEN;
    const marker = bytes[at + 1] ?? 0;
    // Any number of fill bytes may stand before a marker.
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const length = bytes.readUInt16BE(at + 2);
    if (length < 2) return BROKEN;
    if (isFrame(marker) && at + 9 <= bytes.length)
      size ??= { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    at += 2 + length;
    if (marker !== START_OF_SCAN) continue;
    // Within a scan 0xff is followed by 0x00: the first end of image behind it is the picture's.
    const end = bytes.indexOf(END_OF_IMAGE, at);
    if (!size || end < 0) return BROKEN;
    return { kind: "jpeg", ...size, end: end + END_OF_IMAGE.length };
  }
  return BROKEN;
}

const START_OF_SCAN = 0xda;
const END_OF_IMAGE = Buffer.from([0xff, 0xd9]);
/** SOF0 to SOF15, but for the tables DHT, JPG and DAC among them. */
const isFrame = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** PNG (third edition) §5.3: chunks, the first IHDR and the last IEND. Null: no PNG. */
function readPng(bytes: Buffer): Found | string | null {
  if (!bytes.subarray(0, PNG.length).equals(PNG)) return null;
  if (bytes.length < 33 || bytes.toString("latin1", 12, 16) !== "IHDR") return BROKEN;
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  let at = PNG.length;
  while (at + 12 <= bytes.length) {
    const length = bytes.readUInt32BE(at);
    const isLast = bytes.toString("latin1", at + 4, at + 8) === "IEND";
    at += 12 + length;
    if (isLast) return { kind: "png", width, height, end: at };
  }
  return BROKEN;
}

/** RFC 9649 §2.4 to §2.7: a RIFF file whose first chunk says the size. Null: no WebP. */
function readWebp(bytes: Buffer): Found | string | null {
  const text = (from: number, to: number) => bytes.toString("latin1", from, to);
  if (text(0, 4) !== "RIFF" || text(8, 12) !== "WEBP") return null;
  const end = 8 + bytes.readUInt32LE(4);
  if (bytes.length < 30 || end > bytes.length) return BROKEN;
  const of = (width: number, height: number): Found => ({ kind: "webp", width, height, end });
  switch (text(12, 16)) {
    case "VP8X":
      return of(bytes.readUIntLE(24, 3) + 1, bytes.readUIntLE(27, 3) + 1);
    case "VP8 ":
      return of(bytes.readUInt16LE(26) & 0x3fff, bytes.readUInt16LE(28) & 0x3fff);
    case "VP8L": {
      const bits = bytes.readUInt32LE(21);
      return of((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
    }
    default:
      return BROKEN;
  }
}

/**
 * What a browser or a server might take a file for in the place of a picture. Long enough that the
 * bytes of no picture come to it by chance: five would, once in some thousand photographs. No byte is
 * looked at for two beginnings of an svg, so that no file takes longer than its length.
 */
const MARKUP =
  /<(?:script|html|body|iframe|!doctype|\?php)[\s>/]|<svg\s(?:(?!<svg\s)[^\0]){0,300}?xmlns/i;
/** Behind the end: archives are read from there, documents and programs begin there. */
const BEGINNINGS = ["PK\u0003\u0004", "%PDF-", "MZ", "\u007fELF", "Rar!", "7z\u00bc\u00af", "#!"];

/** Cameras put previews and films behind the end, which are left out: only what could run is refused. */
function isSomethingElse(bytes: Buffer, end: number): boolean {
  const whole = bytes.toString("latin1");
  if (MARKUP.test(whole)) return true;
  const rest = whole.slice(end);
  const isArchive = rest.includes("PK\u0003\u0004") || rest.includes("%PDF-");
  return isArchive || BEGINNINGS.some((each) => rest.trimStart().startsWith(each));
}
