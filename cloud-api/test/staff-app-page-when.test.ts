import type { Survey } from "@foyer/contract";
import { expect, test } from "vitest";
import type { PageReply } from "../src/features/pages/schema.ts";
import { openStaffApp, takePicture } from "./open-staff-app.ts";
import { askUntil } from "./open-test-site.ts";
import { describeWithChromium } from "./staff-browser.ts";

const TEST_MS = 120_000;

describeWithChromium("whom a page is for, in the page editor", () => {
  const app = openStaffApp({ mayComplain: true });

  test.each([1280, 390])(
    "groups, tags and a survey are chosen by name, %d pixels wide",
    {
      timeout: TEST_MS,
    },
    async (width) => {
      const owner = await app.site.addOwner("Long Linh Coffee");
      const branch = await owner.addBranch({ name: "Hồ Gươm" });
      await owner.request("PATCH", "/api/v1/me", { language: "en" });
      const add = async (path: string, body: object) => {
        const made = await owner.request("POST", `/api/v1/${path}`, body);
        expect(made.status, path).toBe(201);
        return (made.body as { id: string }).id;
      };
      const groupId = await add("groups", { name: "Neighbours" });
      const tagId = await add("tags", { name: "VIP" });
      const questions: Survey["questions"] = [
        { id: "stars", kind: "rating", label: { en: "How was it?" }, required: true },
      ];
      const wording = { title: { en: "Spring" }, thanks: { en: "Thank you" }, questions };
      const surveyId = await add("surveys", { wording, branchIds: [branch.id] });
      const blocks = [{ kind: "heading", fields: { text: { en: "Tea" } } }];
      const content = { name: "Weekend", when: { guests: "any", visitNumbers: [] }, blocks };
      const id = await add("pages", { content });
      const page = await app.enter(owner, { width });
      await page.goto(`/pages/${id}`);
      if (width < 1000) await page.getByText("Content", { exact: true }).click();
      for (const [label, name] of [
        ["In any of these groups", "Neighbours"],
        ["With any of these tags", "VIP"],
      ] as const) {
        await page.getByRole("combobox", { name: label }).click();
        await page.getByRole("option", { name }).click();
        await page.keyboard.press("Escape");
      }
      await page.getByLabel("Survey", { exact: true }).selectOption({
        label: "Have not answered: Spring",
      });
      const { draft } = await askUntil(
        () => owner.get<PageReply>(`/api/v1/pages/${id}`),
        (reply) => reply.draft.when.survey !== undefined,
      );
      expect(draft.when).toEqual({
        ...{ guests: "any", visitNumbers: [], groups: [groupId], tags: [tagId] },
        survey: { id: surveyId, answered: false },
      });
      expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBe(width);
      await takePicture(page, `page-when-${width}`);
    },
  );
});
