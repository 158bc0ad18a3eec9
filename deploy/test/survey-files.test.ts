import { afterAll, beforeAll, expect, test } from "vitest";
import { openPageSite } from "./page-site.ts";
import { askUntil, startTestCloud, type TestCloud } from "./test-cloud.ts";

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
}, 120_000);
afterAll(() => cloud?.close());

/** PNG (third edition) §11.2: one pixel. */
const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAADElEQVQImWPo6OgAAAM0AZmUse0HAAAAAElFTkSuQmCC",
  "base64",
);

async function askForPictures(branchId: string): Promise<string> {
  const label = { vi: "Mấy sao?" };
  const photo = { id: "photo", label: { vi: "Chụp cho chúng tôi xem" }, takesPdf: false };
  const wording = {
    title: { vi: "Món ăn thế nào?" },
    questions: [{ kind: "rating", id: "stars", label, required: true }],
    files: [{ ...photo, filesMax: 1, megabytesMax: 1 }],
  };
  await cloud.get("POST", "/api/v1/surveys", { wording, branchIds: [branchId] });
  type Links = { links: { url: string }[] };
  const { links } = await cloud.get<Links>("GET", `/api/v1/branches/${branchId}/survey-links`);
  return links[0]?.url ?? "";
}

test("part of HM-7.3: whoever answers at a box is led to the cloud's page, and what they send there is with their answer", async () => {
  const site = await openPageSite(cloud);
  const url = await askForPictures(site.branchId);
  await site.isInForce();
  const asked = await (await fetch(url)).text();
  const [, sealed = ""] = /name="s" value="([^"]+)"/.exec(asked) ?? [];
  const body = new URLSearchParams({ s: sealed, "q-stars": "2" });
  const thanked = await fetch(new URL("/survey", url), { method: "POST", body });
  const [, link = ""] = /href="([^"]+\/survey-files\/[^"]+)"/.exec(await thanked.text()) ?? [];
  expect(new URL(link).origin).toBe(cloud.origin);
  // The answer is on its way: the page says so, and opens by itself.
  const open = await askUntil(
    () => fetch(link),
    ({ status }) => status === 200,
  );
  expect(await open.text()).toContain("Chụp cho chúng tôi xem");
  const form = new FormData();
  form.append("file", new File([new Uint8Array(PIXEL)], "photo.png", { type: "image/png" }));
  const headers = { origin: cloud.origin };
  const sent = await fetch(`${link}?question=photo`, { method: "POST", body: form, headers });
  expect([sent.status, await sent.text()]).toEqual([200, expect.stringContaining("Đã nhận được")]);
  type Answers = { answers: { ratings: object; files: { kind: string; width: number }[] }[] };
  const { answers } = await cloud.get<Answers>("GET", "/api/v1/survey-answers");
  expect(answers).toMatchObject([{ ratings: { stars: 2 }, files: [{ kind: "jpeg", width: 1 }] }]);
}, 120_000);
