import { afterAll, beforeAll, expect, test } from "vitest";
import type { CouponsReply } from "../src/features/coupons/schema.ts";
import type { LinksReply, MadeLinkReply } from "../src/features/survey-links/schema.ts";
import type { AnswersReply, SurveysReply } from "../src/features/surveys/schema.ts";
import { askUntil, openTestSite, type TestSite, type TestStaff } from "./open-test-site.ts";

const WORDING = {
  title: { vi: "Mùa xuân", en: "Spring" },
  questions: [
    { kind: "rating", id: "food", label: { vi: "Món ăn thế nào?" }, required: true },
    {
      ...{ kind: "choice", id: "why", label: { vi: "Vì sao?" }, required: true, many: true },
      options: [
        { id: "cold", label: { vi: "Nguội" } },
        { id: "salty", label: { vi: "Mặn" } },
      ],
      onlyAfter: { questionId: "food", answers: ["1", "2"] },
    },
    { kind: "text", id: "more", label: { vi: "Còn gì nữa?" }, required: false },
  ],
};
const COUPON = {
  ...{ name: { vi: "Trà miễn phí" }, offer: { vi: "Một ly trà" }, terms: null, validDays: 30 },
  ...{ branchIds: [], profileCompleteness: null },
};

let site: TestSite;
let owner: TestStaff;
let branchId = "";
let otherBranchId = "";
let surveyId = "";
beforeAll(async () => {
  site = await openTestSite();
  owner = await site.addOwner();
  branchId = (await owner.addBranch({ name: "Hồ Gươm" })).id;
  otherBranchId = (await owner.addBranch({ name: "Tây Hồ" })).id;
  const asked = { wording: WORDING, branchIds: [branchId] };
  expect((await owner.request("POST", "/api/v1/surveys", asked)).status).toBe(201);
  const { surveys } = await owner.get<SurveysReply>("/api/v1/surveys");
  surveyId = surveys[0]?.id ?? "";
  const kind = { ...COUPON, surveyIds: [surveyId] };
  expect((await owner.request("POST", "/api/v1/coupon-kinds", kind)).status).toBe(201);
});
afterAll(() => site?.close());

async function addCustomer(name: string): Promise<string> {
  const { status, body } = await owner.request("POST", "/api/v1/customers", {
    ...{ branchId, values: { name } },
  });
  expect(status).toBe(201);
  return (body as { id: string }).id;
}

async function makeLink(more: object = {}): Promise<MadeLinkReply> {
  const asked = { surveyId, branchId, days: 7, ...more };
  const { status, body } = await owner.request("POST", "/api/v1/survey-links", asked);
  expect(status, JSON.stringify(body)).toBe(201);
  return body as MadeLinkReply;
}

type Sent = { status: number; html: string };
async function open(url: string): Promise<Sent> {
  const answer = await fetch(url);
  return { status: answer.status, html: await answer.text() };
}

const plain = (text: string) =>
  text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

/** What a browser without scripts sends of a page: what it carries along, and what was filled in. */
async function send(url: string, { html }: Sent, filled: [string, string][]): Promise<Sent> {
  const hidden = [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)];
  const body = new URLSearchParams(hidden.map(([, name = "", value = ""]) => [name, plain(value)]));
  for (const [name, value] of filled) body.append(name, value);
  const answer = await fetch(url, { method: "POST", body, headers: { origin: site.origin } });
  return { status: answer.status, html: await answer.text() };
}

const listAnswers = async (isThere: (reply: AnswersReply) => boolean) =>
  askUntil(() => owner.get<AnswersReply>("/api/v1/survey-answers?limit=200"), isThere);
const codeOf = ({ html }: Sent) => /<strong class="offer"[^>]*>([^<]+)/.exec(html)?.[1];

test("a link asks its survey step by step, and what was answered is its customer's, who gets the coupon", async () => {
  const customerId = await addCustomer("Lan");
  const { url, id } = await makeLink({ customerId });
  const first = await open(url);
  expect(first.status).toBe(200);
  expect(first.html).toContain("Một ly trà");
  expect(first.html).toContain('name="q-more"');
  expect(first.html).not.toContain('name="q-why"');
  const second = await send(url, first, [
    ["q-food", "2"],
    ["q-more", "Phở <b>nguội</b>"],
  ]);
  expect(second.html).toContain('name="q-why"');
  expect(second.html).not.toContain("<b>nguội</b>");
  const done = await send(url, second, [
    ["q-why", "cold"],
    ["q-why", "salty"],
  ]);
  expect(done.status).toBe(200);
  expect(codeOf(done)).toBeDefined();
  const { answers } = await listAnswers(({ answers: all }) => all.some((one) => one.id === id));
  expect(answers.find((one) => one.id === id)).toMatchObject({
    ...{ customerId, customerName: "Lan", ratings: { food: 2 } },
    ...{ choices: { why: ["cold", "salty"] }, texts: { more: "Phở <b>nguội</b>" } },
  });
  // Opened and sent again: the same coupon, and no other answer.
  expect(codeOf(await open(url))).toBe(codeOf(done));
  expect(codeOf(await send(url, first, [["q-food", "5"]]))).toBe(codeOf(done));
  const coupons = await owner.get<CouponsReply>(`/api/v1/coupons?customerId=${customerId}`);
  expect(coupons.total).toBe(1);
  const { links } = await owner.get<LinksReply>("/api/v1/survey-links");
  expect(links.find((link) => link.id === id)).toMatchObject({ state: "answered", customerId });
});

test("a link speaks what its reader's browser wants most of what the branch speaks", async () => {
  const { url } = await makeLink();
  const languageOf = async (wanted: string, more = "") => {
    const headers = { "accept-language": wanted };
    const answer = await fetch(`${url}${more}`, { headers });
    expect(answer.headers.get("cache-control")).toBe("no-store");
    return /<html[^>]* lang="(\w+)"/.exec(await answer.text())?.[1];
  };
  expect(await languageOf("en-GB,en;q=0.9,vi;q=0.5")).toBe("en");
  expect(await languageOf("fr-FR,fr;q=0.9,vi;q=0.5")).toBe("vi");
  expect(await languageOf("fr")).toBe("vi");
  expect(await languageOf("vi", "?language=en")).toBe("en");
});

test("of two answers by one link at once, one is kept", async () => {
  const { url, id } = await makeLink();
  const first = await open(url);
  expect(first.html).not.toContain("Một ly trà");
  const sent = await Promise.all(
    ["5", "4", "5", "4"].map((rating) => send(url, first, [["q-food", rating]])),
  );
  expect(sent.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  const events = await site.listEvents(owner.tenantId, "survey.answered");
  expect(events.filter(({ payload }) => payload.answerId === id)).toHaveLength(1);
});

test("what has to be answered is asked until it is, whatever a form claims to have shown", async () => {
  const { url, id } = await makeLink();
  const first = await open(url);
  const empty = await send(url, first, [["q-more", "x"]]);
  expect(empty.status).toBe(422);
  expect(empty.html).toContain('name="q-food"');
  const body = new URLSearchParams([
    ...[
      ["version", "1"],
      ["q-food", "1"],
    ].map(([name = "", value = ""]) => [name, value]),
    ...["food", "why", "more"].map((shown) => ["shown", shown]),
  ]);
  const forged = await fetch(url, { method: "POST", body, headers: { origin: site.origin } });
  expect(forged.status).toBe(422);
  expect(await forged.text()).toContain('name="q-why"');
  const outside = await send(url, first, [["q-food", "9"]]);
  expect(outside.status).toBe(422);
  const { links } = await owner.get<LinksReply>("/api/v1/survey-links");
  expect(links.find((link) => link.id === id)?.state).toBe("open");
});

test("a link that ran out, was ended or never was opens nothing, and says of none which it was", async () => {
  const gone = await makeLink();
  expect((await owner.request("DELETE", `/api/v1/survey-links/${gone.id}`)).status).toBe(204);
  const short = await makeLink({ days: 1 });
  const first = await open(short.url);
  expect(first.status).toBe(200);
  const unknown = `${short.url.slice(0, -32)}${"A".repeat(32)}`;
  site.passSeconds(24 * 3600 + 1);
  const late = await send(short.url, first, [["q-food", "5"]]);
  const all = [await open(gone.url), await open(short.url), late, await open(unknown)];
  expect(all.map(({ status }) => status)).toEqual([410, 410, 410, 410]);
  const [said] = all.map(({ html }) => /<h1[^>]*>[^<]*/.exec(html)?.[0]);
  for (const { html } of all) expect(html).toContain(said);
  const { links } = await owner.get<LinksReply>("/api/v1/survey-links");
  const states = [gone, short].map(({ id }) => links.find((link) => link.id === id)?.state);
  expect(states).toEqual(["withdrawn", "over"]);
  const events = await site.listEvents(owner.tenantId, "survey.answered");
  expect(events.filter(({ payload }) => payload.answerId === short.id)).toEqual([]);
});

test("a wording that was changed meanwhile is asked again, with what was answered filled in", async () => {
  const { url, id } = await makeLink();
  const first = await open(url);
  const { surveys } = await owner.get<SurveysReply>("/api/v1/surveys");
  const asked = { vi: "Món ăn hôm nay thế nào?" };
  const [food, ...others] = WORDING.questions;
  const wording = { ...WORDING, questions: [{ ...food, label: asked }, ...others] };
  const body = { wording, branchIds: [branchId], readVersion: 1 };
  const changed = await owner.request("PUT", `/api/v1/surveys/${surveys[0]?.id}`, body);
  expect(changed.status, JSON.stringify(changed.body)).toBeLessThan(300);
  const again = await send(url, first, [["q-food", "4"]]);
  expect(again.html).toContain(asked.vi);
  expect(again.html).toMatch(
    /name="q-food" value="4"[^>]*checked|checked[^>]*name="q-food" value="4"/,
  );
  expect((await send(url, again, [["q-food", "4"]])).html).not.toContain('name="q-food"');
  const { answers } = await listAnswers(({ answers: all }) => all.some((one) => one.id === id));
  expect(answers.find((one) => one.id === id)?.version).toBe(2);
});

test("links are made for branches in reach that ask the survey, and for customers whom one may see", async () => {
  const customerId = await addCustomer("Minh");
  const make = (by: TestStaff, more: object = {}) =>
    by.request("POST", "/api/v1/survey-links", { surveyId, branchId, days: 7, ...more });
  const there = await site.addStaffOf(owner, [otherBranchId]);
  expect((await make(there)).status).toBe(404);
  expect((await there.get<LinksReply>("/api/v1/survey-links")).links).toEqual([]);
  expect((await make(owner, { branchId: otherBranchId })).status).toBe(404);
  expect((await make(owner, { days: 61 })).status).toBe(400);
  const writer = await site.addStaffWith(owner, ["survey-links.make"]);
  expect((await make(writer)).status).toBe(201);
  expect((await make(writer, { customerId })).status).toBe(403);
  const viewer = await site.addViewer(owner);
  expect((await make(viewer)).status).toBe(403);
});

test("whoever answered by a link adds the files it asks for by the same one, and is its customer's other record's after a merge", async () => {
  const customerId = await addCustomer("Hoa");
  const asking = {
    ...WORDING,
    questions: WORDING.questions.slice(0, 1),
    files: [{ id: "bill", label: { vi: "Hoá đơn" }, takesPdf: true, filesMax: 1, megabytesMax: 5 }],
  };
  const made = await owner.request("POST", "/api/v1/surveys", {
    ...{ wording: asking, branchIds: [branchId] },
  });
  const { id: ofFiles } = made.body as { id: string };
  const { url, id } = await makeLink({ surveyId: ofFiles, customerId });
  const keptId = await addCustomer("Hoa Nguyễn");
  const merged = await owner.request("POST", "/api/v1/customer-merges", {
    ...{ keptId, goneId: customerId },
  });
  expect(merged.status).toBe(202);
  const done = await send(url, await open(url), [["q-food", "5"]]);
  const [, path = ""] = /href="([^"]*\/survey-files\/[^"]+)"/.exec(done.html) ?? [];
  await listAnswers(({ answers }) => answers.some((one) => one.id === id));
  const files = await open(path.replace("&amp;", "&"));
  expect(files.status).toBe(200);
  expect(files.html).toContain("Hoá đơn");
  const { answers } = await listAnswers(({ answers: all }) =>
    all.some((one) => one.id === id && one.customerId === keptId),
  );
  expect(answers.find((one) => one.id === id)?.customerId).toBe(keptId);
});

test("a link of a customer who was forgotten opens nothing any more", async () => {
  const customerId = await addCustomer("Vy");
  const { url } = await makeLink({ customerId });
  expect((await open(url)).status).toBe(200);
  const asked = { kind: "deletion", note: "Gọi điện" };
  const path = `/api/v1/customers/${customerId}`;
  const { body } = await owner.request("POST", `${path}/requests`, asked);
  const { id } = body as { id: string };
  const answered = await owner.request("POST", `${path}/requests/${id}/outcome`, {
    outcome: "done",
  });
  expect(answered.status, JSON.stringify(answered.body)).toBeLessThan(300);
  expect(
    (
      await askUntil(
        () => open(url),
        ({ status }) => status === 410,
      )
    ).status,
  ).toBe(410);
});
