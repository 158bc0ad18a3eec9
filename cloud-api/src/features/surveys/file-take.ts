import { type PdfFault, scanPdf } from "../../platform/pdf-scan.ts";
import { type PictureFault, readPictureHeader } from "../../platform/picture-header.ts";
import { inTurn, shrink, unpack } from "../../platform/picture-unpack.ts";
import type { ScanFile } from "../../platform/virus-scan.ts";

/** Enough to read a bill on it. */
const WIDTH_MAX = 2048;
const QUALITY = 82;

/** What is kept of a file that was sent. */
export type TakenFile = {
  kind: "jpeg" | "pdf";
  bytes: Buffer;
  width: number | null;
  height: number | null;
};
export type TakeFault = PictureFault | `pdf-${PdfFault}` | "virus" | "busy";
export type Take = { kind: "taken"; file: TakenFile } | { kind: "refused"; fault: TakeFault };

type Limits = { takesPdf: boolean; scan: ScanFile | null };

const refused = (fault: TakeFault): Take => ({ kind: "refused", fault });

/** Looks at a file by its bytes alone: a picture is made anew, a PDF is kept as it is or not at all. */
export async function takeFile(bytes: Buffer, { takesPdf, scan }: Limits): Promise<Take> {
  const take = await inTurn(() =>
    takesPdf && bytes.toString("latin1", 0, 5) === "%PDF-" ? takePdf(bytes) : takePicture(bytes),
  );
  if (take.kind === "busy") return refused("busy");
  if (take.kind === "refused" || !scan) return take;
  // What was sent, not what was made of it: what is found must not be let in by being changed.
  const scanned = await scan(bytes);
  if (scanned.kind === "clean") return take;
  return refused(scanned.kind === "found" ? "virus" : "busy");
}

async function takePdf(bytes: Buffer): Promise<Take> {
  const fault = await scanPdf(bytes);
  if (fault) return refused(`pdf-${fault}`);
  return { kind: "taken", file: { kind: "pdf", bytes, width: null, height: null } };
}

async function takePicture(bytes: Buffer): Promise<Take> {
  const header = readPictureHeader(bytes);
  if (header.found === "none") return refused(header.fault);
  const unpacked = await unpack(bytes, header, WIDTH_MAX);
  if (unpacked.kind === "refused") return refused("broken");
  const { data, info } = await shrink(unpacked.sharp(unpacked.whole), WIDTH_MAX)
    .flatten({ background: "#ffffff" })
    .jpeg({ quality: QUALITY, mozjpeg: true })
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  return { kind: "taken", file: { kind: "jpeg", bytes: data, width, height } };
}
