import { type ClientRequest, request } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestSite, type TestSite } from "./open-test-site.ts";
import { answer, type Customer, openFilesPlace, photograph } from "./survey-files-place.ts";

let site: TestSite;
const open: ClientRequest[] = [];

beforeAll(async () => {
  site = await openTestSite();
});
afterAll(async () => {
  for (const each of open) each.destroy();
  await site?.close();
});

const BOUNDARY = "foyer";
const HEAD = `--${BOUNDARY}\r\ncontent-disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n`;
const END = `\r\n--${BOUNDARY}--\r\n`;

/** Begins to send a file from an address of this machine's. */
function begin({ page }: Customer, localAddress: string): ClientRequest {
  const sending = request(`${page}?question=photo&language=en`, {
    ...{ method: "POST", localAddress },
    headers: {
      origin: site.origin,
      "content-type": `multipart/form-data; boundary=${BOUNDARY}`,
    },
  });
  sending.on("error", () => {});
  open.push(sending);
  sending.write(HEAD);
  return sending;
}

/** Sends one whole; its status. */
function send(customer: Customer, bytes: Buffer, localAddress: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sending = begin(customer, localAddress);
    sending.on("response", (response) => resolve(response.statusCode ?? 0));
    sending.on("error", reject);
    sending.write(bytes);
    sending.end(END);
  });
}

test("whoever sends slowly on purpose keeps others of their line out, and nobody elsewhere", async () => {
  const place = await openFilesPlace(site);
  const slow = await Promise.all([1, 2, 3].map(() => answer(site, place)));
  for (const customer of [...slow, ...slow]) begin(customer, "127.0.0.1");
  const hurried = await answer(site, place);
  const bytes = await photograph();
  await expect.poll(() => send(hurried, bytes, "127.0.0.1"), { timeout: 20_000 }).toBe(429);
  expect(await send(hurried, bytes, "127.0.0.2")).toBe(303);
  for (const each of open) each.destroy();
  const later = await photograph();
  await expect.poll(() => send(hurried, later, "127.0.0.1"), { timeout: 20_000 }).toBe(303);
});
