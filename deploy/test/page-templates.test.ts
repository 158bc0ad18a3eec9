import { afterAll, beforeAll, expect, test } from "vitest";
import { mainOf, openPageSite, type PageContent, unsealed, usable } from "./page-site.ts";
import { startTestCloud, type TestCloud } from "./test-cloud.ts";

type Template = { id: string; name: { en: string }; content: Omit<PageContent, "name"> };
const LANGUAGES = ["vi", "en", "fa"] as const;
const STRANGER = "AC-00-5E-FF-FF-01";

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
}, 120_000);
afterAll(() => cloud?.close());

test("a box shows each template in Vietnamese, English and Persian, byte by byte as its preview", async () => {
  const site = await openPageSite(cloud, (document) => ({
    ...document,
    branch: { ...document.branch, languages: [...LANGUAGES] },
    surveys: [
      {
        ...{ id: "spring", title: { vi: "Ý kiến", en: "Spring" } },
        questions: [{ id: "stars", kind: "rating", label: { vi: "Sao?" }, required: true }],
      },
    ],
  }));
  const { templates } = await cloud.get<{ templates: Template[] }>("GET", "/api/v1/page-templates");
  expect(templates).toHaveLength(6);
  for (const { id, name, content } of templates) {
    const blocks = content.blocks.map((block) =>
      block.kind === "survey" ? { ...block, fields: { survey: "spring" } } : block,
    );
    // For everybody, so that a stranger meets it today.
    const when = { guests: "any" as const, visitNumbers: [] };
    const pageId = await site.publish({ ...content, blocks, when, name: name.en });
    for (const language of LANGUAGES) {
      const shown = unsealed(await site.open(STRANGER, language));
      const asked = new URLSearchParams({ branchId: site.branchId, pictures: "files", language });
      const preview = await cloud.readText(`/api/v1/pages/${pageId}/preview?${asked}`);
      expect(shown, `${id} ${language}`).toBe(usable(mainOf(preview)));
      // In the guest's own language: what fell back to another says which.
      expect(shown, `${id} ${language}`).toMatch(/<h1>[^<]{4,}<\/h1>/);
      expect(shown).toMatch(/<img class="picture" src="\/pictures\/[0-9a-f]{64}" alt="[^"]{10,}">/);
    }
  }
}, 300_000);
