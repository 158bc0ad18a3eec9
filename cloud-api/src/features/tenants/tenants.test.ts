import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApp, randomEmail, type TestApp } from "../../../test/open-test-app.ts";

let site: TestApp;
beforeAll(async () => {
  site = await openTestApp();
});
afterAll(() => site?.close());

test("a company begins with a brand of its own name", async () => {
  const owner = await site.signUp({ tenantName: "Quán Gió" });
  expect((await owner.ask("GET", "/api/v1/tenant")).body).toMatchObject({
    name: "Quán Gió",
    brands: [{ name: "Quán Gió", accentColour: "#0b6e4f", logo: null }],
  });
});

test("only its owner renames a company, and no other company is touched", async () => {
  const owner = await site.signUp({ tenantName: "Quán Gió" });
  const other = await site.signUp({ tenantName: "Quán Khác" });
  const manager = await site.invite(owner, "manager", randomEmail());
  const rename = (browser: typeof owner, name: string) =>
    browser.ask("PATCH", "/api/v1/tenant", { name });
  expect((await rename(manager, "Của tôi")).status).toBe(403);
  expect((await rename(owner, "  ")).status).toBe(400);
  expect((await rename(owner, " Quán Gió Biển ")).body).toMatchObject({ name: "Quán Gió Biển" });
  expect((await manager.ask("GET", "/api/v1/tenant")).body).toMatchObject({
    name: "Quán Gió Biển",
  });
  expect((await other.ask("GET", "/api/v1/tenant")).body).toMatchObject({ name: "Quán Khác" });
});
