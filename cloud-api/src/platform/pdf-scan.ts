import { promisify } from "node:util";
import { constants, createInflateRaw, inflateRaw } from "node:zlib";

export type PdfFault =
  | "broken"
  /** It acts by itself: scripts, programs to start, forms to send. */
  | "acts"
  /** Other files are in it, or behind it. */
  | "something-else"
  /** Encrypted, or packed in a way that cannot be looked into. */
  | "closed";

const inflateBytes = promisify(inflateRaw);

/** What its packed parts may come to, one and all. */
const PART_BYTES_MAX = 16 * 1024 * 1024;
const PARTS_BYTES_MAX = 64 * 1024 * 1024;
const PARTS_MAX = 5000;
/** A part may be packed again: so often it is unpacked. */
const LAYERS_MAX = 2;
/** ISO 32000-2 §7.5.5: readers look for the end within the last kilobyte. */
const END_BYTES = 1024;
/** APPNOTE.TXT §4.3.16: an archive ends with its directory's end and a comment. */
const ARCHIVE_END_BYTES = 22 + 65_535;

/** ISO 32000-2 §7.3.5: each character of a name may be written as # and two hexadecimal digits. */
const named = (...names: readonly string[]): RegExp => {
  const spelled = names.map((name) =>
    [...name]
      .map((sign) => `(?:${sign}|#${sign.charCodeAt(0).toString(16).replace(/[a-f]/g, either)})`)
      .join(""),
  );
  return new RegExp(`/(?:${spelled.join("|")})(?=[\\s()<>[\\]{}/%]|$)`);
};
const either = (digit: string) => `[${digit}${digit.toUpperCase()}]`;

/** ISO 32000-2 §12.6.4, and XFA, whose forms hold scripts of their own. */
const ACTS = named(
  ...["JavaScript", "Launch", "Rendition", "SubmitForm", "ImportData", "GoToR", "GoToE", "XFA"],
);
/** §7.11.4, §12.5.6.15, §13.7. */
const HOLDS = named("EmbeddedFile", "EmbeddedFiles", "FileAttachment", "RichMedia");
/** §7.6; and the filters of §7.4 beside Flate and those of pictures. */
const CLOSED = named(
  ...["Encrypt", "Crypt", "ASCIIHexDecode", "AHx", "ASCII85Decode", "A85", "LZWDecode", "LZW"],
);
const OBJECT_STREAM = named("ObjStm");
const PREDICTED = named("DecodeParms", "DP");
const MARKUP = /<(?:script|html|body|iframe|!doctype|\?php|svg)[\s>/]/i;

/**
 * What speaks against a PDF by its structure: null is nothing. Names are looked for in all of its bytes
 * and in all that can be inflated, so that no order of objects hides one. No reader is asked, and no
 * list of known malware: see docs/decisions/0047.
 */
export async function scanPdf(bytes: Buffer): Promise<PdfFault | null> {
  const whole = bytes.toString("latin1");
  if (!/^%PDF-[12]\.\d/.test(whole)) return "broken";
  if (!whole.slice(-END_BYTES).includes("%%EOF")) return "broken";
  const fault = findFault(whole);
  if (fault) return fault;
  const isArchive = whole.slice(-ARCHIVE_END_BYTES).includes("PK\u0005\u0006");
  if (isArchive || whole.startsWith("PK\u0003\u0004") || hasMarkup(whole)) return "something-else";
  return scanParts(bytes, whole);
}

function findFault(text: string): PdfFault | null {
  if (ACTS.test(text)) return "acts";
  if (HOLDS.test(text)) return "something-else";
  return CLOSED.test(text) ? "closed" : null;
}

/** What a browser might take the file for: it looks at the beginning, before the first object. */
const hasMarkup = (whole: string): boolean => MARKUP.test(whole.slice(0, END_BYTES));

/**
 * §7.3.8: everything behind the word `stream`, wherever that stands. A line ends there; readers pass over
 * blanks before its end, and no packed part begins with one.
 */
async function scanParts(bytes: Buffer, whole: string): Promise<PdfFault | null> {
  let total = 0;
  let count = 0;
  for (const match of whole.matchAll(/stream[\0\t\n\f\r ]*/g)) {
    const at = match.index + match[0].length;
    if (whole.startsWith("end", match.index - 3)) continue;
    count += 1;
    if (count > PARTS_MAX) return "closed";
    const part = await scanPart(bytes.subarray(at), LAYERS_MAX);
    if (typeof part === "string") return part;
    total += part.unpacked;
    if (total > PARTS_BYTES_MAX) return "closed";
    if (part.unpacked > 0 && isPredictedObjects(whole, match.index)) return "closed";
  }
  return null;
}

/** How much it unpacks to, 0 where it is packed otherwise; or what speaks against it. */
async function scanPart(part: Buffer, layers: number): Promise<PdfFault | { unpacked: number }> {
  const inflated = await unpackPart(part);
  if (inflated === "closed") return "closed";
  if (inflated === null) return { unpacked: 0 };
  const fault = findFault(inflated.toString("latin1"));
  if (fault) return fault;
  if (layers <= 1) return { unpacked: inflated.length };
  const inner = await scanPart(inflated, layers - 1);
  return typeof inner === "string" ? inner : { unpacked: inflated.length + inner.unpacked };
}

/** RFC 1950 §2.2: a byte of the method and one of flags, which make a multiple of 31 together. */
const HEADER_BYTES = 2;

/**
 * Null: it is packed otherwise. A wrong sum at the end, which readers pass over, is passed over as well;
 * what breaks off is read as far as it goes.
 */
async function unpackPart(part: Buffer): Promise<Buffer | "closed" | null> {
  const [first = 0, second = 0] = part;
  if ((first & 0x0f) !== 8 || (first * 256 + second) % 31 !== 0) return null;
  const packed = part.subarray(HEADER_BYTES);
  const { Z_SYNC_FLUSH: finishFlush } = constants;
  try {
    return await inflateBytes(packed, { finishFlush, maxOutputLength: PART_BYTES_MAX });
  } catch (error) {
    if ((error as { code?: string }).code === "ERR_BUFFER_TOO_LARGE") return "closed";
    // Broken further on: a reader may show what came before, which nobody has looked at.
    return (await beginsToUnpack(packed)) ? "closed" : null;
  }
}

/** The smallest piece that zlib hands out. */
const PIECE_BYTES = 64;

function beginsToUnpack(packed: Buffer): Promise<boolean> {
  return new Promise((resolve) => {
    const inflating = createInflateRaw({ chunkSize: PIECE_BYTES });
    const finish = (begins: boolean) => {
      resolve(begins);
      inflating.destroy();
    };
    inflating.on("data", () => finish(true));
    inflating.on("error", () => finish(false));
    inflating.on("end", () => finish(false));
    inflating.end(packed);
  });
}

/** §7.4.4.4: objects behind a predictor are not the bytes that were inflated. */
function isPredictedObjects(whole: string, at: number): boolean {
  const dictionary = findDictionary(whole.slice(Math.max(0, at - DICTIONARY_CHARACTERS_MAX), at));
  return OBJECT_STREAM.test(dictionary) && PREDICTED.test(dictionary);
}

/** So far before a part its dictionary is looked for: at each of thousands, and so not without end. */
const DICTIONARY_CHARACTERS_MAX = 64 * 1024;
/** The numbers before the word `obj`, which begin a line: they stand in no remark. */
const NUMBERED = /[\r\n][ \t]*\d+\s+\d+\s+$/;
const NUMBER_CHARACTERS_MAX = 32;
/** A dictionary with whole texts alone: behind an `obj` that stands in a text, that text's end follows. */
const DICTIONARY = /^\s*<<(?:[^()%]|\((?:[^()\\]|\\[\s\S])*\))*$/;

/** What stands before a part, from where its object surely begins: from too early rather than too late. */
function findDictionary(before: string): string {
  const at = before.lastIndexOf("obj");
  if (at < 0) return before;
  const isNumbered = NUMBERED.test(before.slice(Math.max(0, at - NUMBER_CHARACTERS_MAX), at));
  const dictionary = before.slice(at + "obj".length);
  return isNumbered && DICTIONARY.test(dictionary) ? dictionary : before;
}
