import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { askUntil, openTestSite, type TestSite } from "./open-test-site.ts";
import {
  answer,
  browse,
  type FilesPlace,
  filesOf,
  openFilesPlace,
  photograph,
} from "./survey-files-place.ts";
import { writePdf } from "./write-pdf.ts";

let site: TestSite;
let place: FilesPlace;

beforeAll(async () => {
  site = await openTestSite();
  place = await openFilesPlace(site);
});
afterAll(() => site?.close());

describe("a customer's page of files", () => {
  test("part of HM-7.3: a picture is made anew without where it was taken, and staff see it", async () => {
    const customer = await answer(site, place);
    const file = await photograph();
    expect((await sharp(file).metadata()).exif).toBeDefined();
    const sent = await customer.send(file);
    expect([sent.status, sent.said]).toEqual([200, expect.stringContaining("It has reached us")]);
    const [kept, ...others] = await filesOf(place.staff, customer);
    expect([kept, others]).toMatchObject([
      { questionId: "photo", kind: "jpeg", width: 640, height: 480 },
      [],
    ]);
    const got = await place.staff.download(`/api/v1/survey-files/${kept?.id}`);
    const { exif, format } = await sharp(got.bytes).metadata();
    expect([got.status, exif, format, got.bytes.length]).toEqual([
      ...[200, undefined, "jpeg", kept?.byteCount],
    ]);
  });

  test("says what it takes in each language, is kept by nobody and loads nothing", async () => {
    const customer = await answer(site, place);
    for (const [language, words] of [
      ["vi", "Ảnh (JPEG, PNG, WebP) hoặc PDF, tối đa 1 tệp, mỗi tệp tối đa 1 MB."],
      ["en", "Pictures (JPEG, PNG or WebP), up to 2, each up to 1 MB."],
      ["fa", "عکس (JPEG، PNG یا WebP)، تا ۲ تا، هر کدام تا ۱ MB."],
    ])
      expect((await customer.show(`?language=${language}`)).html).toContain(words);
    const { headers } = await customer.show();
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("content-security-policy")).toMatch(
      /default-src 'none'.*form-action 'self'/,
    );
    expect(headers.get("x-content-type-options")).toBe("nosniff");
  });

  test("takes no more than was asked for, and again once one is removed", async () => {
    const customer = await answer(site, place);
    for (let index = 0; index < 2; index += 1)
      expect((await customer.send(await photograph())).status).toBe(200);
    const full = await customer.send(await photograph());
    expect([full.status, full.said]).toEqual([409, expect.stringContaining("as many as we take")]);
    const [first] = await filesOf(place.staff, customer);
    const removed = await customer.remove(first?.id ?? "");
    expect([removed.status, removed.said]).toEqual([200, expect.stringContaining("It is removed")]);
    expect((await customer.send(await photograph())).status).toBe(200);
    expect(await filesOf(place.staff, customer)).toHaveLength(2);
  });

  test("knows no other answer's files: none of another customer, branch or company is removed", async () => {
    const [mine, theirs] = [await answer(site, place), await answer(site, place)];
    await theirs.send(await photograph());
    const [file] = await filesOf(place.staff, theirs);
    expect((await mine.remove(file?.id ?? "")).status).toBe(404);
    const abroad = await openFilesPlace(site);
    const stranger = await answer(site, abroad);
    expect((await stranger.remove(file?.id ?? "")).status).toBe(404);
    // The key of one company's answer opens nothing under another's name.
    const swapped = mine.page.replace(place.staff.tenantId, abroad.staff.tenantId);
    expect((await browse(site, swapped).send(await photograph())).status).toBe(404);
    expect(await filesOf(place.staff, theirs)).toHaveLength(1);
  });

  test("a form of another site is refused", async () => {
    const customer = await answer(site, place);
    const form = new FormData();
    form.append("file", new File([new Uint8Array(await photograph())], "a.jpg"));
    const headers = { origin: "https://elsewhere.example" };
    const address = `${customer.page}?question=photo`;
    const { status } = await fetch(address, { method: "POST", body: form, headers });
    expect(status).toBe(403);
  });
});

describe("what comes twice, at once or not whole", () => {
  test("the same file sent twice at the same time is one, and so is an answer told twice", async () => {
    const customer = await answer(site, place);
    const file = await photograph();
    const both = await Promise.all([customer.send(file), customer.send(file)]);
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    expect(await filesOf(place.staff, customer)).toHaveLength(1);
    expect((await customer.send(file)).said).toContain("We have this one already");
    await place.staff.request("POST", "/api/v1/replays", { feature: "surveys" });
    const again = await askUntil(
      () => filesOf(place.staff, customer),
      (files) => files.length === 1,
    );
    expect(again).toHaveLength(1);
  });

  test("two files at once where one has room: one is kept", async () => {
    const customer = await answer(site, place);
    await customer.send(await photograph());
    const files = [await photograph(), await photograph()];
    const both = await Promise.all(files.map((each) => customer.send(each)));
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    expect(await filesOf(place.staff, customer)).toHaveLength(2);
  });

  test("an upload that breaks off leaves nothing, and the next one is taken", async () => {
    const customer = await answer(site, place);
    const head = `--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n`;
    const body = new ReadableStream({
      start: (controller) => {
        controller.enqueue(new TextEncoder().encode(head));
        setTimeout(() => controller.error(new Error("The train went into a tunnel.")), 100);
      },
    });
    const headers = { origin: site.origin, "content-type": "multipart/form-data; boundary=x" };
    const options = { method: "POST", body, headers, duplex: "half" };
    await expect(
      fetch(`${customer.page}?question=photo`, options as RequestInit),
    ).rejects.toThrow();
    expect(await filesOf(place.staff, customer)).toEqual([]);
    expect((await customer.send(await photograph())).status).toBe(200);
  });

  test("whoever sends without end is told to wait", async () => {
    const customer = await answer(site, place);
    const tries = Array.from({ length: 25 }, () => Buffer.from("no picture"));
    const statuses = [];
    for (const each of tries) statuses.push((await customer.send(each)).status);
    expect(new Set(statuses.slice(0, 20))).toEqual(new Set([415]));
    expect(statuses.at(-1)).toBe(429);
  });
});

test("a PDF is kept as it was sent, and given out to be saved alone", async () => {
  const customer = await answer(site, place);
  const pdf = writePdf();
  expect((await customer.send(pdf, { question: "bill", name: "b.png" })).status).toBe(200);
  const [kept] = await filesOf(place.staff, customer);
  const got = await place.staff.download(`/api/v1/survey-files/${kept?.id}`);
  expect(got.bytes.equals(pdf)).toBe(true);
  // The same is no picture where pictures alone are asked for.
  const other = await customer.send(pdf);
  expect([other.status, other.said]).toEqual([415, expect.stringContaining("This is no picture")]);
});

// The last: a box of the test keeps the real time, and the cloud is a week ahead from here on.
test("is closed a week after the answer, and to whoever has no key", async () => {
  const customer = await answer(site, place);
  site.passSeconds(7 * 24 * 3600 - 60);
  expect((await customer.show()).status).toBe(200);
  site.passSeconds(61);
  expect((await customer.show()).html).toContain("This page is closed");
  expect((await customer.send(await photograph())).status).toBe(410);
  expect(await filesOf(place.staff, customer)).toEqual([]);
  const made = customer.page.replace(/[^/]{32}$/, "a".repeat(32));
  const unknown = await browse(site, made).show("?language=en");
  expect([unknown.status, unknown.html]).toEqual([404, expect.stringContaining("Just a moment")]);
  expect(unknown.html).toMatch(/http-equiv="refresh"/);
});
