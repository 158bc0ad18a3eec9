import { randomUUID } from "node:crypto";
import { startSession } from "@foyer/branch-store";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openPageSite, type PageSite } from "./page-site.ts";
import { askUntil, startTestCloud, type TestCloud } from "./test-cloud.ts";

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
}, 120_000);
afterAll(() => cloud?.close());

type Kept = { place: string | null; branchId: string; by: string; customerName: string | null };
const LOOPBACK = "127.0.0.1";

/** Asks a survey at branches, as staff do. Gives the address that a branch's code leads to. */
async function askSurvey(branchIds: string[]): Promise<(branchId: string) => Promise<string>> {
  const rating = { kind: "rating", id: "stars", label: { vi: "Mấy sao?" }, required: true };
  const wording = { title: { vi: "Món ăn thế nào?" }, questions: [rating] };
  await cloud.get("POST", "/api/v1/surveys", { wording, branchIds });
  return async (branchId) => {
    type Links = { links: { url: string }[] };
    const { links } = await cloud.get<Links>("GET", `/api/v1/branches/${branchId}/survey-links`);
    return links[0]?.url ?? "";
  };
}

/** Somebody scans the code of a branch, or of one of its tables, and gives that many stars. */
async function answerAt(url: string, stars: number): Promise<void> {
  const page = await fetch(url);
  const html = await page.text();
  expect(html).toContain("Món ăn thế nào?");
  const [, sealed = ""] = /name="s" value="([^"]+)"/.exec(html) ?? [];
  const body = new URLSearchParams({ s: sealed, "q-stars": String(stars) });
  const sent = await fetch(new URL("/survey", url), { method: "POST", body });
  expect(sent.status).toBe(200);
}

/** RADIUS has told which guest is at the address that this test asks from. */
const comeOnline = ({ store, nasId }: PageSite, mac: string): void =>
  store.transaction((tx) => {
    const session = { nasId, acctSessionId: randomUUID(), mac, at: tx.now, ip: LOOPBACK };
    startSession(tx, session);
  });

test("MC-3.6 a code opens the survey of its branch or table, and the answer is tied to the customer when known", async () => {
  const [here, there] = [await openPageSite(cloud), await openPageSite(cloud)];
  const addressOf = await askSurvey([here.branchId, there.branchId]);
  await Promise.all([here.isInForce(), there.isInForce()]);
  const url = await addressOf(here.branchId);
  await answerAt(url, 3);
  await answerAt(`${url}/bar`, 4);
  await answerAt(await addressOf(there.branchId), 2);
  const lan = here.signIn({ phone: "+84912345801", name: "Lan" });
  comeOnline(here, lan.mac);
  await answerAt(`${url}/5`, 5);
  const { answers } = await askUntil(
    () => cloud.get<{ answers: (Kept & { ratings: object })[] }>("GET", "/api/v1/survey-answers"),
    (reply) =>
      reply.answers.length === 4 && reply.answers.some(({ customerName }) => customerName !== null),
  );
  const of = ({ branchId }: PageSite, place: string | null, customerName: string | null) => ({
    ...{ branchId, place, customerName, by: "link" },
  });
  const byStars = new Map(
    answers.map(({ ratings, branchId, place, by, customerName }) => [
      JSON.stringify(ratings),
      { branchId, place, by, customerName },
    ]),
  );
  expect(byStars).toEqual(
    new Map([
      ['{"stars":5}', of(here, "5", "Lan")],
      ['{"stars":4}', of(here, "bar", null)],
      ['{"stars":3}', of(here, null, null)],
      ['{"stars":2}', of(there, null, null)],
    ]),
  );
}, 120_000);
