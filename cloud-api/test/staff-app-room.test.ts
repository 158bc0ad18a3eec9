import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { openStaffApp } from "./open-staff-app.ts";
import { askUntil, type TestStaff } from "./open-test-site.ts";
import { describeWithChromium, PATIENTLY } from "./staff-browser.ts";

const HOUR = 3_600_000;
const WIDTHS = [1280, 390];
const LONG_NAMES = ["A".repeat(100), "Nguyễn Thị Phương Thảo ".repeat(5).slice(0, 100)];
const PHONE = "+84912345678";
/** Two lines of a name, and the lines of a card on a phone. */
const ROW_HEIGHT_MAX = 80;

type Room = { beside: number; tables: number[]; rows: number[]; title: number };

/** In the page: how far it and its tables reach beyond their room, and how high names make things. */
const READ_ROOM = `({
  beside: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  tables: [...document.querySelectorAll("main table[aria-label]")]
    .map((table) => table.scrollWidth - table.parentElement.clientWidth),
  rows: [...document.querySelectorAll("main .record-table tbody tr")].map(
    (row) => row.getBoundingClientRect().height),
  title: document.querySelector("h1").getBoundingClientRect().height,
})`;

/** In the page: the words in buttons and links that do not fit. */
const READ_CUT = `[...document.querySelectorAll("main button *, main a *")]
  .filter((each) => each.clientWidth > 0 && each.scrollWidth > each.clientWidth + 1)
  .filter((each) => getComputedStyle(each).overflow !== "visible")
  .map((each) => each.textContent)`;

describeWithChromium("the room on a screen", () => {
  const app = openStaffApp();
  let owner: TestStaff;
  let branchId: string;
  let customerIds: string[];
  let page: Page;

  beforeAll(async () => {
    owner = await app.site.addOwner("Long Linh Coffee");
    branchId = (await owner.addBranch({ name: "B".repeat(100) })).id;
    for (const name of ["Zalo", "Đà Nẵng", "Điện Biên", "Ấn Quang"])
      await owner.addBranch({ name });
    const box = await owner.addBox(branchId);
    for (const [index, name] of [...LONG_NAMES, undefined].entries()) {
      const phone = index === 2 ? PHONE : `+8490000000${index}`;
      const guest = box.signIn({ phone, ...(name && { name }) });
      const startedAt = new Date(app.site.now().getTime() - HOUR);
      await box.push([
        ...guest.events,
        ...box.visit({ ...guest, startedAt, endedAt: null }).events,
      ]);
    }
    const { visits } = await askUntil(
      () => owner.get<{ visits: { customerId: string }[] }>("/api/v1/visits"),
      (reply) => reply.visits.length === 3 && reply.visits.every((visit) => visit.customerId),
    );
    customerIds = visits.map(({ customerId }) => customerId);
  });

  async function enter(staff: TestStaff, width: number): Promise<void> {
    page = await app.enter(staff, { width });
  }

  const readRoom = () => page.evaluate<Room>(READ_ROOM);

  test.each(WIDTHS)(
    "names of 100 letters push nothing aside at %i pixels, and take two lines at most",
    async (width) => {
      await enter(owner, width);
      const pages = ["/", "/customers", "/visits", "/branches", `/branches/${branchId}`];
      for (const path of [...pages, ...customerIds.map((id) => `/customers/${id}`)]) {
        await page.goto(path);
        await page.locator("main h1").waitFor();
        if (/^.{1,10}$/.test(path) && path !== "/branches")
          await page.locator("main .record-link").first().waitFor();
        const { beside, tables, rows, title } = await readRoom();
        expect(beside, path).toBeLessThanOrEqual(0);
        for (const table of tables) expect(table, path).toBeLessThanOrEqual(1);
        for (const row of rows) expect(row, path).toBeLessThan(ROW_HEIGHT_MAX);
        expect(title, path).toBeLessThan(ROW_HEIGHT_MAX);
      }
    },
  );

  test("on a phone no button's words are cut, and the calendar of visits fits", async () => {
    await enter(owner, 390);
    for (const path of [`/branches/${branchId}`, "/branches", "/visits"]) {
      await page.goto(path);
      await page.locator("main button:visible").first().waitFor();
      const cut = await page.evaluate<string[]>(READ_CUT);
      expect(cut, path).toEqual([]);
    }
    await page.locator("[aria-label='Ngày']").first().click();
    await page.locator(".day-ranges").waitFor();
    expect((await readRoom()).beside).toBeLessThanOrEqual(0);
    const box = await page.locator(".day-ranges").boundingBox();
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(390);
    expect(box?.x ?? -1).toBeGreaterThanOrEqual(0);
  });

  test("customers without a name are told apart by their number", async () => {
    await enter(owner, 1280);
    for (const path of ["/", "/visits"]) {
      await page.goto(path);
      await page.locator("main table .record-link", { hasText: "+84 912 345 678" }).waitFor();
    }
  });

  test("branches stand in the order of the reader's alphabet, Đ after D", async () => {
    await enter(owner, 1280);
    await page.goto("/branches");
    const names = page.locator("main section h2");
    await expect.poll(() => names.count(), PATIENTLY).toBe(5);
    expect((await names.allInnerTexts()).map((name) => name.slice(0, 9))).toEqual([
      "Ấn Quang",
      "B".repeat(9),
      "Đà Nẵng",
      "Điện Biên",
      "Zalo",
    ]);
  });

  test("somebody removed from one company goes on with another that is theirs", async () => {
    const other = await app.site.addOwner("Quán Khác");
    const invited = await other.request("POST", "/api/v1/invitations", {
      grants: [{ role: "manager", ownRoleId: null, scope: { kind: "tenant" } }],
    });
    const { url } = invited.body as { url: string };
    const token = new URL(url).searchParams.get("token");
    const { email, password } = owner;
    const person = { token, email, password, name: "Owner", language: "vi" };
    const session = await owner.request("POST", "/api/v1/first-sign-in", person);
    const { staff } = session.body as { staff: { id: string } };
    await enter(owner, 1280);
    await page.getByRole("button", { name: "Đổi công ty" }).click();
    await page.getByRole("menuitem", { name: "Quán Khác" }).click();
    await page.getByRole("heading", { name: "Tổng quan" }).waitFor();
    await page.locator(".navigation-tenant", { hasText: "Quán Khác" }).waitFor();
    expect((await other.request("DELETE", `/api/v1/staff/${staff.id}`)).status).toBe(204);
    // The page may learn of it by itself, before anybody goes on.
    const gone = page.getByText("Bạn không còn thuộc công ty này");
    const onwards = page.getByRole("link", { name: "Khách hàng", exact: true });
    await onwards.or(gone).first().click();
    await gone.waitFor();
    await page.getByRole("button", { name: "Long Linh Coffee" }).click();
    await page.locator(".navigation-tenant", { hasText: "Long Linh Coffee" }).waitFor();
    // What was refused in between is what the browser complains about.
    expect(app.takeComplaints().filter((line) => !line.includes("403"))).toEqual([]);
  });

  test("a viewer is led to nothing they may not do", async () => {
    const quiet = await app.site.addOwner("Quán Mới");
    const invited = await quiet.request("POST", "/api/v1/invitations", {
      grants: [{ role: "viewer", ownRoleId: null, scope: { kind: "tenant" } }],
    });
    const token = new URL((invited.body as { url: string }).url).searchParams.get("token");
    const viewer = { ...quiet, email: "viewer@example.test" };
    const person = { token, email: viewer.email, password: viewer.password, name: "Xem" };
    await quiet.request("POST", "/api/v1/first-sign-in", { ...person, language: "vi" });
    await enter(viewer, 1280);
    await page.locator("main ol li").first().waitFor();
    expect(await page.locator("main a[href^='/branches']").count()).toBe(0);
    await page.goto("/branches?add=branch");
    await page.locator("main h1").waitFor();
    expect(await page.getByRole("dialog").count()).toBe(0);
  });
});
