import { uuidv7 } from "uuidv7";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  askUntil,
  type EnrolledBox,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "../../../test/open-test-site.ts";
import { NAS_ID } from "../../../test/test-box.ts";
import type { CustomerReply } from "../customers/index.ts";
import type { ProfileLinkReply } from "./schema.ts";

let site: TestSite;
let owner: TestStaff;
let box: EnrolledBox;
let lan: string;
let guest: { guestId: string; deviceId: string };

beforeAll(async () => {
  site = await openTestSite();
});
beforeEach(async () => {
  owner = await site.addOwner("Long Linh Coffee");
  box = await owner.addBox((await owner.addBranch({ name: "Hồ Gươm" })).id);
  const { events, ...ids } = box.signIn({ phone: "+84912345678", name: "Lan <b>" });
  guest = ids;
  await box.push(events);
  const { customers } = await askUntil(
    () => owner.get<{ customers: { id: string; name: string | null }[] }>("/api/v1/customers"),
    (reply) => reply.customers[0]?.name === "Lan <b>",
  );
  lan = customers[0]?.id ?? "";
});
afterAll(() => site?.close());

const page = () => owner.get<CustomerReply>(`/api/v1/customers/${lan}`);
async function makeLink(): Promise<string> {
  const { status, body } = await owner.request("POST", `/api/v1/customers/${lan}/profile-link`);
  expect(status).toBe(201);
  return (body as ProfileLinkReply).url;
}
async function open(url: string): Promise<{ status: number; html: string; headers: Headers }> {
  const answer = await fetch(url);
  return { status: answer.status, html: await answer.text(), headers: answer.headers };
}
const send = (url: string, form: string) =>
  fetch(url, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: form,
    redirect: "manual",
  });

test("HM-3.1 a customer enters their own details by a personal link, without a password, and old values stay", async () => {
  const label = { vi: "Món ưa thích", en: "Favourite" };
  const choices = ["trà", "bánh"].map((value) => ({ value, label: { vi: value } }));
  const field = { key: "own.likes", kind: "choices", label, choices, openToCustomers: true };
  await owner.request("POST", "/api/v1/customer-fields", field);
  const url = await makeLink();
  const { status, html, headers } = await open(url);
  expect([status, headers.get("cache-control")]).toEqual([200, "no-store"]);
  expect(html).toContain("Xin chào \u2068Lan &lt;b&gt;\u2069");
  expect(html).toContain("Món ưa thích");
  expect(html).toContain("+84912345678");
  const form =
    "name=Lan+Anh&email=Lan%40example.test&birthday=--05-31&own.likes=&own.likes=b%C3%A1nh";
  const sent = await send(url, form);
  expect([sent.status, sent.headers.get("location")]).toEqual([
    303,
    expect.stringMatching(/saved=1$/),
  ]);
  const { fields } = await page();
  const said = new Map(fields.map((each) => [each.field, each]));
  expect(said.get("name")).toMatchObject({ value: "Lan Anh", givenBy: "customer" });
  expect(said.get("email")).toMatchObject({ value: "lan@example.test", givenBy: "customer" });
  expect(said.get("own.likes")?.value).toBe("bánh");
  // A number is proved at a branch: a form cannot change it.
  await send(url, "phone=%2B84999999999");
  expect((await page()).phone).toBe("+84912345678");
  const path = `/api/v1/customers/${lan}/fields/name`;
  const { values } = await owner.get<{ values: { value: string }[] }>(path);
  expect(values.map(({ value }) => value)).toEqual(["Lan Anh", "Lan <b>"]);
  expect((await open(`${url}?saved=1`)).html).toContain("Cảm ơn bạn, đã lưu.");
});

test("HM-3.2 a customer whom staff wrote down sees, corrects and completes it, and what it was stays with who said it", async () => {
  const branchId = box.branchId;
  const values = { name: "Minh", address: "12 Tràng Tiền" };
  const made = await owner.request("POST", "/api/v1/customers", { branchId, values });
  const { id } = made.body as { id: string };
  const link = await owner.request("POST", `/api/v1/customers/${id}/profile-link`);
  const { url } = link.body as ProfileLinkReply;
  const { html } = await open(url);
  for (const seen of ['value="Minh"', 'value="12 Tràng Tiền"']) expect(html).toContain(seen);
  const form = new URLSearchParams({ name: "Minh", address: "8 Hàng Bài", birthday: "1990-05-31" });
  expect((await send(url, form.toString())).status).toBe(303);
  const after = (await open(url)).html;
  for (const seen of ['value="8 Hàng Bài"', 'value="1990-05-31"']) expect(after).toContain(seen);
  const history = async (field: string) => {
    const path = `/api/v1/customers/${id}/fields/${field}`;
    type History = { values: { value: string; givenBy: string }[] };
    const { values: told } = await owner.get<History>(path);
    return told.map(({ value, givenBy }) => [value, givenBy]);
  };
  expect(await history("address")).toEqual([
    ["8 Hàng Bài", "customer"],
    ["12 Tràng Tiền", "staff"],
  ]);
  expect(await history("birthday")).toEqual([["1990-05-31", "customer"]]);
  // What was sent as it was is no word of theirs.
  expect(await history("name")).toEqual([["Minh", "staff"]]);
});

test("whoever speaks Persian reads it in Persian, from right to left, own fields and numbers with it", async () => {
  const label = { vi: "Món ưa thích", fa: "دلخواه" };
  const field = { key: "own.likes", kind: "text", label, openToCustomers: true };
  await owner.request("POST", "/api/v1/customer-fields", field);
  const url = await makeLink();
  expect((await open(url)).html).toContain('<html lang="vi" dir="ltr">');
  expect((await send(url, "language=fa")).status).toBe(303);
  const { html } = await open(url);
  expect(html).toContain('<html lang="fa" dir="rtl">');
  expect(html).toContain("سلام \u2068Lan &lt;b&gt;\u2069");
  expect(html).toContain(">دلخواه</label>");
  expect(html).toContain("\u2068+84912345678\u2069");
  expect(html).toContain('<option value="fa" selected>فارسی</option>');
  const ended = await fetch(url.slice(0, -3), { headers: { "accept-language": "fa-IR,fa;q=0.9" } });
  expect(await ended.text()).toContain('<html lang="fa" dir="rtl">');
});

test("what is not right is said at its field, and what was typed stays", async () => {
  const url = await makeLink();
  const answer = await send(url, "name=Lan+Anh&email=lan%40&birthday=");
  const html = await answer.text();
  expect(answer.status).toBe(200);
  expect(html).toContain('value="lan@" aria-invalid="true"');
  expect(html).toContain('value="Lan Anh"');
  expect((await page()).name).toBe("Lan <b>");
});

test("an address that is somebody else's already is told to nobody: it suggests", async () => {
  const branchId = box.branchId;
  const values = { name: "Minh", email: "minh@example.test" };
  await owner.request("POST", "/api/v1/customers", { branchId, values });
  const url = await makeLink();
  expect((await send(url, "email=minh%40example.test")).status).toBe(303);
  const { total } = await owner.get<{ total: number }>("/api/v1/customer-suggestions");
  expect(total).toBe(1);
});

test("what was agreed to is taken back on the page, channel by channel, and every box hears of it", async () => {
  const consent = (purpose: "marketing" | "terms" | "presence", channel?: "sms" | "zalo") =>
    box.write("consent.given", {
      ...{ consentId: uuidv7(), ...guest, nasId: NAS_ID, purpose, textVersion: 1, language: "vi" },
      ...{ textSha256: "a".repeat(64), method: "portal", ...(channel ? { channel } : {}) },
    });
  await box.push([
    ...[consent("terms"), consent("presence"), consent("marketing", "sms")],
    consent("marketing", "zalo"),
  ]);
  const acts = async () =>
    (await page()).consents.map(({ purpose, channel, given }) => [purpose, channel, given]);
  await askUntil(acts, (said) => said.length === 4);
  const url = await makeLink();
  const buttons = async () =>
    [...(await open(url)).html.matchAll(/name="take-back" value="([^"]+)"/g)].map(
      ([, what]) => what,
    );
  expect(await buttons()).toEqual(["marketing sms", "marketing zalo", "presence"]);
  const sent = await send(url, "take-back=marketing+sms");
  expect([sent.status, sent.headers.get("location")]).toEqual([
    303,
    expect.stringMatching(/taken-back=1$/),
  ]);
  // The button pressed twice, something that was never given, and the terms: nothing more.
  for (const what of ["marketing+sms", "ads", "terms", "%3Cb%3E"])
    await send(url, `take-back=${what}`);
  expect(await buttons()).toEqual(["marketing zalo", "presence"]);
  expect((await acts())[0]).toEqual(["marketing", "sms", false]);
  await send(url, "take-back=presence");
  const told = await askUntil(
    () => box.pull({ settings: 99, guests: 0, guestsPage: "start" }),
    (pulled) => pulled?.knownGuests?.guests[0]?.takenBack?.length === 2,
  );
  expect(told?.knownGuests?.guests[0]).toMatchObject({ consents: ["marketing", "terms"] });
  await owner.request("POST", `/api/v1/customers/${lan}/consents/take-back`, {
    ...{ purpose: "marketing", channel: null },
  });
  expect(await buttons()).toEqual([]);
  expect(await acts()).toHaveLength(7);
});

test("what a guest takes back on a page of the Wi-Fi is told to no box: one heard it already", async () => {
  const act = (type: "consent.given" | "consent.withdrawn") =>
    box.write(type, {
      ...{ consentId: uuidv7(), ...guest, nasId: NAS_ID, purpose: "ads", textVersion: 1 },
      ...{ language: "vi", textSha256: "a".repeat(64), method: "portal", way: "privacy-page" },
    });
  await box.push([act("consent.given"), act("consent.withdrawn")]);
  await askUntil(
    async () => (await page()).consents,
    (said) => said.some(({ purpose, given }) => purpose === "ads" && !given),
  );
  const told = await box.pull({ settings: 99, guests: 0, guestsPage: "start" });
  expect(told?.knownGuests?.guests.map(({ takenBack }) => takenBack)).toEqual([[]]);
});

test("a link ends with the next one, when it is taken back, and with the person", async () => {
  const [first, second] = [await makeLink(), await makeLink()];
  expect((await open(first)).status).toBe(404);
  expect((await open(`${second}x`)).status).toBe(404);
  expect((await open(second)).status).toBe(200);
  const path = `/api/v1/customers/${lan}/profile-link`;
  expect((await owner.request("DELETE", path)).status).toBe(204);
  expect((await open(second)).status).toBe(404);
  expect((await owner.request("DELETE", path)).status).toBe(404);
  const third = await makeLink();
  const asked = { requestId: uuidv7(), ...guest, nasId: NAS_ID, language: "vi" as const };
  await box.push([box.write("guest.deletion-requested", asked)]);
  const gone = await askUntil(
    () => open(third),
    ({ status }) => status === 404,
  );
  expect(gone.html).not.toContain("Lan");
  // The link goes with the request, the record when `customers` has read it.
  expect((await askUntil(page, ({ name }) => name === null)).name).toBeNull();
  expect((await owner.request("POST", path)).status).toBe(409);
  expect((await send(third, "name=Lan")).status).toBe(404);
});

test("a link of a record that became part of another opens that one", async () => {
  const url = await makeLink();
  const branchId = box.branchId;
  const made = await owner.request("POST", "/api/v1/customers", {
    ...{ branchId, values: { name: "Chị Lan" } },
  });
  const keptId = (made.body as { id: string }).id;
  await owner.request("POST", "/api/v1/customer-merges", { keptId, goneId: lan });
  const opened = await askUntil(
    () => open(url),
    ({ html }) => html.includes("Chị Lan"),
  );
  expect(opened.status).toBe(200);
  expect((await send(url, "name=Lan+Anh")).status).toBe(303);
  expect(await owner.get(`/api/v1/customers/${keptId}`)).toMatchObject({ name: "Lan Anh" });
  const path = `/api/v1/customers/${keptId}/profile-link`;
  expect((await owner.request("DELETE", path)).status).toBe(204);
  expect((await open(url)).status).toBe(404);
  expect((await owner.request("DELETE", path)).status).toBe(404);
});

test("a new link ends that of a record which is part of theirs by now", async () => {
  const url = await makeLink();
  const made = await owner.request("POST", "/api/v1/customers", {
    ...{ branchId: box.branchId, values: { name: "Chị Lan" } },
  });
  const keptId = (made.body as { id: string }).id;
  await owner.request("POST", "/api/v1/customer-merges", { keptId, goneId: lan });
  await askUntil(
    () => open(url),
    ({ html }) => html.includes("Chị Lan"),
  );
  const path = `/api/v1/customers/${keptId}/profile-link`;
  const next = (await owner.request("POST", path)).body as { url: string };
  expect((await open(next.url)).status).toBe(200);
  expect((await open(url)).status).toBe(404);
});

test("a viewer makes no link, and nobody makes one for another company's customer", async () => {
  const path = `/api/v1/customers/${lan}/profile-link`;
  const viewer = await site.addViewer(owner);
  expect((await viewer.request("POST", path)).status).toBe(403);
  const stranger = await site.addOwner("Another company");
  expect((await stranger.request("POST", path)).status).toBe(404);
  const kept = await makeLink();
  expect((await stranger.request("DELETE", path)).status).toBe(404);
  expect((await open(kept)).status).toBe(200);
});

test("part of HM-3.1: a field that no admin opened is neither shown nor kept, and one that is closed again neither", async () => {
  const label = { vi: "Ghi chú nội bộ", en: "Note" };
  const field = { key: "own.note", kind: "text", label };
  expect((await owner.request("POST", "/api/v1/customer-fields", field)).status).toBe(201);
  const url = await makeLink();
  const shown = async () => (await open(url)).html.includes("Ghi chú nội bộ");
  const said = async () => (await page()).fields.find((each) => each.field === "own.note")?.value;
  expect(await shown()).toBe(false);
  await send(url, "name=Lan&own.note=kh%C3%A1ch+VIP");
  expect(await said()).toBeUndefined();
  const use = (openToCustomers: boolean) =>
    owner.request("PATCH", "/api/v1/customer-fields/own.note", { openToCustomers });
  expect(await use(true)).toMatchObject({ status: 200, body: { openToCustomers: true } });
  expect(await shown()).toBe(true);
  await send(url, "name=Lan&own.note=tr%C3%A0");
  expect(await said()).toBe("trà");
  await use(false);
  expect(await shown()).toBe(false);
  await send(url, "name=Lan&own.note=kem");
  expect(await said()).toBe("trà");
});

test("a place is picked on a map without a script, kept once it is saved, and gone with the person", async () => {
  const path = `/api/v1/branches/${box.branchId}/place`;
  const put = await owner.request("PUT", path, { place: "geo:21.0285,105.8542" });
  expect(put.status).toBe(204);
  const url = await makeLink();
  const viewIn = (html: string) => /name="view" value="([^"]+)"/.exec(html)?.[1] ?? "";
  const { html } = await open(url);
  expect(viewIn(html)).toBe("21.02850,105.85420,20");
  // Two hundred metres to the north, at 20 metres a pixel, and what was typed meanwhile.
  const form = new URLSearchParams({ name: "Lan Anh", place: "", view: viewIn(html) });
  form.set("at.x", "160");
  form.set("at.y", "150");
  const tapped = await (await send(url, form.toString())).text();
  expect(tapped).toContain('value="21.03030,105.85420"');
  expect(tapped).toContain('value="Lan Anh"');
  expect((await page()).fields.some(({ field }) => field === "place")).toBe(false);
  const closer = await send(url, `map=in&place=21.0303,105.8542&view=${viewIn(tapped)}`);
  expect(viewIn(await closer.text())).toBe("21.02850,105.85420,10");
  expect((await send(url, "place=21.0303%2C105.8542")).status).toBe(303);
  const kept = (await page()).fields.find(({ field }) => field === "place");
  expect(kept).toMatchObject({ value: "21.03030,105.85420", givenBy: "customer" });
  expect(await site.countPersonal(owner.tenantId, "21.03030,105.85420")).toBe(1);
  const wrong = await (await send(url, "place=by+the+lake")).text();
  expect(wrong).toContain('value="by the lake"');
  expect(wrong).toContain("aria-invalid");
  const asked = { requestId: uuidv7(), ...guest, nasId: NAS_ID, language: "vi" as const };
  await box.push([box.write("guest.deletion-requested", asked)]);
  await askUntil(
    () => open(url),
    ({ status }) => status === 404,
  );
  expect((await page()).fields).toEqual([]);
  expect(await site.countPersonal(owner.tenantId, "21.03030,105.85420")).toBe(0);
});
