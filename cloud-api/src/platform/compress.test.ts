import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApp, type TestApp, type TestBrowser } from "../../test/open-test-app.ts";
import { takesGzip } from "./compress.ts";

let site: TestApp;
let owner: TestBrowser;
beforeAll(async () => {
  site = await openTestApp();
  owner = await site.signUp();
});
afterAll(() => site?.close());

const ask = (path: string, accepted: string) =>
  site.app.inject({
    method: "GET",
    url: path,
    headers: { cookie: owner.cookie(), "accept-encoding": accepted },
  });

test("an answer to staff is packed for whoever takes it, and says the same", async () => {
  const plain = await ask("/api/v1/roles", "identity");
  const packed = await ask("/api/v1/roles", "gzip, deflate, br, zstd");
  expect(plain.headers["content-encoding"]).toBeUndefined();
  expect(packed.headers["content-encoding"]).toBe("gzip");
  expect(gunzipSync(packed.rawPayload).toString()).toBe(plain.body);
  expect(packed.rawPayload.length).toBeLessThan(plain.rawPayload.length / 2);
  expect(Number(packed.headers["content-length"])).toBe(packed.rawPayload.length);
  for (const { headers } of [plain, packed]) expect(headers.vary).toContain("accept-encoding");
});

test("one that fits a packet, and one outside the API of staff, go as they are", async () => {
  for (const path of ["/api/v1/tags", "/api/openapi.json"])
    expect((await ask(path, "gzip")).headers["content-encoding"]).toBeUndefined();
});

test.each([
  ["gzip", true],
  ["br;q=1.0, GZIP;q=0.2", true],
  ["*", true],
  ["gzip;q=0", false],
  ["gzip;q=0, *", false],
  ["*;q=0", false],
  ["br", false],
  ["x-gzipped", false],
  ["", false],
  [undefined, false],
])("RFC 9110 §12.5.3: “%s” takes gzip: %s", (accepted, takes) => {
  expect(takesGzip(accepted)).toBe(takes);
});
