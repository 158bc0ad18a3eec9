import { performance } from "node:perf_hooks";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openTestApp, type TestApp, type TestBrowser } from "../../../test/open-test-app.ts";
import { readPictureHeader } from "../../platform/picture-header.ts";
import { listWarnings } from "./coverage.ts";
import type { PageContent, PageReply } from "./schema.ts";

let site: TestApp;
let owner: TestBrowser;
let branchId: string;

beforeAll(async () => {
  site = await openTestApp();
});
afterAll(() => site?.close());
beforeEach(async () => {
  owner = await site.signUp();
  const body = { name: "Hồ Gươm", timeZone: "Asia/Ho_Chi_Minh", country: "VN", languages: ["vi"] };
  branchId = (await owner.ask<{ id: string }>("POST", "/api/v1/branches", body)).body.id;
});

const content = (given: Partial<PageContent> = {}): PageContent => ({
  name: "Weekend",
  when: { guests: "any", visitNumbers: [] },
  blocks: [{ kind: "heading", fields: { text: { vi: "Chào" } } }],
  ...given,
});

async function make(given: Partial<PageContent> = {}): Promise<PageReply> {
  const made = await owner.ask<PageReply>("POST", "/api/v1/pages", { content: content(given) });
  expect(made.status).toBe(201);
  return made.body;
}

describe("words that a database does not keep", () => {
  test.each([
    ["half of an emoji", "Tết \ud83c"],
    ["a NUL", "Tết \0"],
    ["an escape written out", "C:\\u0000 \\ud800"],
    ["an emoji where the log cuts a long text", `${"Tết ".repeat(74)}abc🎉${"!".repeat(20)}`],
  ])("of a draft are saved all the same: %s", async (_, name) => {
    const { id } = await make();
    const blocks = [{ kind: "text", fields: { text: { vi: name } } }];
    const body = { revision: 1, content: content({ blocks }) };
    const saved = await owner.ask("PUT", `/api/v1/pages/${id}/draft`, body);
    expect(saved).toMatchObject({ status: 200, body: { revision: 2 } });
  });
});

test.each(["0050-01-01", "9999-12-01", "2026-02-30"])(
  "a calendar of days that there are not is refused: %s",
  async (from) => {
    const path = `/api/v1/branches/${branchId}/page-calendar`;
    expect(await owner.ask("POST", path, { from, days: 42 })).toMatchObject({
      ...{ status: 400, body: { field: "/from" } },
    });
  },
);

describe("a number beyond all that there are", () => {
  const FAR = 99_999_999_999;

  test("of a version or of settings is that of none", async () => {
    const { id } = await make();
    const asked: [string, string, object?][] = [
      ["GET", `/api/v1/pages/${id}/versions/${FAR}`],
      ["GET", `/api/v1/pages/${id}/preview?version=${FAR}`],
      ["POST", `/api/v1/pages/${id}/publish`, { version: FAR, to: { kind: "all" } }],
      ["POST", `/api/v1/pages/${id}/roll-back`, { version: FAR }],
    ];
    for (const [method, path, body] of asked)
      expect([400, 404], path).toContain((await owner.ask(method as "GET", path, body)).status);
  });

  test("of a visit is compared like any other, and the company waits for nobody", () => {
    const when = { guests: "any" as const, visitNumbers: [] };
    const far = Number.MAX_SAFE_INTEGER + 1;
    const pages = [
      { id: "one", when: { ...when, visitNumbers: [far] } },
      { id: "other", when: { ...when, visitNumberMin: far, visitNumberMax: far } },
    ];
    expect(listWarnings(pages, "2026-11-27")).toEqual([
      { pageId: "other", kind: "never-reached", hiddenBy: ["one"] },
    ]);
  });

  test("of years before and after ours is a day like others, or none", async () => {
    const { id } = await make();
    for (const at of ["0000-01-01T00:00", "0001-01-01T00:00", "9999-12-31T23:59"]) {
      const path = `/api/v1/pages/${id}/preview?branchId=${branchId}&at=${at}`;
      expect([200, 400], at).toContain((await owner.ask("GET", path)).status);
      const tried = await owner.ask("POST", `/api/v1/branches/${branchId}/page-test`, { at });
      expect([200, 400], at).toContain(tried.status);
    }
  });
});

test("a list of visits that would take minutes to compare with others is refused", async () => {
  const visitNumbers = Array.from({ length: 100_000 }, (_, index) => index + 1);
  const body = { content: content({ when: { guests: "any", visitNumbers } }) };
  const made = await owner.ask("POST", "/api/v1/pages", body);
  expect(made).toMatchObject({ status: 400, body: { field: "/content/when/visitNumbers" } });
});

test("a file made to be searched through for long is read as fast as any", () => {
  const one = Buffer.from([0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0]);
  const scan = Buffer.from([0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0]);
  const filling = Buffer.alloc(15 * 1024 * 1024, "<svg ");
  const file = Buffer.concat([one, scan, filling, Buffer.from([0xff, 0xd9])]);
  const began = performance.now();
  readPictureHeader(file);
  expect(performance.now() - began).toBeLessThan(10_000);
});
