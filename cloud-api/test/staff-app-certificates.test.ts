import { BOX_API, type CertificateReply } from "@foyer/contract";
import { crypto } from "acme-client";
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { openStaffApp, takePictures } from "./open-staff-app.ts";
import type { EnrolledBox, TestStaff } from "./open-test-site.ts";
import { describeWithChromium } from "./staff-browser.ts";

const PATIENTLY = { timeout: 30_000 };
/** Nobody listens there: the trouble is a real one. */
const NOBODY = "https://127.0.0.1:1/directory";

describeWithChromium("the public name of a box, in a browser", () => {
  const way = { kind: "http", url: NOBODY, secret: "a-secret-of-some-length" } as const;
  const named = { directoryUrl: NOBODY, authority: null, contact: null, zone: "wifi.example" };
  const app = openStaffApp({
    site: {
      certificates: { ...named, way, nameServers: [], pace: { aWeek: 1, countsRenewals: false } },
    },
  });
  let owner: TestStaff;
  let box: EnrolledBox;
  let page: Page;

  beforeAll(async () => {
    owner = await app.site.addOwner("Long Linh Coffee");
    box = await owner.addBox((await owner.addBranch({ name: "Hồ Gươm" })).id);
    page = await app.enter(owner);
  });

  const section = () => page.getByRole("region", { name: "Tên công khai" });
  const say = (words: string) => section().getByText(words).first().waitFor();
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
    await takePictures(page, "certificate-trouble");
    const triedAt = async () => (await owner.get<{ nextTryAt: string }>(path())).nextTryAt;
    const before = await triedAt();
    await section().getByRole("button", { name: "Xin lại ngay" }).click();
    await say("Đang xin lại.");
    await expect.poll(triedAt, PATIENTLY).not.toBe(before);
    const until = new Date(app.site.now().getTime() + 60 * 86_400_000).toISOString();
    await app.site.asAdministrator(
      `update box_certificates set state = 'issued', chain = 'PEM', valid_until = $2,
         trouble_code = null, trouble_detail = null where box_id = $1`,
      [box.boxId, until],
    );
    await box.call(BOX_API.certificate, { servedUntil: until });
    await page.reload();
    await say("Đang dùng");
    expect(await section().getByRole("button").count()).toBe(0);
    await takePictures(page, "certificate-served");
  }, 120_000);

  test("says when its turn comes, where the authority gives only so many and another was first", async () => {
    const second = await owner.addBox((await owner.addBranch({ name: "Hội An" })).id);
    const named = await second.call(BOX_API.certificate, { servedUntil: null });
    const { name } = named.body as CertificateReply;
    const [, csr] = await crypto.createCsr({ altNames: [name ?? ""] });
    await second.call(BOX_API.certificate, { csr: csr.toString(), servedUntil: null });
    await page.goto(`/boxes/${second.boxId}`);
    await say("Đang chờ đến lượt");
    await say("Đến lượt vào khoảng");
    expect(await section().getByRole("button").count()).toBe(0);
    await takePictures(page, "certificate-queued");
  }, 60_000);

  test("is nobody's to have asked for who may only look, and is not of another company", async () => {
    const viewer = await app.site.addViewer(owner);
    expect((await viewer.request("GET", path())).status).toBe(200);
    expect((await viewer.request("POST", `${path()}/orders`)).status).toBe(403);
    const stranger = await app.site.addOwner("Another");
    expect((await stranger.request("GET", path())).status).toBe(404);
    expect((await stranger.request("POST", `${path()}/orders`)).status).toBe(404);
  });
});
