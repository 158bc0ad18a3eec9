import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestSite, type TestSite } from "../test/open-test-site.ts";

type Operation = { summary?: string; tags?: string[]; responses: Record<string, unknown> };
type Document = { paths: Record<string, Record<string, Operation>> };

const COPY = join(import.meta.dirname, "..", "..", "docs", "openapi.json");

let site: TestSite;
let served: Document;
beforeAll(async () => {
  site = await openTestSite();
  served = (await (await fetch(`${site.origin}/api/openapi.json`)).json()) as Document;
});
afterAll(() => site?.close());

describe("the API's description", () => {
  test("is kept in docs/openapi.json as it is served: `node cloud-api/src/write-openapi.ts`", () => {
    expect(JSON.parse(readFileSync(COPY, "utf8"))).toEqual(served);
  });

  test("says of each route what it is for, what it answers and how it fails", () => {
    const operations = Object.entries(served.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(
        ([method, operation]) => [`${method} ${path}`, operation] as const,
      ),
    );
    expect(operations.length).toBeGreaterThan(30);
    for (const [name, { summary, tags, responses }] of operations) {
      expect(summary, name).toMatch(/./);
      expect(tags, name).toHaveLength(1);
      expect(Object.keys(responses), name).toEqual(expect.arrayContaining(["4XX", "5XX"]));
      expect(Object.keys(responses).join(" "), name).toMatch(/\b2\d\d\b/);
    }
  });
});
