import { ENROL_PATH } from "@foyer/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeKey, signBoxCall, writeEnrolRequest } from "../test/box-calls.ts";
import { openTestApp, PASSWORD, type TestApp } from "../test/open-test-app.ts";
import { openProvisioning, type Place, type Provisioning } from "./provision.ts";

const PLACE = {
  tenantName: "Cà phê Sông Hương",
  branch: {
    name: "Vỹ Dạ",
    timeZone: "Asia/Ho_Chi_Minh",
    country: "VN",
    languages: ["vi" as const],
  },
  boxName: "Counter",
};

let app: TestApp;
let provisioning: Provisioning;
let enrolment: Place;
let boxKey: string;

beforeAll(async () => {
  app = await openTestApp({ origin: "http://foyer.test" });
  provisioning = openProvisioning(app.database, app.context.origin);
  enrolment = await provisioning.addPlace(PLACE);
  boxKey = makeKey();
  const offered = writeEnrolRequest(enrolment.enrolmentCode, boxKey);
  const answer = await app.app.inject({ method: "POST", url: ENROL_PATH, payload: offered });
  const { tenantId, branchId, boxId, cloudUrl } = enrolment;
  expect(answer.json()).toEqual({ tenantId, branchId, boxId, cloudUrl });
});
afterAll(() => app.close());

const pull = (key: string) => {
  const target = "/api/box/v1/pull?settings=0&guests=0&commands=0&wait=0";
  const signed = signBoxCall(key, { method: "GET", target });
  return app.browser().ask("GET", target, undefined, signed);
};

const readDocument = async () => {
  const { body } = await pull(boxKey);
  const { version: _version, tenantId: _tenantId, ...document } = body.settings as Document;
  return document;
};
type Document = {
  version: number;
  tenantId: string;
  branch: { name: string };
  signIn: object;
  pages: object[];
};

test("a box that an installer made reads its branch's settings with its key, and no other key does", async () => {
  expect(enrolment.cloudUrl).toBe("http://foyer.test");
  const { status, body } = await pull(boxKey);
  expect(status).toBe(200);
  expect(body.settings).toMatchObject({ tenantId: enrolment.tenantId, branch: { name: "Vỹ Dạ" } });
  expect((await pull(makeKey())).status).toBe(401);
});

test("a new code makes another key the box's, and the one before is its key no longer", async () => {
  const { tenantId, branchId, boxId } = enrolment;
  const code = await provisioning.offerBox({ tenantId, branchId, boxId });
  expect((await pull(boxKey)).status).toBe(200);
  const next = makeKey();
  const payload = writeEnrolRequest(code, next);
  expect((await app.app.inject({ method: "POST", url: ENROL_PATH, payload })).statusCode).toBe(200);
  expect((await pull(boxKey)).status).toBe(401);
  boxKey = next;
  expect((await pull(boxKey)).status).toBe(200);
});

test("settings that say the same keep their version, and wrong ones are refused with their place", async () => {
  const { tenantId, branchId } = enrolment;
  const document = await readDocument();
  const same = await provisioning.saveSettings({ tenantId, branchId, edit: () => document });
  expect(await provisioning.saveSettings({ tenantId, branchId, edit: () => document })).toBe(same);
  const renamed = { ...document, branch: { ...document.branch, name: "Kim Long" } };
  expect(await provisioning.saveSettings({ tenantId, branchId, edit: () => renamed })).toBe(
    same + 1,
  );
  const wrong = { ...document, policies: [] };
  await expect(
    provisioning.saveSettings({ tenantId, branchId, edit: () => wrong }),
  ).rejects.toThrow("/policies");
});

test("part of MC-4.7: where an installer sends a branch's guests is on the company's list from then on", async () => {
  const { tenantId, branchId } = enrolment;
  const document = await readDocument();
  const signIn = { ...document.signIn, landingUrl: "https://huong.example/menu" };
  const sending = { ...document, signIn };
  await provisioning.saveSettings({ tenantId, branchId, edit: () => sending });
  expect(await readDocument()).toMatchObject({
    ...{ signIn, allowedDestinations: ["https://huong.example/menu"] },
  });
});

test("the first pages are made of templates, stand on the branch and are made once", async () => {
  const { tenantId, branchId } = enrolment;
  const place = { tenantId, branchId, language: "vi" as const };
  const templates = ["first-visit" as const, "welcome-back" as const];
  const version = await provisioning.addFirstPages({ ...place, templates });
  const { pages } = await readDocument();
  expect(pages).toMatchObject([
    { name: "Lần đầu ghé quán", version: 1, when: { guests: "first-visit" } },
    { name: "Mừng bạn trở lại", version: 1, when: { guests: "returning" } },
  ]);
  expect(await provisioning.addFirstPages({ ...place, templates: ["birthday"] })).toBe(version);
  expect((await readDocument()).pages).toEqual(pages);
});

test("the first owner is invited into the company that is there, until it has somebody", async () => {
  const url = await provisioning.inviteFirstOwner(enrolment.tenantId);
  const token = new URL(url ?? "").searchParams.get("token");
  const person = { email: "chi@huong.example", name: "Chi", password: PASSWORD, language: "vi" };
  const owner = app.browser();
  const first = await owner.ask("POST", "/api/v1/first-sign-in", { token, ...person });
  expect(first.body).toMatchObject({
    tenantId: enrolment.tenantId,
    tenants: [{ name: "Cà phê Sông Hương", role: "owner" }],
  });
  expect(await provisioning.inviteFirstOwner(enrolment.tenantId)).toBeNull();
  expect(
    (await app.browser().ask("POST", "/api/v1/first-sign-in", { token, ...person })).status,
  ).toBe(404);
});
