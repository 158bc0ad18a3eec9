import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { BranchSettings } from "@foyer/contract";
import type { Page } from "playwright-core";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { newId } from "../src/platform/clock.ts";
import { listFaults } from "./axe.ts";
import { openStaffApp } from "./open-staff-app.ts";
import { askUntil, type TestStaff } from "./open-test-site.ts";
import { describeWithChromium, openVisitor, signInAs } from "./staff-browser.ts";
import { NAS_ID } from "./test-box.ts";

const FEATURES = join(import.meta.dirname, "..", "src", "features");
const SECTIONS = ["sign-in", "rooms", "guests", "details", "access-points", "brand", "place"];
const MORE_SECTIONS = ["legal", "member-wifi"];
const ALL_MS = 600_000;
const LOADED = { timeout: 60_000, interval: 50 };

/** The address of every screen, as the features declare them. */
function listRoutes(): string[] {
  return readdirSync(FEATURES).flatMap((feature) => {
    const path = join(FEATURES, feature, "screens", "index.tsx");
    const text = readIfThere(path);
    const routes = text.slice(text.indexOf("routes:"));
    return [...routes.matchAll(/path: "([^"]+)"/g)].map(([, address = ""]) => address);
  });
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

const SURVEY = {
  ...{ id: "spring", title: { vi: "Mùa xuân", en: "Spring" } },
  questions: [
    {
      kind: "rating",
      required: false,
      id: "stars",
      label: { vi: "Mấy sao?", en: "How many stars?" },
    },
  ],
};

describeWithChromium("the staff app for everybody", () => {
  const app = openStaffApp();
  let owner: TestStaff;
  type Named = "branch" | "brand" | "customer" | "batch" | "webhook" | "page" | "found" | "saved";
  let ids: Record<Named, string>;

  beforeAll(async () => {
    owner = await app.site.addOwner("Long Linh Coffee");
    ids = await fillCompany();
  });

  /** A company with something on every screen. */
  async function fillCompany() {
    const branch = (await owner.addBranch({ name: "Hồ Gươm" })).id;
    const box = await owner.addBox(branch);
    const guest = box.signIn({ phone: "+84912345678", name: "Lan" });
    const visit = box.visit({ ...guest, startedAt: app.site.now(), endedAt: null });
    await box.push([...guest.events, ...visit.events]);
    const path = `/api/v1/branches/${branch}/settings`;
    const stay = { room: "101", name: "Nguyễn", validFrom: "2026-01-01T00:00:00Z" };
    const settings = await owner.get<BranchSettings>(path);
    const roomStays = [{ ...stay, validUntil: "2099-01-01T00:00:00Z" }];
    const saved = await owner.request("PUT", path, { ...settings, roomStays, surveys: [SURVEY] });
    expect(saved).toMatchObject({ status: 200 });
    // Answers of every satisfaction, of which the low one is a case to review.
    const answerId = newId();
    const answers = [1, 3, 5].map((stars) =>
      box.write("survey.answered", {
        answerId: stars === 1 ? answerId : newId(),
        ...{ surveyId: "spring", guestId: null, deviceId: null, nasId: NAS_ID, by: "link" },
        ...{ place: null, language: "vi", choices: {}, texts: { why: "Nguội" } },
        ratings: { stars },
      }),
    );
    await box.push(answers);
    const group = await owner.request("POST", "/api/v1/groups", { name: "VIP" });
    const parentId = (group.body as { id: string }).id;
    await owner.request("POST", "/api/v1/groups", { name: "Gold", parentId });
    await owner.request("POST", "/api/v1/tiers", { name: "Silver" });
    await owner.request("POST", "/api/v1/tags", { name: "Tea" });
    await owner.request("PUT", "/api/v1/destinations", { destinations: ["https://a.example"] });
    const lot = { branchId: branch, name: "Cards", count: 3, devicesMax: 1, minutes: 60 };
    const batch = await owner.request("POST", "/api/v1/access-code-batches", {
      ...lot,
      lastDay: null,
    });
    // Nobody is there: what it is sent fails.
    const hook = { url: "http://127.0.0.1:9/hook", description: "", types: ["visit.started"] };
    const webhook = await owner.request("POST", "/api/v1/webhooks", hook);
    const webhookId = (webhook.body as { id: string }).id;
    await owner.request("POST", `/api/v1/webhooks/${webhookId}/test`);
    type Customers = { customers: { id: string }[] };
    const { customers } = await askUntil(
      () => owner.get<Customers>("/api/v1/customers"),
      (reply) => reply.customers.length === 1,
    );
    const customer = customers[0]?.id ?? "";
    await owner.request("PUT", `/api/v1/customers/${customer}/group`, { groupId: parentId });
    const content = { name: "Tea", when: { guests: "any", visitNumbers: [] }, blocks: [] };
    const made = await owner.request("POST", "/api/v1/pages", { content });
    const page = (made.body as { id: string }).id;
    await askUntil(
      () => owner.get<{ total: number }>("/api/v1/cases"),
      ({ total }) => total === 1,
    );
    const kept = await owner.request("POST", "/api/v1/saved-reports", {
      ...{ name: "Mornings", report: "hours", period: "7-days", days: null, compared: "before" },
      ...{ query: {}, shared: true },
    });
    const batchId = (batch.body as { id: string }).id;
    const { brands } = await owner.get<{ brands: { id: string }[] }>("/api/v1/tenant");
    const brand = brands[0]?.id ?? "";
    const keptId = (kept.body as { id: string }).id;
    const ofCompany = { saved: keptId, batch: batchId, webhook: webhookId };
    return { branch, brand, customer, page, found: answerId, ...ofCompany };
  }

  async function enter(locale: "en" | "vi"): Promise<Page> {
    await owner.request("PATCH", "/api/v1/me", { language: locale });
    const { page, close } = await openVisitor(app.browser, { origin: app.site.origin, locale });
    page.setDefaultTimeout(LOADED.timeout);
    onTestFinished(close);
    await page.goto("/sign-in");
    await page.locator("input[name=email]").waitFor();
    return page;
  }

  async function signIn(page: Page) {
    await signInAs(page, owner);
    await page.getByRole("heading", { level: 1, name: /Overview|Tổng quan/ }).waitFor();
  }

  const addressOf = (route: string) => {
    if (route === "/branches/:id") return `/branches/${ids.branch}`;
    if (route.startsWith("/customers/:id")) return route.replace(":id", ids.customer);
    if (route === "/brand-kits/:ownerId") return `/brand-kits/${ids.brand}`;
    if (route === "/webhooks/:id") return `/webhooks/${ids.webhook}`;
    if (route === "/help/:article") return "/help/customers";
    if (route === "/pages/:id") return `/pages/${ids.page}`;
    if (route.startsWith("/surveys/:id")) return route.replace(":id", "spring");
    if (route === "/saved-reports/:id") return `/saved-reports/${ids.saved}`;
    if (route === "/cases/:id") return `/cases/${ids.found}`;
    if (route === "/first-sign-in") return "/first-sign-in?token=none";
    return route.replace(":id", ids.batch);
  };

  test("axe finds nothing against WCAG 2.2 AA on any staff screen, wide by day and narrow by night", {
    timeout: ALL_MS,
  }, async () => {
    const page = await enter("en");
    const faults = await listFaults(page, "/sign-in");
    await page.goto("/sign-up");
    await page.locator("main h1, h1").first().waitFor();
    faults.push(...(await listFaults(page, "/sign-up")));
    await page.goto("/sign-in");
    await signIn(page);
    const routes = listRoutes().filter((route) => !/^\/sign-(in|up)$/.test(route));
    expect(routes.length).toBeGreaterThan(14);
    const sections = [...SECTIONS, ...MORE_SECTIONS].map(
      (section) => `/branches/${ids.branch}?section=${section}`,
    );
    for (const address of [...routes.map(addressOf), ...sections, "/nowhere"]) {
      await page.goto(address);
      await page.locator("h1").first().waitFor();
      faults.push(...(await listFaults(page, address)));
    }
    expect(faults).toEqual([]);
  });

  test("axe finds nothing against it in dialogs and with unsaved changes, in Vietnamese", {
    timeout: ALL_MS,
  }, async () => {
    const page = await enter("vi");
    await signIn(page);
    const faults: string[] = [];
    await page.goto(`/branches/${ids.branch}?section=rooms`);
    for (const name of ["Dán danh sách khách đến", "Thêm lượt lưu trú", "Trả phòng 101, Nguyễn"]) {
      await page.getByRole("button", { name }).click();
      await page.getByRole("dialog").waitFor();
      faults.push(...(await listFaults(page, name)));
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
    }
    await page.goto("/groups");
    for (const name of ["Thêm nhóm dưới VIP", "Chuyển Gold", "Xoá Gold"]) {
      await page.getByRole("button", { name, exact: true }).click();
      await page.getByRole("dialog").waitFor();
      faults.push(...(await listFaults(page, name)));
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
    }
    await page.goto(`/branches/${ids.branch}?section=sign-in`);
    await page.getByLabel("Số lần nhập sai mỗi mã").fill("99");
    await page.getByRole("button", { name: "Lưu thay đổi" }).click();
    await page.getByText("Hãy nhập số từ 1 đến 10.").waitFor();
    faults.push(...(await listFaults(page, "a refused change")));
    expect(faults).toEqual([]);
  });
});
