import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { BOX_API, type CertificateReply } from "@foyer/contract";
import { crypto } from "acme-client";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type EnrolledBox, openTestSite, type TestSite, type TestStaff } from "./open-test-site.ts";
import { describeWithChromium, enterStaffApp, launchBrowser } from "./staff-browser.ts";

const PATIENTLY = { timeout: 30_000 };
/** Nobody listens there: the trouble is a real one. */
const NOBODY = "https://127.0.0.1:1/directory";

describeWithChromium("the public name of a box, in a browser", () => {
  let site: TestSite;
  let browser: Browser;
  let owner: TestStaff;
  let box: EnrolledBox;
  let page: Page;

  beforeAll(async () => {
    const way = { kind: "http", url: NOBODY, secret: "a-secret-of-some-length" } as const;
    const named = { directoryUrl: NOBODY, authority: null, contact: null, zone: "wifi.example" };
    site = await openTestSite({ certificates: { ...named, way, nameServers: [] } });
    browser = await launchBrowser();
    owner = await site.addOwner("Long Linh Coffee");
    box = await owner.addBox((await owner.addBranch({ name: "Hồ Gươm" })).id);
    ({ page } = await enterStaffApp(browser, owner, { origin: site.origin }));
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  const section = () => page.getByRole("region", { name: "Tên công khai" });
  const say = (words: string) => section().getByText(words).first().waitFor();
  const look = async (name: string) => {
    const folder = process.env.FOYER_PICTURES;
    if (!folder) return;
    mkdirSync(folder, { recursive: true });
    for (const width of [390, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      await page.screenshot({ path: join(folder, `${name}-${width}.png`), fullPage: true });
    }
  };
  const path = () => `/api/v1/boxes/${box.boxId}/certificate`;

  test("is said from its beginning: not asked for, not to be had and why, tried again at a tap, and in use", async () => {
    await page.goto(`/boxes/${box.boxId}`);
    await say("Chưa xin");
    const named = await box.call(BOX_API.certificate, { servedUntil: null });
    const { name } = named.body as CertificateReply;
    const [, csr] = await crypto.createCsr({ altNames: [name ?? ""] });
    await box.call(BOX_API.certificate, { csr: csr.toString(), servedUntil: null });
    await say("Nơi cấp chứng chỉ không trả lời.");
    await say(name ?? "no name");
    await look("certificate-trouble");
    const triedAt = async () => (await owner.get<{ nextTryAt: string }>(path())).nextTryAt;
    const before = await triedAt();
    await section().getByRole("button", { name: "Xin lại ngay" }).click();
    await say("Đang xin lại.");
    await expect.poll(triedAt, PATIENTLY).not.toBe(before);
    const until = new Date(site.now().getTime() + 60 * 86_400_000).toISOString();
    await site.asAdministrator(
      `update box_certificates set state = 'issued', chain = 'PEM', valid_until = $2,
         trouble_code = null, trouble_detail = null where box_id = $1`,
      [box.boxId, until],
    );
    await box.call(BOX_API.certificate, { servedUntil: until });
    await page.reload();
    await say("Đang dùng");
    expect(await section().getByRole("button").count()).toBe(0);
    await look("certificate-served");
  }, 120_000);

  test("is nobody's to have asked for who may only look, and is not of another company", async () => {
    const viewer = await site.addViewer(owner);
    expect((await viewer.request("GET", path())).status).toBe(200);
    expect((await viewer.request("POST", `${path()}/orders`)).status).toBe(403);
    const stranger = await site.addOwner("Another");
    expect((await stranger.request("GET", path())).status).toBe(404);
    expect((await stranger.request("POST", `${path()}/orders`)).status).toBe(404);
  });
});
