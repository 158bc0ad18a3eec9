import type { CDPSession, Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import type { AnswersReply } from "../src/features/surveys/schema.ts";
import { listFaults } from "./axe.ts";
import { HOSTILE_PICTURES } from "./hostile-files.ts";
import { expectToFit, openStaffApp, takePicture, takePictures } from "./open-staff-app.ts";
import { askUntil, type TestStaff } from "./open-test-site.ts";
import { describeWithChromium, PATIENTLY } from "./staff-browser.ts";
import { openFilesPlace, photograph } from "./survey-files-place.ts";
import { writePdf } from "./write-pdf.ts";

const PHONE = { width: 390, height: 844 };
const SLOWLY = { timeout: 60_000 };
const CHOOSE = /^Chụp ảnh hoặc chọn tệp: /;
/** As a phone may name one. */
const pictureOf = (buffer: Buffer) => ({ name: "IMG_1.heic", mimeType: "text/html", buffer });
const jpeg = async () => pictureOf(await photograph());
const pdf = (buffer = writePdf()) => ({ name: "a.pdf", mimeType: "application/pdf", buffer });

describeWithChromium("files at the answer desk in a browser", () => {
  const app = openStaffApp({ isWhole: true, mayComplain: true });
  let owner: TestStaff;
  let page: Page;

  beforeAll(async () => {
    ({ staff: owner } = await openFilesPlace(app.site));
  });

  async function openDesk() {
    page = await app.enter(owner, PHONE);
    await page.goto("/answer-desk.html");
    await page.getByRole("button", { name: "Mùa xuân" }).waitFor();
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
  }
  const begin = async () => {
    await page.getByRole("button", { name: "Mùa xuân" }).click();
    await page.getByRole("radio", { name: "2 trên 5", exact: true }).check();
  };
  const question = (name: string) => page.getByRole("group", { name });
  const photo = () => question("Chụp cho chúng tôi xem");
  const bill = () => question("Hóa đơn");
  const save = () => page.getByRole("button", { name: "Lưu câu trả lời" }).click();
  const next = () => page.getByRole("button", { name: "Khách tiếp theo" }).click();
  const answers = async () => (await owner.get<AnswersReply>("/api/v1/survey-answers")).answers;
  const countKept = () =>
    page.evaluate<number>(`new Promise((resolve) => {
      indexedDB.open("answer-desk", 1).onsuccess = ({ target: { result } }) => {
        result.transaction("files").objectStore("files").count().onsuccess = (event) => {
          result.close();
          resolve(event.target.result);
        };
      };
    })`);

  /** The cloud gets what is sent, and its first answer never comes back. */
  async function loseFirstReply(): Promise<{ count: () => number; chromium: CDPSession }> {
    const chromium = await page.context().newCDPSession(page);
    let lost = 0;
    chromium.on("Fetch.requestPaused", ({ requestId }) => {
      lost += 1;
      if (lost > 1) return void chromium.send("Fetch.continueRequest", { requestId });
      void chromium.send("Fetch.failRequest", { requestId, errorReason: "ConnectionReset" });
    });
    const patterns = [{ urlPattern: "*/answer-desk/files*", requestStage: "Response" as const }];
    await chromium.send("Fetch.enable", { patterns });
    return { count: () => lost, chromium };
  }

  test("part of HM-7.3: pictures and a PDF that a guest shows while there is no internet lie on the device, and each arrives once", async () => {
    await openDesk();
    await page.context().setOffline(true);
    await page.reload();
    await page.getByText("Mất mạng").waitFor();
    await begin();
    await photo()
      .getByLabel(CHOOSE)
      .setInputFiles([await jpeg(), await jpeg()]);
    await photo().getByText("Vậy là đủ số tệp cho câu này.").waitFor();
    await bill().getByLabel(CHOOSE).setInputFiles(pdf());
    await bill().getByText("Tệp 1").waitFor();
    await takePictures(page, "desk-files-chosen");
    await page.setViewportSize(PHONE);
    expect(await listFaults(page, "files that were chosen")).toEqual([]);
    await save();
    await page.getByText("1 câu trả lời chờ gửi · 3 tệp chờ gửi").waitFor();
    await page.setViewportSize(PHONE);
    await expectToFit(page, "desk-files-waiting");
    expect(await listFaults(page, "files that wait")).toEqual([]);
    // The device is switched off and on again.
    await page.reload();
    await page.getByText("1 câu trả lời chờ gửi · 3 tệp chờ gửi").waitFor();
    expect([await countKept(), await answers()]).toEqual([3, []]);
    const { count, chromium } = await loseFirstReply();
    await page.context().setOffline(false);
    await page.getByText("Đã gửi hết").waitFor(SLOWLY);
    expect(count()).toBe(4);
    await chromium.send("Fetch.disable");
    const [told, ...more] = await askUntil(answers, ([found]) => found?.files.length === 3);
    expect(told?.files.map(({ questionId, kind }) => [questionId, kind]).toSorted()).toEqual([
      ...[
        ["bill", "pdf"],
        ["photo", "jpeg"],
        ["photo", "jpeg"],
      ],
    ]);
    expect([more, await countKept()]).toEqual([[], 0]);
  }, 120_000);

  test("a network that goes while a picture is being sent leaves nothing half there, and it is sent again", async () => {
    const before = (await answers()).length;
    await openDesk();
    await begin();
    await photo()
      .getByLabel(CHOOSE)
      .setInputFiles(await jpeg());
    await photo().getByText("Tệp 1").waitFor();
    const chromium = await page.context().newCDPSession(page);
    const urlPattern = "*/answer-desk/files*";
    await chromium.send("Fetch.enable", { patterns: [{ urlPattern }] });
    const sending = new Promise<string>((resolve) => {
      chromium.once("Fetch.requestPaused", ({ requestId }) => resolve(requestId));
    });
    await save();
    const requestId = await sending;
    await page.context().setOffline(true);
    await chromium.send("Fetch.failRequest", { requestId, errorReason: "ConnectionReset" });
    await chromium.send("Fetch.disable");
    await page.getByText("Mất mạng").waitFor();
    await photo().getByText("Đang nằm trên máy này").waitFor();
    expect(await countKept()).toBe(1);
    await page.context().setOffline(false);
    await photo().getByText("Đã gửi.").waitFor(SLOWLY);
    const all = await askUntil(answers, ([found]) => found?.files.length === 1);
    expect(all).toHaveLength(before + 1);
    expect(all[0]?.files).toHaveLength(1);
    expect(await countKept()).toBe(0);
  }, 120_000);

  test("what is no picture, too large or one too many is refused beside its question, before it is kept", async () => {
    await openDesk();
    await begin();
    const input = photo().getByLabel(CHOOSE);
    const alert = photo().getByRole("alert");
    for (const [chosen, words] of [
      [[pdf()], "không phải ảnh nhận được"],
      [[pdf(Buffer.from("<svg><script>alert(1)</script></svg>"))], "không phải ảnh nhận được"],
      [[pictureOf(Buffer.alloc(1024 ** 2 + 1, "\xff\xd8\xff", "latin1"))], "lớn hơn mức"],
      [[await jpeg(), await jpeg(), await jpeg()], "đã có đủ số tệp"],
    ] as const) {
      await input.setInputFiles([...chosen]);
      await alert.getByText(words).waitFor();
    }
    expect(await photo().getByRole("listitem").count()).toBe(2);
    await photo().getByRole("button", { name: "Bỏ: Tệp 1" }).click();
    await expect.poll(() => photo().getByRole("listitem").count(), PATIENTLY).toBe(1);
    expect(await alert.count()).toBe(0);
    await bill()
      .getByLabel(CHOOSE)
      .setInputFiles(pdf(Buffer.from("words")));
    await bill().getByRole("alert").getByText("Không nhận được tệp này").waitFor();
    await takePicture(page, "desk-files-refused-at-once-390");
    expect(await listFaults(page, "files that are refused at once")).toEqual([]);
    expect(await countKept()).toBe(0);
  }, 120_000);

  test("what the cloud refuses is said beside its question while the guest is there, who may show another", async () => {
    await openDesk();
    await begin();
    const [, polyglot] = HOSTILE_PICTURES.find(([, , fault]) => fault === "something-else") ?? [];
    const buffer = await polyglot?.();
    if (!buffer) throw new Error("No such file.");
    await photo().getByLabel(CHOOSE).setInputFiles(pictureOf(buffer));
    await photo().getByText("Tệp 1").waitFor();
    await save();
    await photo().getByRole("alert").getByText("có thứ khác ngoài ảnh").waitFor();
    await takePictures(page, "desk-files-refused");
    await page.setViewportSize(PHONE);
    expect(await listFaults(page, "a file that the cloud refuses")).toEqual([]);
    await photo()
      .getByLabel(CHOOSE)
      .setInputFiles(await jpeg());
    await photo().getByText("Đã gửi.").waitFor(SLOWLY);
    await next();
    // Nobody threw the other away yet.
    await page.getByText("1 tệp bị từ chối:").waitFor();
    await page.getByText("Chụp cho chúng tôi xem: Trong tệp này có thứ khác").waitFor();
    await page.setViewportSize(PHONE);
    await expectToFit(page, "desk-files-refused-later");
    page.once("dialog", (dialog) => void dialog.accept());
    await page.getByRole("button", { name: "Bỏ đi" }).click();
    await expect.poll(countKept, PATIENTLY).toBe(0);
    const [told] = await askUntil(answers, ([found]) => found?.files.length === 1);
    expect(told?.files).toHaveLength(1);
  }, 120_000);

  test("a device that keeps no files says so, and neither the answer nor a part of its files stays on it", async () => {
    await openDesk();
    await page.context().setOffline(true);
    await begin();
    await photo()
      .getByLabel(CHOOSE)
      .setInputFiles([await jpeg(), await jpeg()]);
    await photo().getByText("Tệp 2").waitFor();
    await page.evaluate(`kept = 0; put = IDBObjectStore.prototype.put;
      IDBObjectStore.prototype.put = function (value) {
        kept += 1;
        if (kept > 1) throw new DOMException("full", "QuotaExceededError");
        return put.call(this, value);
      };`);
    await save();
    await page.getByText("Máy này hết chỗ").waitFor();
    const own = "Object.keys(localStorage).filter((key) => key.startsWith('answer-desk:answer:'))";
    expect([await countKept(), await page.evaluate(own)]).toEqual([0, []]);
    await page.evaluate("IDBObjectStore.prototype.put = put");
    await save();
    await page.getByText("1 câu trả lời chờ gửi · 2 tệp chờ gửi").waitFor();
    await page.context().setOffline(false);
    await page.getByText("Đã gửi hết").waitFor(SLOWLY);
    expect(
      (await askUntil(answers, ([found]) => found?.files.length === 2))[0]?.files,
    ).toHaveLength(2);
  }, 120_000);

  test("what a colleague chose on the same device waits for them", async () => {
    await openDesk();
    await page.context().setOffline(true);
    await begin();
    await photo()
      .getByLabel(CHOOSE)
      .setInputFiles(await jpeg());
    await photo().getByText("Tệp 1").waitFor();
    await save();
    await page.getByText("1 câu trả lời chờ gửi · 1 tệp chờ gửi").waitFor();
    const before = (await answers()).length;
    await page.evaluate(`localStorage.setItem("answer-desk:setup", JSON.stringify({
      ...JSON.parse(localStorage.getItem("answer-desk:setup")),
      staff: { id: "minh", name: "Minh" },
    }))`);
    await page.reload();
    await page.getByText("1 câu trả lời chờ Owner đăng nhập").waitFor();
    await page.getByText("1 tệp chờ Owner đăng nhập").waitFor();
    await page.context().setOffline(false);
    await page.getByText("Đã gửi hết").waitFor(SLOWLY);
    expect(await askUntil(answers, (all) => all.length > before)).toHaveLength(before + 1);
  }, 120_000);
});
