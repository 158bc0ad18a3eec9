import sharp, { type Sharp } from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestApp, type TestApp, type TestBrowser } from "../../../test/open-test-app.ts";
import { readPictureHeader } from "../../platform/picture-header.ts";

let site: TestApp;
let owner: TestBrowser;

beforeAll(async () => {
  site = await openTestApp();
  owner = await site.signUp();
});
afterAll(() => site?.close());

type Made = {
  source: string;
  webp: string;
  avif: string | null;
  avifOf: string | null;
  width: number;
  height: number;
  bytes: number;
};

const send = (bytes: Buffer, { by = owner, query = "" } = {}) =>
  by.ask<Made & { message: string }>("POST", `/api/v1/page-pictures${query}`, bytes, {
    "content-type": "application/octet-stream",
  });

const bytesOf = (url: string) => Buffer.from(url.slice(url.indexOf(",") + 1), "base64");

/** Something to look at that does not shrink to nothing. */
async function photograph({ width = 1600, height = 1200 } = {}): Promise<Sharp> {
  const noise = Buffer.alloc(64 * 48 * 3);
  for (let index = 0; index < noise.length; index += 1) noise[index] = (index * 7919) % 251;
  return sharp(noise, { raw: { width: 64, height: 48, channels: 3 } }).resize(width, height, {
    fit: "fill",
  });
}

/** A PNG that says how large it is, and holds next to nothing. */
function bomb(width: number, height: number): Buffer {
  const png = Buffer.alloc(33 + 12);
  png.write("\x89PNG\r\n\x1a\n", 0, "latin1");
  png.writeUInt32BE(13, 8);
  png.write("IHDR", 12, "latin1");
  png.writeUInt32BE(width, 16);
  png.writeUInt32BE(height, 20);
  png.set([8, 2, 0, 0, 0], 24);
  png.write("IEND", 33 + 4, "latin1");
  return png;
}

describe("a picture for a page", () => {
  test("is made anew as JPEG, WebP and AVIF, as wide as a page shows it and light enough for one", async () => {
    const file = await (await photograph()).jpeg({ quality: 95 }).toBuffer();
    const { status, body } = await send(file);
    expect(status).toBe(200);
    expect(await sharp(bytesOf(body.source)).metadata()).toMatchObject({
      ...{ format: "jpeg", width: body.width, height: body.height },
    });
    expect(await sharp(bytesOf(body.webp)).metadata()).toMatchObject({ format: "webp" });
    const { source, webp, avif, avifOf } = body;
    expect(await sharp(bytesOf(avif ?? "")).metadata()).toMatchObject({
      ...{ format: "heif", compression: "av1", width: body.width, height: body.height },
    });
    expect(bytesOf(avif ?? "").length).toBeLessThan(bytesOf(webp).length);
    expect(body.width).toBeLessThanOrEqual(864);
    for (const url of [source, webp]) expect(url.length).toBeLessThanOrEqual(48 * 1024);
    const block = { kind: "image", fields: { source, webp, avif, avifOf } };
    const content = { name: "P", when: { guests: "any", visitNumbers: [] }, blocks: [block] };
    const page = await owner.ask("POST", "/api/v1/pages", { content });
    expect(page.body).toMatchObject({
      faults: [],
      weight: {
        pictureBytes: bytesOf(source).length,
        pictureBytesUsual: bytesOf(avif ?? "").length,
      },
    });
  });

  test("says nothing of where it was taken, and stands as its camera was held", async () => {
    const place = { IFD0: { Copyright: "Somebody at home" }, IFD3: { GPSLatitudeRef: "N" } };
    const file = await (await photograph({ width: 400, height: 300 }))
      .jpeg()
      .withExif(place)
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const { body } = await send(file);
    expect([body.width, body.height]).toEqual([300, 400]);
    for (const url of [body.source, body.webp, body.avif ?? body.webp]) {
      const { exif, icc, xmp, iptc, orientation } = await sharp(bytesOf(url)).metadata();
      expect([exif, icc, xmp, iptc, orientation]).toEqual(Array(5).fill(undefined));
    }
  });

  test("keeps what is clear in it as PNG, and weighs no more than is asked", async () => {
    const clear = { r: 0, g: 90, b: 60, alpha: 0.5 };
    const create = { width: 500, height: 200, channels: 4 as const, background: clear };
    const { body } = await send(await sharp({ create }).png().toBuffer());
    expect(await sharp(bytesOf(body.source)).metadata()).toMatchObject({
      ...{ format: "png", hasAlpha: true, width: 500 },
    });
    const file = await (await photograph()).webp({ quality: 95 }).toBuffer();
    const light = await send(file, { query: "?bytesMax=24000" });
    expect(light.status).toBe(200);
    expect(light.body.bytes).toBeLessThanOrEqual(24_000);
  });

  test("is taken from whoever may write pages alone", async () => {
    const viewer = await site.invite(owner, "viewer");
    const file = await (await photograph()).png().toBuffer();
    expect((await send(file, { by: viewer })).status).toBe(403);
  });
});

describe("a hostile file is refused", () => {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`;
  const small = async () => (await photograph({ width: 40, height: 30 })).jpeg().toBuffer();
  const zip = Buffer.from("PK\u0003\u0004 and the rest of an archive", "latin1");
  const inComment = async (words: string) => {
    const jpeg = await small();
    const comment = Buffer.alloc(4 + words.length);
    comment.writeUInt16BE(0xfffe, 0);
    comment.writeUInt16BE(words.length + 2, 2);
    comment.write(words, 4, "latin1");
    return Buffer.concat([jpeg.subarray(0, 2), comment, jpeg.subarray(2)]);
  };
  const files: [string, () => Promise<Buffer> | Buffer, RegExp][] = [
    ["an SVG with a script", () => Buffer.from(svg), /is no JPEG, PNG or WebP/],
    ["a web page", () => Buffer.from("<!doctype html><p>Hello"), /is no JPEG, PNG or WebP/],
    ["nothing at all", () => Buffer.alloc(1), /is no JPEG, PNG or WebP/],
    ["a PNG of 40,000 by 40,000 pixels", () => bomb(40_000, 40_000), /40000 × 40000 pixels/],
    ["a PNG that is a line of a million", () => bomb(1_000_000, 1), /1000000 × 1 pixels/],
    ["a PNG of no size", () => bomb(0, 5), /it has no size/],
    ["a PNG without a pixel", () => bomb(50, 50), /it is broken/],
    [
      "an archive behind a picture",
      async () => Buffer.concat([await small(), zip]),
      /something else/,
    ],
    [
      "a web page in a picture's comment",
      () => inComment("<script>alert(1)</script>"),
      /something else/,
    ],
    ["an SVG in a picture's comment", () => inComment(svg), /something else/],
    ["a picture cut off", async () => (await small()).subarray(0, 400), /broken/],
  ];
  test.each(files)("%s", async (_, make, reason) => {
    const { status, body } = await send(await make());
    expect([status, body.message]).toEqual([400, expect.stringMatching(reason)]);
  });

  test("a JPEG that says it is larger than it may be, before it is unpacked", async () => {
    const file = await small();
    const frame = file.indexOf(Buffer.from([0xff, 0xc0]));
    file.writeUInt16BE(40_000, frame + 5);
    file.writeUInt16BE(40_000, frame + 7);
    expect((await send(file)).body.message).toMatch(/40000 × 40000 pixels/);
  });

  test("a file of 17 MB, and one that is sent as something else", async () => {
    expect((await send(Buffer.alloc(17 * 1024 * 1024))).status).toBe(400);
    expect((await owner.ask("POST", "/api/v1/page-pictures", { source: svg })).status).toBe(400);
  });
});

describe("the header of a picture", () => {
  test.each(["jpeg", "png", "webp"] as const)(
    "of a %s is read as its library reads it",
    async (kind) => {
      const clear = { width: 33, height: 21, channels: 4 as const, background: "#00000000" };
      for (const file of [
        await (await photograph({ width: 257, height: 130 })).toFormat(kind).toBuffer(),
        await (await photograph({ width: 61, height: 40 }))
          .toFormat(kind, { progressive: true, lossless: true })
          .toBuffer(),
        await sharp({ create: clear }).toFormat(kind).toBuffer(),
      ]) {
        const { width, height } = await sharp(file).metadata();
        expect(readPictureHeader(file)).toEqual({ found: "picture", kind, width, height });
      }
    },
  );

  test("of a phone's photograph with a film behind it is read", async () => {
    const photo = await (await photograph({ width: 80, height: 60 })).jpeg().toBuffer();
    const film = Buffer.concat([photo, Buffer.from("\0\0\0\u0018ftypmp42 and a film", "latin1")]);
    expect(readPictureHeader(film)).toMatchObject({ found: "picture", width: 80 });
  });
});
