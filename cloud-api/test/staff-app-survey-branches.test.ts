import { expect, test } from "vitest";
import type { SurveyReply } from "../src/features/surveys/schema.ts";
import { openStaffApp, takePicture } from "./open-staff-app.ts";
import { describeWithChromium } from "./staff-browser.ts";

describeWithChromium("where a survey is asked, in a browser", () => {
  const app = openStaffApp();

  test("the branches of a brand are chosen and left out with one tap, beside those chosen one by one", async () => {
    const owner = await app.site.addOwner("Long Linh Coffee");
    const names = ["Hồ Gươm", "Tây Hồ", "Trà An", "Trà Bình"];
    const ids: string[] = [];
    for (const name of names) ids.push((await owner.addBranch({ name })).id);
    const tea = { name: "Long Linh Tea", accentColour: "#2f5d50" };
    const { body } = await owner.request("POST", "/api/v1/brands", tea);
    const { id: brandId } = body as { id: string };
    const moved = { branchIds: ids.slice(2) };
    expect((await owner.request("PUT", `/api/v1/brands/${brandId}/branches`, moved)).status).toBe(
      204,
    );
    const wording = {
      title: { vi: "Mùa xuân" },
      questions: [{ kind: "rating", id: "stars", label: { vi: "Mấy sao?" }, required: true }],
    };
    const asked = { wording, branchIds: [ids[0]] };
    const made = await owner.request("POST", "/api/v1/surveys", asked);
    const survey = made.body as SurveyReply;
    const readAsked = async () =>
      (await owner.get<SurveyReply>(`/api/v1/surveys/${survey.id}`)).branchIds.toSorted();

    const page = await app.enter(owner, { language: "en", width: 390, height: 844 });
    await page.goto(`${app.site.origin}/surveys/${survey.id}/edit`);
    const save = async (number: number) => {
      await page.getByRole("button", { name: "Save", exact: true }).click();
      await page.getByRole("status").getByText(`${number}`).waitFor();
    };
    const together = page.getByRole("button", { name: "Long Linh Tea" });
    await together.click();
    expect(await together.getAttribute("aria-pressed")).toBe("true");
    await takePicture(page, "survey-branches-390");
    await save(1);
    await expect.poll(readAsked).toEqual([ids[0], ids[2], ids[3]].toSorted());
    await page.getByRole("button", { name: "All branches" }).click();
    await together.click();
    await save(1);
    await expect.poll(readAsked).toEqual([ids[0], ids[1]].toSorted());
  }, 90_000);
});
