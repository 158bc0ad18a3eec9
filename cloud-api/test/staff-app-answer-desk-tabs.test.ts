import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import type { AnswersReply } from "../src/features/surveys/schema.ts";
import { openStaffApp } from "./open-staff-app.ts";
import { describeWithChromium, PATIENTLY } from "./staff-browser.ts";
import { openFilesPlace, photograph } from "./survey-files-place.ts";

/** A device that takes its time to write down each file. */
const SLOW_SHELF = `Object.defineProperty(IDBTransaction.prototype, "oncomplete", {
  set(done) {
    this.addEventListener("complete", () => setTimeout(done, this.mode === "readwrite" ? 2500 : 0));
  },
})`;

describeWithChromium("the answer desk in two tabs", () => {
  const app = openStaffApp({ isWhole: true, mayComplain: true });

  test("a file is not given up by another tab while its answer is still being kept", async () => {
    const { staff: owner } = await openFilesPlace(app.site);
    const page = await app.enter(owner, { width: 390, height: 844 });
    const other = await page.context().newPage();
    await page.addInitScript(SLOW_SHELF);
    const open = async (tab: Page) => {
      await tab.goto(`${app.site.origin}/answer-desk.html`);
      await tab.getByRole("button", { name: "Mùa xuân" }).waitFor();
    };
    await open(other);
    await open(page);
    await page.getByRole("button", { name: "Mùa xuân" }).click();
    await page.getByRole("radio", { name: "2 trên 5", exact: true }).check();
    const picture = { name: "a.jpg", mimeType: "image/jpeg", buffer: await photograph() };
    const photo = page.getByRole("group", { name: "Chụp cho chúng tôi xem" });
    await photo.getByLabel(/^Chụp ảnh hoặc chọn tệp: /).setInputFiles(picture);
    await photo.getByText("Tệp 1").waitFor();
    let asked = 0;
    other.on("response", (response) => {
      if (response.url().includes("/answer-desk/files")) asked += response.ok() ? 0 : 1;
    });
    await page.getByRole("button", { name: "Lưu câu trả lời" }).click();
    const files = () =>
      other.evaluate<number>(`new Promise((resolve) => {
        indexedDB.open("answer-desk", 1).onsuccess = ({ target: { result } }) => {
          result.transaction("files").objectStore("files").count().onsuccess = (event) => {
            result.close();
            resolve(event.target.result);
          };
        };
      })`);
    await expect.poll(files, PATIENTLY).toBe(1);
    await other.evaluate(`window.dispatchEvent(new Event("online"))`);
    const answers = async () =>
      (await owner.get<AnswersReply>("/api/v1/survey-answers")).answers.map(
        ({ files: { length } }) => length,
      );
    await expect.poll(answers, PATIENTLY).toEqual([1]);
    await expect.poll(files, PATIENTLY).toBe(0);
    expect(asked).toBe(0);
  });
});
