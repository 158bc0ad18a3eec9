import { afterAll, beforeAll, expect, test } from "vitest";
import type { AdvertTagsReply } from "../src/features/advert-tags/schema.ts";
import type { PageReply } from "../src/features/pages/schema.ts";
import { openTestApp, type TestApp } from "./open-test-app.ts";

let site: TestApp;
beforeAll(async () => {
  site = await openTestApp();
});
afterAll(() => site?.close());

const ELSEWHERE = /<script|<iframe|facebook|google|1234567890123456|G-AB12CD34EF/i;

test("part of MC-3.8: the preview of a brand that has advert tags loads none, before access or after", async () => {
  const owner = await site.signUp();
  const branch = {
    name: "Hồ Gươm",
    timeZone: "Asia/Ho_Chi_Minh",
    country: "VN",
    languages: ["vi"],
  };
  await owner.ask("POST", "/api/v1/branches", branch);
  const path = "/api/v1/advert-tags";
  const { brands } = (await owner.ask<AdvertTagsReply>("GET", path)).body;
  const tags = { metaPixelId: "1234567890123456", googleTagId: "G-AB12CD34EF" };
  const put = await owner.ask("PUT", path, { ...tags, brandIds: brands.map(({ id }) => id) });
  expect(put).toMatchObject({ status: 200, body: tags });
  const heading = { kind: "heading", fields: { text: { vi: "Xin chào" } } };
  const content = { name: "P", when: { guests: "any", visitNumbers: [] }, blocks: [heading] };
  const { id } = (await owner.ask<PageReply>("POST", "/api/v1/pages", { content })).body;
  for (const stage of ["before", "after"] as const) {
    const address = `/api/v1/pages/${id}/preview?stage=${stage}&name=Lan`;
    const { body, headers } = await owner.ask<string>("GET", address);
    expect(String(body), stage).toContain("<main");
    expect(String(body), stage).not.toMatch(ELSEWHERE);
    const policy = String(headers["content-security-policy"]);
    expect(policy).toMatch(/^sandbox; default-src 'none'/);
    expect(policy).not.toMatch(/script-src|frame-src|connect-src|https?:/);
  }
});
