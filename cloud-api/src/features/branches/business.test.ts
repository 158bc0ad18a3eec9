import { BOX_API } from "@foyer/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { signBoxCall } from "../../../test/box-calls.ts";
import { enrolBox } from "../../../test/enrol-box.ts";
import { openTestApp, type TestApp, type TestBrowser } from "../../../test/open-test-app.ts";
import type { BranchReply, SettingsReply } from "./schema.ts";

let site: TestApp;
let owner: TestBrowser;
beforeAll(async () => {
  site = await openTestApp();
  owner = await site.signUp();
});
afterAll(() => site?.close());

const PLACE = { name: "Huế", timeZone: "Asia/Ho_Chi_Minh", country: "VN", languages: ["vi"] };
const add = (change: object = {}, by = owner) =>
  by.ask<BranchReply>("POST", "/api/v1/branches", { ...PLACE, ...change });
const patch = (id: string, change: object, by = owner) =>
  by.ask<BranchReply>("PATCH", `/api/v1/branches/${id}`, change);
const settings = (id: string) => `/api/v1/branches/${id}/settings`;

test("a new branch has its country's currency and no kind, where nothing else is said", async () => {
  expect(await add()).toMatchObject({ status: 201, body: { currency: "VND", kind: null } });
  expect((await add({ country: "FR" })).body).toMatchObject({ currency: "EUR" });
  const said = { currency: "USD", kind: "hotel" };
  const { body } = await add(said);
  expect(body).toMatchObject(said);
  const { branches } = (await owner.ask<{ branches: BranchReply[] }>("GET", "/api/v1/branches"))
    .body;
  expect(branches.find(({ id }) => id === body.id)).toMatchObject(said);
});

test("what is no currency of today and no kind is refused at its field, and changes nothing", async () => {
  const { id } = (await add({ kind: "cafe" })).body;
  const document = (await owner.ask<SettingsReply>("GET", settings(id))).body;
  const put = (change: object) =>
    owner.ask("PUT", settings(id), { ...document, branch: { ...document.branch, ...change } });
  for (const currency of ["ZZZ", "DEM", "XAU"]) {
    const refused = { status: 400, body: { code: "invalid", field: "/branch/currency" } };
    for (const answer of [await add({ currency }), await patch(id, { currency })])
      expect(answer).toMatchObject(refused);
    expect(await put({ currency })).toMatchObject(refused);
  }
  expect(await add({ currency: "vnd" })).toMatchObject({ body: { field: "/currency" } });
  expect(await put({ currency: 7 })).toMatchObject({ body: { field: "/branch/currency" } });
  expect(await add({ kind: "castle" })).toMatchObject({ status: 400, body: { field: "/kind" } });
  expect((await patch(id, { kind: "castle" })).status).toBe(400);
  expect(await put({ kind: "castle" })).toMatchObject({ body: { field: "/branch/kind" } });
  expect((await owner.ask("GET", settings(id))).body).toEqual(document);
});

test("a branch that moves takes the new country's currency along, unless another was chosen", async () => {
  const { id } = (await add()).body;
  expect((await patch(id, { country: "TH" })).body).toMatchObject({ currency: "THB" });
  expect((await patch(id, { country: "VN", currency: "USD" })).body.currency).toBe("USD");
  expect((await patch(id, { country: "TH" })).body.currency).toBe("USD");
  expect((await patch(id, { name: "Bangkok" })).body.currency).toBe("USD");
  await patch(id, { currency: "THB" });
  const document = (await owner.ask<SettingsReply>("GET", settings(id))).body;
  const { currency: _currency, ...told } = document.branch;
  await owner.ask("PUT", settings(id), { ...document, branch: { ...told, country: "FR" } });
  expect((await patch(id, {})).body.currency).toBe("EUR");
});

test("both stand in the settings document, stay where a new one does not say them, and are in the log", async () => {
  const { id } = (await add({ kind: "cafe" })).body;
  const document = (await owner.ask<SettingsReply>("GET", settings(id))).body;
  expect(document.branch).toMatchObject({ currency: "VND", kind: "cafe" });
  const { currency: _currency, kind: _kind, ...told } = document.branch;
  const silent = { ...document, branch: { ...told, name: "Hội An" } };
  expect((await owner.ask("PUT", settings(id), silent)).body).toEqual({ version: 2 });
  const changed = await patch(id, { currency: "USD", kind: null });
  expect(changed.body).toMatchObject({ name: "Hội An", currency: "USD", kind: null });
  type Entries = { entries: { before: unknown; after: unknown }[] };
  const { body } = await owner.ask<Entries>("GET", `/api/v1/audit?kind=branches&recordId=${id}`);
  expect(body.entries[0]).toMatchObject({
    before: { branch: { currency: "VND", kind: "cafe" } },
    after: { branch: { currency: "USD", kind: null } },
  });
  expect(body.entries.at(-1)).toMatchObject({ after: { currency: "VND", kind: "cafe" } });
});

test("no box is told of either, and no other company sees or changes them", async () => {
  const { id } = (await add({ kind: "cafe", currency: "USD" })).body;
  const { boxKey } = await enrolBox(site, owner, id);
  const url = `${BOX_API.pull}?settings=0&guests=0&commands=0&wait=0`;
  const headers = signBoxCall(boxKey, { method: "GET", target: url });
  const { branch } = (await site.app.inject({ method: "GET", url, headers })).json().settings;
  expect(Object.keys(branch).sort()).toEqual(
    ["country", "id", "languages", "name", "timeZone", "visitGapMinutes"].sort(),
  );
  const stranger = await site.signUp();
  expect((await patch(id, { currency: "EUR", kind: "bar" }, stranger)).status).toBe(404);
  const seen = await stranger.ask<{ total: number }>("GET", "/api/v1/branches");
  expect(seen.body.total).toBe(0);
  expect((await patch(id, {})).body).toMatchObject({ kind: "cafe", currency: "USD" });
});
