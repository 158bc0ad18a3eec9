import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openTestApp, type TestApp, type TestBrowser } from "../../../test/open-test-app.ts";
import type { SavedBody, SavedReply, ToldReply } from "./schema.ts";

let site: TestApp;
let owner: TestBrowser;
let branchId: string;

beforeAll(async () => {
  site = await openTestApp();
});
afterAll(() => site?.close());
beforeEach(async () => {
  owner = await site.signUp();
  const place = { name: "Hồ Gươm", timeZone: "Asia/Ho_Chi_Minh", country: "VN" };
  const made = await make("branches", { ...place, languages: ["vi"] });
  branchId = made.id;
});

const PATH = "/api/v1/saved-reports";
const make = async (path: string, body: object): Promise<{ id: string }> => {
  const answer = await owner.ask<{ id: string }>("POST", `/api/v1/${path}`, body);
  expect([path, answer.status]).toEqual([path, 201]);
  return answer.body;
};
const add = (values: Record<string, string>) => make("customers", { branchId, values });
const bodyOf = (field: string, more: Partial<SavedBody> = {}): SavedBody => ({
  ...{ name: `Theo ${field}`, report: "breakdown", period: "7-days", days: null },
  ...{ compared: "before", query: { field }, shared: true, ...more },
});
const save = (field: string, more: Partial<SavedBody> = {}) =>
  make("saved-reports", bodyOf(field, more)) as Promise<SavedReply>;
const tell = (id: string, who = owner, asked = "") =>
  who.ask<ToldReply>("GET", `${PATH}/${id}/figures?file=en${asked}`);

/** Two whom the company met ten days ago, one of whom drinks tea, and two of today. */
async function fill(): Promise<void> {
  const choices = [
    { value: "tea", label: { en: "Tea", vi: "Trà" } },
    { value: "coffee", label: { en: "Coffee", vi: "Cà phê" } },
  ];
  const drink = {
    key: "own.drink",
    kind: "choice",
    label: { en: "Drink", vi: "Đồ uống" },
    choices,
  };
  await make("customer-fields", drink);
  await add({ name: "Lan", "own.drink": "tea" });
  await add({ name: "2024-05" });
  site.passSeconds(10 * 86_400);
  await add({ name: "Minh", "own.drink": "tea" });
  await add({ name: "An", kind: "company" });
}

test("a saved breakdown counts whom the company knew by the end of its days, beside those by the end of the days before", async () => {
  await fill();
  const { id } = await save("own.drink");
  const { body: told } = await tell(id);
  expect(told.figures).toMatchObject([{ name: "customers", now: 4, before: 2 }]);
  const [part] = told.parts;
  expect(part).toMatchObject({ title: "Customers by Drink", heads: ["Drink", "Customers"] });
  const rows = part?.rows.map(({ cells, before }) => [...cells, before?.[1]]);
  expect(rows).toEqual([
    ["Tea", 2, 1],
    ["Not known", 2, 1],
    ["All", 4, 2],
  ]);
  // Its own page says the same of now.
  const page = await owner.ask<{ total: number }>(
    "GET",
    "/api/v1/customer-counts/fields/own.drink",
  );
  expect(page.body.total).toBe(4);
  const kind = await save("kind");
  expect((await tell(id, owner, `&against=${kind.id}`)).status).toBe(400);
  const other = await save("own.drink", { name: "Hôm nay", period: "today" });
  expect((await tell(id, owner, `&against=${other.id}`)).body.figures[0]?.before).toBe(4);
});

test("a breakdown leaves as CSV, Excel and PDF, and one by a field that is archived says so", async () => {
  await fill();
  const { id } = await save("own.drink");
  const take = (form: string) => owner.ask<string>("GET", `${PATH}/${id}/figures.${form}?file=vi`);
  expect((await take("csv")).body).toContain('"Trà",2,1');
  expect((await take("xlsx")).body.slice(0, 2)).toBe("PK");
  expect((await take("pdf")).body.slice(0, 5)).toBe("%PDF-");
  await owner.ask("PATCH", "/api/v1/customer-fields/own.drink", { archived: true });
  const { status, body } = await tell(id);
  expect([status, (body as { field?: string }).field]).toEqual([400, "/field"]);
});

test("a breakdown is told to those alone who read all of the company's customers", async () => {
  await fill();
  const { id } = await save("own.drink");
  const viewer = await site.invite(owner, "viewer");
  expect((await tell(id, viewer)).body.figures[0]?.now).toBe(4);
  const scope = { kind: "branches" as const, branchIds: [branchId] };
  const manager = await site.invite(owner, { role: "manager", ownRoleId: null, scope });
  expect((await tell(id, manager)).status).toBe(403);
  expect((await manager.ask("GET", `${PATH}/${id}/figures.csv`)).status).toBe(403);
  expect((await manager.ask("POST", PATH, bodyOf("kind", { shared: false }))).status).toBe(403);
  const reads = { name: "Chỉ báo cáo", permissions: ["reports.read"] };
  const own = await make("roles", reads);
  const grant = { role: null, ownRoleId: own.id, scope: { kind: "tenant" as const } };
  expect((await tell(id, await site.invite(owner, grant))).status).toBe(403);
});

test("a breakdown by a number or a text of their own tells nobody's to a role that sees no customers", async () => {
  const label = { en: "Card", vi: "Thẻ" };
  for (const kind of ["number", "text"])
    await make("customer-fields", { key: `own.${kind}`, kind, label, choices: [] });
  await add({ name: "Lan", "own.number": "123456789", "own.text": "0912 345 678" });
  for (const name of ["Minh", "An"]) await add({ name, "own.number": "3" });
  const [byNumber, byText] = [await save("own.number"), await save("own.text")];
  const permissions = ["reports.read", "breakdowns.read"];
  const { id: ownRoleId } = await make("roles", { name: "Chỉ báo cáo", permissions });
  const unseeing = await site.invite(owner, {
    ...{ role: null, ownRoleId, scope: { kind: "tenant" as const } },
  });
  const { status, body } = await tell(byNumber.id, unseeing);
  expect(status).toBe(200);
  expect(JSON.stringify(body.parts)).not.toContain("123456789");
  expect(body.figures[0]?.now).toBe(3);
  expect(JSON.stringify((await tell(byNumber.id)).body.parts)).toContain("123456789");
  expect((await tell(byText.id, unseeing)).status).toBe(403);
  expect((await tell(byText.id)).status).toBe(200);
});

test("a breakdown is of days of the calendar, the first of them not after the last", async () => {
  const keep = async (from: string, to: string) => {
    const body = bodyOf("kind", { name: `${from} ${to}`, period: null, days: { from, to } });
    const { status, body: told } = await owner.ask<{ field?: string }>("POST", PATH, body);
    return [status, told.field];
  };
  expect(await keep("2026-01-01", "2026-01-31")).toEqual([201, undefined]);
  expect(await keep("2026-01-01", "2026-02-30")).toEqual([400, "/to"]);
  expect(await keep("2026-13-01", "2026-01-31")).toEqual([400, "/from"]);
  expect(await keep("2026-02-01", "2026-01-31")).toEqual([400, "/from"]);
});
