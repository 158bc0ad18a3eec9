import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { openStaffApp } from "./open-staff-app.ts";
import type { EnrolledBox, TestStaff } from "./open-test-site.ts";
import { describeWithChromium } from "./staff-browser.ts";

describeWithChromium("controllers that the box calls, in a browser", () => {
  const app = openStaffApp();
  let owner: TestStaff;
  let box: EnrolledBox;
  let page: Page;

  async function openSettings(options: { width?: number; height?: number } = {}) {
    owner = await app.site.addOwner("Long Linh Coffee");
    const { id } = await owner.addBranch({ name: "Hồ Gươm" });
    box = await owner.addBox(id);
    page = await app.enter(owner, options);
    await page.goto(`/branches/${id}?section=access-points`);
  }

  async function choose(kind: string) {
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Thêm bộ điều khiển" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("combobox", { name: "Loại" }).click();
    await page.getByRole("option", { name: kind }).click();
    return dialog;
  }

  const add = () =>
    page.getByRole("dialog").getByRole("button", { name: "Thêm bộ điều khiển" }).click();

  test("a UniFi console reaches the box with its fingerprint, and is refused without a way to log in", async () => {
    await openSettings();
    const dialog = await choose("UniFi");
    await dialog.getByLabel("Tên", { exact: true }).fill("Console");
    await dialog.getByLabel("Địa chỉ bộ điều khiển").fill("https://10.1.0.5/network/default");
    const print = Array(32).fill("0F").join(":");
    await dialog.getByLabel("Dấu vân tay").fill(`sha256 Fingerprint=${print}`);
    await dialog.getByLabel("Site").fill("default");
    await add();
    await dialog.getByRole("alert").getByText("Khoá API").waitFor();
    await dialog.getByLabel("Tên đăng nhập").fill("foyer");
    await dialog.getByLabel("Mật khẩu").fill(" a password ");
    expect(await dialog.getByLabel("Mật khẩu").getAttribute("type")).toBe("password");
    await add();
    await page.getByText("https://10.1.0.5", { exact: true }).waitFor();
    const pulled = await box.pull();
    expect(pulled?.settings?.nas).toMatchObject([
      {
        ...{ kind: "unifi", name: "Console", source: "", controllerUrl: "https://10.1.0.5" },
        ...{ certificateSha256: "0f".repeat(32), site: "default" },
        logIn: { username: "foyer", password: " a password " },
      },
    ]);
    expect(app.takeComplaints()).toEqual([expect.stringContaining("400")]);
  });

  test("an Omada controller, a WiFiDog gateway and a Ruckus controller are added on a telephone", async () => {
    await openSettings({ width: 390, height: 844 });
    let dialog = await choose("TP-Link Omada");
    await dialog.getByLabel("Tên", { exact: true }).fill("OC200");
    await dialog.getByLabel("Địa chỉ bộ điều khiển").fill("https://10.1.0.6:8043");
    await dialog.getByLabel("Mã bộ điều khiển").fill("0123456789abcdef0123456789abcdef");
    await dialog.getByLabel("Site", { exact: true }).fill("63f5a3a1c1e2d3");
    await dialog.getByLabel("Tên đăng nhập").fill("foyer-operator");
    await dialog.getByLabel("Mật khẩu").fill("of the hotspot");
    await add();
    await page.getByText("https://10.1.0.6:8043").waitFor();
    dialog = await choose("WiFiDog");
    await dialog.getByLabel("Tên", { exact: true }).fill("Reyee");
    await dialog.getByLabel("Địa chỉ nguồn").fill("10.1.0.7");
    await dialog.getByLabel("Địa chỉ đăng nhập").fill("http://10.1.0.7:2060");
    await dialog.getByLabel("Mã gateway").fill("G1QH5L0001234");
    await add();
    await page.getByText("http://10.1.0.7:2060").waitFor();
    dialog = await choose("Ruckus SmartZone");
    await dialog.getByLabel("Tên", { exact: true }).fill("vSZ");
    await dialog.getByLabel("Địa chỉ nguồn").fill("10.1.0.9");
    await dialog.getByLabel("Mật khẩu northbound").fill("of the portal interface");
    await dialog.getByLabel("Địa chỉ bộ điều khiển").fill("https://10.1.0.9:9443");
    await add();
    await page.getByText("https://10.1.0.9:9443").waitFor();
    const pulled = await box.pull();
    expect(pulled?.settings?.nas).toMatchObject([
      { kind: "omada", timeUnit: "milliseconds", operator: { username: "foyer-operator" } },
      { kind: "wifidog", gatewayId: "G1QH5L0001234", source: "10.1.0.7" },
      { kind: "ruckus-controller", service: "smartzone", source: "10.1.0.9" },
    ]);
  });

  test("a Cisco WLC with central web authentication and a RUCKUS One without RADIUS reach the box whole", async () => {
    await openSettings();
    let dialog = await choose("Cisco WLC (xác thực web tập trung)");
    await dialog.getByLabel("Tên", { exact: true }).fill("WLC");
    await dialog.getByLabel("Địa chỉ nguồn").fill("10.1.0.8");
    await dialog.getByLabel("Địa chỉ trang đăng nhập").fill("http://10.1.0.2:8080/portal");
    await dialog.getByLabel("Danh sách chuyển hướng").fill("ACL_WEBAUTH_REDIRECT");
    await add();
    await page.getByText("http://10.1.0.2:8080", { exact: true }).waitFor();
    dialog = await choose("RUCKUS One không có RADIUS");
    await dialog.getByLabel("Tên", { exact: true }).fill("RUCKUS");
    await dialog.getByLabel("Địa chỉ bộ điều khiển").fill("https://0a1b.wispr.eu.ruckus.cloud");
    await dialog.getByLabel("Mật khẩu northbound").fill("of the WISPr portal");
    await add();
    await page.getByText("https://0a1b.wispr.eu.ruckus.cloud").waitFor();
    const pulled = await box.pull();
    expect(pulled?.settings?.nas).toMatchObject([
      {
        ...{ kind: "cisco-cwa", source: "10.1.0.8", portalOrigin: "http://10.1.0.2:8080" },
        ...{ redirectAcl: "ACL_WEBAUTH_REDIRECT", nasIdentifier: "" },
        redirectSecret: expect.stringMatching(/^.{16,}$/),
      },
      { kind: "ruckus-one", source: "", requestPassword: "of the WISPr portal" },
    ]);
  });
});
