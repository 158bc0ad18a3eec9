import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../src/platform/clock.ts";
import { HOSTILE_PDFS, HOSTILE_PICTURES } from "./hostile-files.ts";
import { openTestSite, type TestSite } from "./open-test-site.ts";
import { answer, type FilesPlace, openFilesPlace, photograph } from "./survey-files-place.ts";

let site: TestSite;
let place: FilesPlace;

beforeAll(async () => {
  site = await openTestSite();
  place = await openFilesPlace(site);
});
afterAll(() => site?.close());

const PICTURE_REFUSALS = {
  "too-heavy": [413, /larger than 1 MB/],
  "no-picture": [415, /no picture/],
  "too-large": [422, /more pixels/],
  "something-else": [422, /something besides/],
  broken: [422, /broken/],
  nothing: [422, /Choose a file first/],
} as const;

test.each([
  ...HOSTILE_PICTURES,
  ["eighty megabytes", () => Buffer.alloc(80 * 1024 ** 2), "too-heavy"] as const,
  ["nothing", () => Buffer.alloc(0), "nothing"] as const,
])("%s is refused in words, and nothing of it is kept", async (_, make, fault) => {
  const customer = await answer(site, place);
  const sent = await customer.send(await make());
  const [status, words] = PICTURE_REFUSALS[fault];
  expect([sent.status, sent.said]).toEqual([status, expect.stringMatching(words)]);
  expect((await customer.show()).html).not.toContain("/remove");
});

const PDF_REFUSALS = {
  "pdf-acts": /script or an action/,
  "pdf-something-else": /other files/,
  "pdf-closed": /locked/,
  "pdf-broken": /broken/,
} as const;

test.each(HOSTILE_PDFS)("a PDF %s is refused in words", async (_, make, fault) => {
  const customer = await answer(site, place);
  const sent = await customer.send(await make(), { question: "bill" });
  expect([sent.status, sent.said]).toEqual([422, expect.stringMatching(PDF_REFUSALS[fault])]);
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
