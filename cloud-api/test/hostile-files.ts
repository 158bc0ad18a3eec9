import sharp from "sharp";
import { photograph } from "./survey-files-place.ts";
import { writePdf } from "./write-pdf.ts";

const SVG = `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`;

/** Says that it is 40,000 pixels wide and high, and holds next to nothing. */
async function bomb(): Promise<Buffer> {
  const file = await photograph();
  const frame = file.indexOf(Buffer.from([0xff, 0xc0]));
  file.writeUInt16BE(40_000, frame + 5);
  file.writeUInt16BE(40_000, frame + 7);
  return file;
}

const flat = () =>
  sharp({ create: { width: 9000, height: 8000, channels: 3, background: "#fff" } })
    .png()
    .toBuffer();

async function polyglot(): Promise<Buffer> {
  return Buffer.concat([await photograph(), Buffer.from("PK\u0003\u0004 rest")]);
}

async function scripted(): Promise<Buffer> {
  const jpeg = await photograph();
  const words = "<script>alert(1)</script>";
  const comment = `\u00ff\u00fe\0${String.fromCharCode(words.length + 2)}${words}`;
  return Buffer.concat([jpeg.subarray(0, 2), Buffer.from(comment, "latin1"), jpeg.subarray(2)]);
}

/** What it is, the file, and what is said of it where pictures of a megabyte are asked for. */
type Hostile<Fault extends string> = [string, () => Promise<Buffer> | Buffer, Fault];

export const HOSTILE_PICTURES: Hostile<
  "too-heavy" | "no-picture" | "too-large" | "something-else" | "broken"
>[] = [
  ["more than a megabyte", () => Buffer.alloc(1024 ** 2 + 1), "too-heavy"],
  ["an SVG with a script", () => Buffer.from(SVG), "no-picture"],
  ["a program under a picture's name", () => Buffer.from("MZ\0\0program"), "no-picture"],
  ["a PDF where pictures are asked for", () => writePdf(), "no-picture"],
  ["a picture that says it is 40,000 pixels wide", bomb, "too-large"],
  ["a picture that unpacks to 72 megapixels", flat, "too-large"],
  ["an archive behind a picture", polyglot, "something-else"],
  ["a picture with a script in its comment", scripted, "something-else"],
  ["half a picture", async () => (await photograph()).subarray(0, 3000), "broken"],
];

/** The same, where a PDF is asked for too. */
export const HOSTILE_PDFS: Hostile<
  "pdf-acts" | "pdf-something-else" | "pdf-closed" | "pdf-broken"
>[] = [
  ["with a script", () => writePdf("5 0 obj\n<< /S /JavaScript >>\nendobj\n"), "pdf-acts"],
  [
    "with a file in it",
    () => writePdf("5 0 obj\n<< /Type /EmbeddedFile >>\n"),
    "pdf-something-else",
  ],
  ["that is locked", () => writePdf("5 0 obj\n<< /Encrypt 6 0 R >>\n"), "pdf-closed"],
  ["cut off", () => writePdf().subarray(0, 100), "pdf-broken"],
];
