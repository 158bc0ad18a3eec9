import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../src/platform/clock.ts";
import { openTestSite, type TestSite } from "./open-test-site.ts";
import { answer, type FilesPlace, openFilesPlace, photograph } from "./survey-files-place.ts";
import { writePdf } from "./write-pdf.ts";

let site: TestSite;
let place: FilesPlace;

beforeAll(async () => {
  site = await openTestSite();
  place = await openFilesPlace(site);
});
afterAll(() => site?.close());

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

type Refusal = [string, () => Promise<Buffer> | Buffer, number, RegExp];
const PICTURES: Refusal[] = [
  ["more than a megabyte", () => Buffer.alloc(1024 ** 2 + 1), 413, /larger than 1 MB/],
  ["eighty megabytes", () => Buffer.alloc(80 * 1024 ** 2), 413, /larger than 1 MB/],
  ["an SVG with a script", () => Buffer.from(SVG), 415, /no picture/],
  ["a program under a picture's name", () => Buffer.from("MZ\0\0program"), 415, /no picture/],
  ["a PDF where pictures are asked for", () => writePdf(), 415, /no picture/],
  ["a picture that says it is 40,000 pixels wide", bomb, 422, /more pixels/],
  ["a picture that unpacks to 72 megapixels", flat, 422, /more pixels/],
  [
    "an archive behind a picture",
    async () => Buffer.concat([await photograph(), Buffer.from("PK\u0003\u0004 rest")]),
    ...([422, /something besides/] as const),
  ],
  [
    "a picture with a script in its comment",
    async () => {
      const jpeg = await photograph();
      const words = "<script>alert(1)</script>";
      const comment = Buffer.from(
        `\u00ff\u00fe\0${String.fromCharCode(words.length + 2)}${words}`,
        "latin1",
      );
      return Buffer.concat([jpeg.subarray(0, 2), comment, jpeg.subarray(2)]);
    },
    ...([422, /something besides/] as const),
  ],
  ["half a picture", async () => (await photograph()).subarray(0, 3000), 422, /broken/],
  ["nothing", () => Buffer.alloc(0), 422, /Choose a file first/],
];

test.each(PICTURES)(
  "%s is refused in words, and nothing of it is kept",
  async (_, make, status, words) => {
    const customer = await answer(site, place);
    const sent = await customer.send(await make());
    expect([sent.status, sent.said]).toEqual([status, expect.stringMatching(words)]);
    expect((await customer.show()).html).not.toContain("/remove");
  },
);

const PDFS: Refusal[] = [
  [
    "with a script",
    () => writePdf("5 0 obj\n<< /S /JavaScript >>\nendobj\n"),
    422,
    /script or an action/,
  ],
  ["with a file in it", () => writePdf("5 0 obj\n<< /Type /EmbeddedFile >>\n"), 422, /other files/],
  ["that is locked", () => writePdf("5 0 obj\n<< /Encrypt 6 0 R >>\n"), 422, /locked/],
  ["cut off", () => writePdf().subarray(0, 100), 422, /broken/],
];

test.each(PDFS)("a PDF %s is refused in words", async (_, make, status, words) => {
  const customer = await answer(site, place);
  const sent = await customer.send(await make(), { question: "bill" });
  expect([sent.status, sent.said]).toEqual([status, expect.stringMatching(words)]);
});

test("a question that the survey does not ask takes nothing", async () => {
  const customer = await answer(site, place);
  expect((await customer.send(await photograph(), { question: "stars" })).status).toBe(404);
});

test("two files in one form are refused, and neither is kept", async () => {
  const customer = await answer(site, place);
  const form = new FormData();
  for (const name of ["a.jpg", "b.jpg"])
    form.append("file", new File([new Uint8Array(await photograph())], name));
  const options = { method: "POST", body: form, headers: { origin: site.origin } };
  const sent = await fetch(`${customer.page}?question=photo&language=en`, options);
  expect([sent.status, await sent.text()]).toEqual([
    ...[422, expect.stringContaining("one file at a time")],
  ]);
  expect((await customer.show()).html).not.toContain("/remove");
});

test("what is sent as something else than a form is refused", async () => {
  const customer = await answer(site, place);
  const send = (type: string, body: string) =>
    fetch(`${customer.page}?question=photo&language=en`, {
      ...{ method: "POST", body, headers: { origin: site.origin, "content-type": type } },
    });
  expect((await send("multipart/form-data", "no boundary")).status).toBe(422);
  for (const type of ["image/jpeg", "application/json", "application/x-www-form-urlencoded"])
    expect((await send(type, "{}")).status).toBe(400);
});

test("clamd's warning refuses a file, and without its word none is taken", async () => {
  const path = join(tmpdir(), `clamd-${newId()}.sock`);
  const replies = ["stream: OK\0", "stream: Foyer.Test FOUND\0"];
  const clamd: Server = createServer((socket) => {
    socket.on("data", (chunk: Buffer) => {
      // The empty chunk is the last.
      if (chunk.subarray(-4).equals(Buffer.alloc(4))) socket.end(replies.shift() ?? "");
    });
  });
  await new Promise((resolve) => clamd.listen(path, () => resolve(null)));
  const guarded = await openTestSite({ scanner: { path } });
  try {
    const customer = await answer(guarded, await openFilesPlace(guarded));
    expect((await customer.send(await photograph())).status).toBe(200);
    const found = await customer.send(await photograph());
    expect([found.status, found.said]).toEqual([422, expect.stringContaining("scanner warns")]);
    await new Promise((resolve) => clamd.close(resolve));
    expect((await customer.send(await photograph())).status).toBe(429);
  } finally {
    await guarded.close();
    clamd.close();
  }
});
