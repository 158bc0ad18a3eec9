import { deflateSync } from "node:zlib";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { writePdf } from "../../test/write-pdf.ts";
import { type PdfFault, scanPdf } from "./pdf-scan.ts";

const action = (words: string) => `5 0 obj\n<< /Type /Action ${words} >>\nendobj\n`;
const stream = (dictionary: string, bytes: Buffer) =>
  Buffer.concat([
    Buffer.from(`7 0 obj\n<< ${dictionary} /Length ${bytes.length} >>\nstream\n`, "latin1"),
    bytes,
    Buffer.from("\nendstream\nendobj\n", "latin1"),
  ]);
const packed = (words: string, dictionary = "/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode") =>
  stream(dictionary, deflateSync(Buffer.from(words, "latin1")));

/** Its one block is not the last any more. */
const unfinished = (zlib: Buffer) => {
  const open = Buffer.from(zlib.subarray(0, -4));
  open[2] = 0;
  return open;
};

const SCRIPT = "<< /S /JavaScript /JS (app.alert\\(1\\)) >>";

describe("a PDF is refused", () => {
  const files: [string, Buffer, PdfFault][] = [
    ["with a script", writePdf(action("/S /JavaScript /JS (app.alert\\(1\\))")), "acts"],
    [
      "with a script whose name is spelled otherwise",
      writePdf(action("/S /J#61vaScr#69pt")),
      "acts",
    ],
    ["with a script among packed objects", writePdf(packed(`5 0 ${SCRIPT}`)), "acts"],
    ...["stream \r\n", "stream\t\n", "stream\r", "stream"].map(
      (word): [string, Buffer, PdfFault] => [
        `with a packed script behind ${JSON.stringify(word)}`,
        writePdf("7 0 obj\n<< /Type /ObjStm >>\n", word, deflateSync(SCRIPT), "\nendstream\n"),
        "acts",
      ],
    ),
    [
      "with a script packed twice",
      writePdf(stream("/Filter [/FlateDecode /FlateDecode]", deflateSync(deflateSync(SCRIPT)))),
      "acts",
    ],
    [
      "with a script in a packed part that breaks off",
      writePdf(stream("/Type /ObjStm", deflateSync(SCRIPT).subarray(0, -4))),
      "acts",
    ],
    ["that starts a program", writePdf(action("/S /Launch /F (cmd.exe)")), "acts"],
    ["that sends a form", writePdf(action("/S /SubmitForm /F (https://x.example)")), "acts"],
    ["with a form that holds scripts of its own", writePdf(action("/XFA 6 0 R")), "acts"],
    ["with a file in it", writePdf(action("/Type /EmbeddedFile")), "something-else"],
    ["with a file at a note", writePdf(action("/Subtype /FileAttachment")), "something-else"],
    [
      "that is an archive as well",
      Buffer.concat([writePdf(), Buffer.from("PK\u0005\u0006"), Buffer.alloc(18)]),
      "something-else",
    ],
    [
      "that a browser might take for a page",
      writePdf("% <script>alert(1)</script>\n"),
      "something-else",
    ],
    ["that is locked", writePdf(action("/Encrypt 6 0 R")), "closed"],
    [
      "with a part that nobody can look into",
      writePdf(stream("/Filter /LZWDecode", Buffer.from("x"))),
      "closed",
    ],
    [
      "with objects behind a predictor",
      writePdf(packed("5 0 << >>", "/Type /ObjStm /DecodeParms << /Predictor 12 >>")),
      "closed",
    ],
    ...[
      "/X (1 0 obj)",
      "/X (1 0 obj <<) >>",
      "% 1 0 obj <<",
      "(\n1 0 obj <<) >>",
      " ".repeat(5000),
    ].map((between): [string, Buffer, PdfFault] => [
      `with objects behind a predictor, and ${between.trim() || "blanks"} between`,
      writePdf(packed("5 0", `/Type /ObjStm /DecodeParms << /Predictor 12 >> ${between}\n`)),
      "closed",
    ]),
    [
      "that unpacks to more than can be looked at",
      writePdf(stream("/Filter /FlateDecode", deflateSync(Buffer.alloc(17 * 1024 * 1024)))),
      "closed",
    ],
    [
      "that does not begin at its beginning",
      Buffer.concat([Buffer.from("\n"), writePdf()]),
      "broken",
    ],
    ["without an end", writePdf().subarray(0, 200), "broken"],
  ];
  test.each(files)("%s", async (_, bytes, fault) => {
    expect(await scanPdf(bytes)).toBe(fault);
  });

  test("with a packed part that breaks in its middle: what came before may be shown", async () => {
    const broken = deflateSync(Buffer.from(`${SCRIPT}${"x".repeat(100)}`), { level: 0 });
    // RFC 1951 §3.2.3: no block is of the fourth type.
    const header = Buffer.from([0x06]);
    const parts = stream("/Type /ObjStm", Buffer.concat([unfinished(broken), header]));
    expect(await scanPdf(writePdf(parts))).not.toBe(null);
    const text = deflateSync(Buffer.from("words ".repeat(500)));
    text.fill(0xff, 12);
    expect(await scanPdf(writePdf(stream("/Filter /FlateDecode", text)))).toBe("closed");
  });

  test("with a packed part whose sum is wrong and that hides a script", async () => {
    const wrong = deflateSync(SCRIPT);
    wrong.writeUInt32BE(7, wrong.length - 4);
    expect(await scanPdf(writePdf(stream("/Type /ObjStm", wrong)))).toBe("acts");
  });
});

test("a PDF with pictures, packed text and the name of a script in its words is taken", async () => {
  const create = { width: 60, height: 40, channels: 3 as const, background: "#884422" };
  const jpeg = await sharp({ create }).jpeg().toBuffer();
  const bytes = writePdf(
    stream("/Type /XObject /Subtype /Image /Filter /DCTDecode", jpeg),
    packed("BT (JavaScript and a launch) Tj ET", "/Filter /FlateDecode"),
    packed("5 0 << /S /GoTo /D [3 0 R /Fit] >>"),
  );
  expect(await scanPdf(bytes)).toBe(null);
});

test("a PDF whose table of objects has texts and a predictor is taken: it holds no objects", async () => {
  const table =
    "/Type /XRef /ID [(a\\)b%) (c)] /Filter /FlateDecode /DecodeParms << /Predictor 12 >>";
  expect(await scanPdf(writePdf(packed("5 0 << >>"), packed("table", table)))).toBe(null);
});
