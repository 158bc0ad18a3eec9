import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { openStaffApp } from "./open-staff-app.ts";
import { askUntil, type TestSite, type TestStaff } from "./open-test-site.ts";
import { describeWithChromium, PATIENTLY } from "./staff-browser.ts";

const DAY = 86_400_000;
const GUESTS = 60;

type CustomersReply = { customers: { id: string }[]; total: number };

describeWithChromium("customers and visits in a browser", () => {
  const app = openStaffApp();
  let owner: TestStaff;
  let page: Page;
  let mac: string;

  beforeAll(async () => {
    owner = await app.site.addOwner("Long Linh Coffee");
    mac = await letGuestsCome(app.site, owner);
  });

  type Window = { locale?: string; timeZone?: string; width?: number; height?: number };
  async function enter(options: Window = {}) {
    page = await app.enter(owner, options);
  }

  test("a customer is found while typing, with or without accents, by name or the last digits", async () => {
    await enter();
    await page.getByRole("link", { name: "Khách hàng", exact: true }).click();
    await page.getByText(`${GUESTS + 1} khách hàng`).waitFor();
    const names = page.getByRole("table", { name: "Khách hàng" }).locator(".record-link");
    for (const typed of ["nguyen thi la", "Nguyễn Thị Lan", "0912 345 678"]) {
      await page.getByRole("searchbox").fill(typed);
      await expect.poll(() => names.allInnerTexts(), PATIENTLY).toEqual(["Nguyễn Thị Lan"]);
    }
    await page.getByRole("searchbox").fill("không ai cả");
    await page.getByText("Không có ai tên “không ai cả”").waitFor();
    await page.getByRole("button", { name: "Xoá tìm kiếm" }).last().click();
    await expect.poll(() => names.count(), PATIENTLY).toBe(50);
  });

  test("a long list comes a page at a time, each customer once", async () => {
    await enter();
    await page.goto("/customers");
    const names = page.getByRole("table").locator(".record-link");
    await expect.poll(() => names.count(), PATIENTLY).toBe(50);
    await page.getByRole("button", { name: "Xem thêm" }).click();
    await expect.poll(() => names.count(), PATIENTLY).toBe(GUESTS + 1);
    expect(new Set(await names.allInnerTexts()).size).toBe(GUESTS + 1);
    expect(await page.getByRole("button", { name: "Xem thêm" }).count()).toBe(0);
  });

  test("MC-2.1 the customer page shows fields, every visit with start, end, branch and device, and days since the last visit", async () => {
    await enter();
    await page.goto("/customers?search=lan");
    await page.getByRole("link", { name: "Nguyễn Thị Lan" }).click();
    await page.getByRole("heading", { name: "Nguyễn Thị Lan" }).waitFor();
    const fields = page.getByRole("region", { name: "Thông tin" });
    await fields.getByText("+84 912 345 678").waitFor();
    expect(await fields.textContent()).toContain("Khách tự cung cấp tại Hồ Gươm");
    const since = page.getByRole("link", { name: /^Từ lần ghé gần nhất/ });
    expect(await since.textContent()).toContain("3 ngày");
    const rows = page.getByRole("table", { name: "Lượt ghé" }).locator("tbody tr");
    await expect.poll(() => rows.count(), PATIENTLY).toBe(2);
    const clock = new Intl.DateTimeFormat("vi-VN", {
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
      timeZone: "Asia/Ho_Chi_Minh",
    });
    const last = await rows.first().textContent();
    expect(last).toContain("Hồ Gươm");
    expect(last).toContain(mac);
    for (const visit of listVisitTimes(app.site)) {
      const texts = (await rows.allInnerTexts()).filter(
        (text) =>
          text.includes(clock.format(visit.startedAt)) &&
          text.includes(clock.format(visit.endedAt)),
      );
      expect(texts).toHaveLength(1);
    }
  });

  test("visits are narrowed to a kind and to days, and the address keeps the choice", async () => {
    await enter();
    await page.goto("/visits?kind=returning");
    const rows = page.getByRole("table", { name: "Lượt ghé" }).locator("tbody tr");
    await expect.poll(() => rows.count(), PATIENTLY).toBe(1);
    expect(await rows.first().textContent()).toContain("Nguyễn Thị Lan");
    await page.goto("/visits?from=2020-01-01&to=2020-01-31");
    await page.getByText("Không có lượt ghé phù hợp").waitFor();
    await page.getByRole("button", { name: "Xem mọi lượt ghé" }).click();
    await expect.poll(() => rows.count(), PATIENTLY).toBe(2);
  });

  test("the table beside the chart says the same numbers, and its sums add up", async () => {
    await enter();
    await page.goto("/?metric=visits");
    const chart = page.getByRole("region", { name: "Lượt ghé", exact: true });
    await chart.getByText("Bảng", { exact: true }).click();
    const table = chart.getByRole("table");
    await expect.poll(() => table.locator("tbody tr").count(), PATIENTLY).toBe(30);
    const visits = await table.locator("tbody tr td:nth-child(2)").allInnerTexts();
    const sum = visits.reduce((total, text) => total + Number(text), 0);
    expect(sum).toBe(2);
    expect(await table.locator("tfoot th:nth-child(2)").textContent()).toBe("2");
  });

  test("what happened at a branch is told on its clock, wherever it is read", async () => {
    await enter({ timeZone: "America/New_York" });
    const timeZone = "Asia/Ho_Chi_Minh";
    const hour = new Intl.DateTimeFormat("vi-VN", { hour: "2-digit", hourCycle: "h23", timeZone });
    const hours = [app.site.now(), new Date(app.site.now().getTime() - 60_000)].map((at) =>
      hour.format(at).replace(/\D/g, ""),
    );
    const asOf = new RegExp(`Tính đến (${hours.join("|")}):`);
    await page.getByText(asOf).first().waitFor();
    // A branch on another clock, so that there is none that all share.
    await owner.addBranch({ name: "Ginza", timeZone: "Asia/Tokyo" });
    const { customers } = (await owner.get("/api/v1/customers?search=lan")) as CustomersReply;
    for (const path of ["/", "/customers", `/customers/${customers[0]?.id}`, "/visits"]) {
      await page.goto(path);
      const moments = page.locator("time");
      await expect.poll(() => moments.count(), PATIENTLY).toBeGreaterThan(1);
      const zones = () =>
        moments.evaluateAll((all) => [
          ...new Set(all.map((each) => /GMT[+\-−]\d+/.exec(each.getAttribute("title") ?? "")?.[0])),
        ]);
      await expect.poll(zones, { ...PATIENTLY, message: path }).toEqual(["GMT+7"]);
    }
  });

  test("every screen fits a phone of 390 px without scrolling sideways", async () => {
    await enter({ width: 390, height: 844 });
    const { customers } = (await owner.get("/api/v1/customers?search=lan")) as CustomersReply;
    const ofLan = `/customers/${customers[0]?.id}`;
    for (const path of ["/", "/customers", ofLan, "/visits", "/branches", "/account"]) {
      await page.goto(path);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page.waitForLoadState("load");
      await expect.poll(() => page.locator("[aria-busy=true]").count(), PATIENTLY).toBe(0);
      const width = await page.evaluate("document.documentElement.scrollWidth");
      expect(width, path).toBeLessThanOrEqual(390);
    }
  });
});

/** Lan's two visits, whole minutes so that they can be told by their clock. */
function listVisitTimes(site: TestSite): { startedAt: Date; endedAt: Date }[] {
  const minute = Math.floor(site.startedAt.getTime() / 60_000) * 60_000;
  return [
    { startedAt: new Date(minute - 9 * DAY), endedAt: new Date(minute - 9 * DAY + 31 * 60_000) },
    { startedAt: new Date(minute - 3 * DAY), endedAt: new Date(minute - 3 * DAY + 47 * 60_000) },
  ];
}

/** One guest who came twice, and many who only signed in. Gives the guest's MAC address. */
async function letGuestsCome(site: TestSite, owner: TestStaff): Promise<string> {
  const branch = await owner.addBranch({ name: "Hồ Gươm" });
  const box = await owner.addBox(branch.id);
  const mac = "00-1B-44-11-3A-B7";
  const [first, last] = listVisitTimes(site);
  const lan = box.signIn({
    phone: "+84912345678",
    name: "Nguyễn Thị Lan",
    mac,
    ...(first && { at: first.startedAt }),
  });
  const visits = [first, last].flatMap((times) =>
    times ? box.visit({ ...lan, ...times }).events : [],
  );
  const others = Array.from(
    { length: GUESTS },
    (_, index) =>
      box.signIn({ phone: `+8498${String(1_000_000 + index * 7919)}`, name: `Khách ${index + 1}` })
        .events,
  );
  await box.push([...lan.events, ...visits, ...others.flat()]);
  const seen = await askUntil(
    async () => (await owner.get("/api/v1/customers?limit=1")) as CustomersReply,
    ({ total }) => total === GUESTS + 1,
  );
  if (seen.total !== GUESTS + 1) throw new Error(`Only ${seen.total} guests became customers.`);
  return mac;
}
