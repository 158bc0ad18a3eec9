import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { newId } from "../src/platform/clock.ts";
import { openStaffApp } from "./open-staff-app.ts";
import { askUntil, type TestSite, type TestStaff } from "./open-test-site.ts";
import { describeWithChromium, PATIENTLY } from "./staff-browser.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const PHONE_SESSIONS = 52;

describeWithChromium("a customer's Wi-Fi use in a browser", () => {
  const app = openStaffApp();
  let owner: TestStaff;
  let page: Page;
  let customerId: string;

  beforeAll(async () => {
    owner = await app.site.addOwner("Long Linh Coffee");
    customerId = await letLanCome(app.site, owner);
  });

  async function enter(options: { width?: number; locale?: string } = {}) {
    page = await app.enter(owner, options);
    await page.goto(`/customers/${customerId}`);
  }

  test("part of MC-6.3: the customer page sums up sessions, time, bytes and devices, and lists each session", async () => {
    await enter();
    const section = page.getByRole("region", { name: "Sử dụng Wi-Fi" });
    const sum = (label: string) => section.locator(`dl > div:has(dt:text-is("${label}")) dd`);
    await expect.poll(() => sum("Phiên").textContent(), PATIENTLY).toBe(String(PHONE_SESSIONS + 1));
    expect(await sum("Thiết bị").textContent()).toBe("2");
    expect(await sum("Tải xuống").textContent()).toContain("GB");
    const rows = section.getByRole("table", { name: "Phiên" }).locator("tbody tr");
    await expect.poll(() => rows.count(), PATIENTLY).toBe(50);
    const first = await rows.first().textContent();
    for (const word of ["bây giờ", "Hồ Gươm", "…00-00-01", "đang tiếp tục"])
      expect(first).toContain(word);
    expect(await rows.nth(1).textContent()).toContain("Đã dùng hết dung lượng");
    await section.getByRole("button", { name: "Xem thêm" }).click();
    await expect.poll(() => rows.count(), PATIENTLY).toBe(PHONE_SESSIONS + 1);
  });

  test("a device's number of sessions opens them, and other days change every figure", async () => {
    await enter();
    const section = page.getByRole("region", { name: "Sử dụng Wi-Fi" });
    const rows = section.getByRole("table", { name: "Phiên" }).locator("tbody tr");
    await section.getByRole("button", { name: "1 phiên", exact: true }).click();
    await expect.poll(() => rows.count(), PATIENTLY).toBe(1);
    expect(await rows.first().textContent()).toContain("Rời đi");
    await section.getByRole("button", { name: "Xem mọi thiết bị" }).click();
    await expect.poll(() => rows.count(), PATIENTLY).toBe(50);
    await section.getByRole("button", { name: "Ngày" }).first().click();
    await page.getByRole("button", { name: "Hôm qua" }).click();
    await section.getByText("Không có phiên nào bắt đầu trong những ngày này").waitFor();
    await section.getByRole("button", { name: "Xem mọi ngày" }).click();
    await expect.poll(() => rows.count(), PATIENTLY).toBe(50);
  });

  test("on a phone each session is a small card, and nothing is wider than the screen", async () => {
    await enter({ width: 390 });
    const section = page.getByRole("region", { name: "Sử dụng Wi-Fi" });
    const cards = section.getByRole("list", { name: "Phiên" }).getByRole("listitem");
    await expect.poll(() => cards.count(), PATIENTLY).toBe(50);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
  });
});

/** Lan's telephone is often here and is here now, her tablet was once. Gives her record's id. */
async function letLanCome(site: TestSite, owner: TestStaff): Promise<string> {
  const { id: branchId } = await owner.addBranch({ name: "Hồ Gươm" });
  const box = await owner.addBox(branchId);
  const now = site.now().getTime();
  const at = (before: number) => new Date(now - before);
  const phone = "+84912345678";
  const mac = "02-00-5E-00-00-01";
  const lan = box.signIn({ phone, name: "Nguyễn Thị Lan", mac, at: at(20 * DAY) });
  const { guestId } = lan;
  const tablet = box.signIn({ phone, guestId, mac: "00-00-5E-00-00-02", at: at(19 * DAY) });
  const events = [...lan.events, ...tablet.events];
  events.push(
    ...box.visit({ ...tablet, startedAt: at(5 * DAY), endedAt: at(5 * DAY - 50 * MINUTE) }).events,
  );
  for (let count = 0; count < PHONE_SESSIONS - 1; count += 1) {
    const began = 3 * DAY + count * 3 * 60 * MINUTE;
    const session = box.visit({ ...lan, startedAt: at(began), endedAt: at(began - 40 * MINUTE) });
    const [started, joined, ended, left] = session.events;
    if (!started || !joined || !ended || !left) throw new Error("a visit has four events");
    const more = { cause: "volume-used-up", downloadBytes: 5_368_709_120 };
    events.push(started, joined, { ...ended, payload: { ...ended.payload, ...more } }, left);
  }
  const here = box.visit({ ...lan, startedAt: at(20 * MINUTE), endedAt: null });
  const { sessionId, visitId } = here;
  const usage = { connectedSeconds: 1140, uploadBytes: 3_000_000, downloadBytes: 48_000_000 };
  const told = { sessionId, visitId, policyId: newId(), ...usage };
  events.push(...here.events, box.write("session.updated", told, at(MINUTE)));
  for (let from = 0; from < events.length; from += 100)
    await box.push(events.slice(from, from + 100));
  type Reply = { customers: { id: string; visits: number }[] };
  const { customers } = await askUntil(
    () => owner.get<Reply>("/api/v1/customers"),
    (reply) => reply.customers[0]?.visits === PHONE_SESSIONS + 1,
  );
  return customers[0]?.id ?? "";
}
