import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  askUntil,
  type EnrolledBox,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "../../../test/open-test-site.ts";
import type {
  ContactsReply,
  CustomerListReply,
  CustomerReply,
  FieldHistoryReply,
  OwnFieldsReply,
} from "./schema.ts";

let site: TestSite;
let staff: TestStaff;
let branchId: string;
let box: EnrolledBox;

beforeAll(async () => {
  site = await openTestSite();
});
beforeEach(async () => {
  staff = await site.addOwner();
  branchId = (await staff.addBranch({ name: "Hồ Gươm" })).id;
  box = await staff.addBox(branchId);
});
afterAll(() => site?.close());

type Values = Record<string, string | null>;
const add = (values: Values) => staff.request("POST", "/api/v1/customers", { branchId, values });
const made = async (values: Values) => ((await add(values)).body as { id: string }).id;
const edit = (id: string, values: Values) =>
  staff.request("PATCH", `/api/v1/customers/${id}`, { values });
const page = (id: string) => staff.get<CustomerReply>(`/api/v1/customers/${id}`);
const list = (query = "") => staff.get<CustomerListReply>(`/api/v1/customers${query}`);
const history = async (id: string, field: string) =>
  (await staff.get<FieldHistoryReply>(`/api/v1/customers/${id}/fields/${field}`)).values;
const makeField = (field: object) => staff.request("POST", "/api/v1/customer-fields", field);

describe("a customer that staff make", () => {
  test("stands in the list at once, found by name, number and code, with who said so beside each field", async () => {
    const values = { name: " Nguyễn Thị Ánh ", phone: "01212 345 678", card: "vip 0042" };
    const id = await made(values);
    expect(await page(id)).toMatchObject({
      ...{ id, kind: "person", name: "Nguyễn Thị Ánh", phone: "+84792345678", visits: 0 },
      ...{ proved: [], mergedInto: null },
      fields: [
        { field: "card", value: "vip 0042", givenBy: "staff", staffName: "Owner", branchId: null },
        { field: "name", value: "Nguyễn Thị Ánh", termsVersion: null },
        { field: "phone", value: "+84792345678" },
      ],
    });
    for (const search of ["anh nguyen", "0792345", "45678", "VIP0042", "vip 0042"])
      expect((await list(`?search=${search}`)).customers, search).toMatchObject([{ id }]);
    expect((await list("?search=01212")).total).toBe(0);
  });

  test("RP-1.1 may be a person or a company with name, address, email and phone, and has contacts", async () => {
    const told = { kind: "company", name: "Công ty Hương Sen", address: "12 Tràng Tiền, Hà Nội" };
    const id = await made({ ...told, email: "Sen@Example.test", phone: "024 3825 1234" });
    const company = await page(id);
    expect(company).toMatchObject({ kind: "company", name: "Công ty Hương Sen" });
    expect(company).toMatchObject({ email: "sen@example.test", phone: "+842438251234" });
    expect(company.fields.find(({ field }) => field === "address")?.value).toBe(told.address);
    const lan = await made({ name: "Lan" });
    const contact = `/api/v1/customers/${id}/contacts/${lan}`;
    expect((await staff.request("PUT", contact, { role: "Kế toán" })).status).toBe(204);
    const contacts = () => staff.get<ContactsReply>(`/api/v1/customers/${id}/contacts`);
    expect((await contacts()).contacts).toMatchObject([{ customerId: lan, role: "Kế toán" }]);
    const of = await staff.get<ContactsReply>(`/api/v1/customers/${lan}/contacts`);
    expect(of.companies).toMatchObject([{ customerId: id, name: "Công ty Hương Sen" }]);
    const wrong = `/api/v1/customers/${lan}/contacts/${id}`;
    expect((await staff.request("PUT", wrong, { role: "" })).status).toBe(409);
    expect((await staff.request("DELETE", contact)).status).toBe(204);
    expect((await contacts()).contacts).toEqual([]);
    expect((await staff.request("DELETE", contact)).status).toBe(404);
  });

  test("a company is no contact of its own, not even where it was made one with a contact of it", async () => {
    const id = await made({ kind: "company", name: "Công ty Hương Sen" });
    const own = `/api/v1/customers/${id}/contacts/${id.toUpperCase()}`;
    expect(await staff.request("PUT", own, { role: "Kế toán" })).toMatchObject({
      ...{ status: 400, body: { field: "/contactId" } },
    });
    const lan = await made({ name: "Lan" });
    await staff.request("PUT", `/api/v1/customers/${id}/contacts/${lan}`, { role: "Chủ" });
    const merge = { keptId: id, goneId: lan };
    const asked = await staff.request("POST", "/api/v1/customer-merges", merge);
    const { id: mergeId } = asked.body as { id: string };
    await askUntil(
      () => staff.get<{ state: string }>(`/api/v1/customer-merges/${mergeId}`),
      ({ state }) => state === "merged",
    );
    const linked = await staff.get<ContactsReply>(`/api/v1/customers/${id}/contacts`);
    expect(linked).toEqual({ contacts: [], companies: [] });
  });

  test.each([
    [{ name: "" }, "/values/name"],
    [{ phone: "12" }, "/values/phone"],
    [{ name: "Lan", email: "lan@" }, "/values/email"],
    [{ name: "Lan", birthday: "2025-02-30" }, "/values/birthday"],
    [{ name: "Lan", kind: "ghost" }, "/values/kind"],
    [{ name: "Lan", "own.none": "x" }, "/values/own.none"],
  ])("%j is refused at its field", async (values, field) => {
    expect(await add(values as Values)).toMatchObject({ status: 400, body: { field } });
    expect((await list()).total).toBe(0);
  });

  test("whose number or code another customer has is refused, and the other stays as they are", async () => {
    await made({ name: "Lan", phone: "0912345678", posId: "A1" });
    const again = await add({ name: "Minh", phone: "+84 912 345 678" });
    expect(again).toMatchObject({ status: 409, body: { field: "/values/phone" } });
    expect((await add({ name: "Minh", posId: "a1" })).status).toBe(409);
    const { customers } = await list();
    expect(customers).toMatchObject([{ name: "Lan" }]);
  });

  test("is not taken for a guest who proves the number that staff wrote down: it is suggested", async () => {
    const id = await made({ name: "Chị Lan", phone: "0912345678" });
    await box.push(box.signIn({ phone: "+84912345678", name: "Lan" }).events);
    const { customers } = await askUntil(list, ({ total }) => total === 2);
    const guest = customers.find((customer) => customer.id !== id);
    expect(guest).toMatchObject({ name: "Lan", phone: "+84912345678" });
    expect((await page(id)).phone).toBeNull();
    // The list shows her before a box is told of her: her visits and marks are counted first.
    const known = await askUntil(
      async () => (await box.pull())?.knownGuests?.guests ?? [],
      (guests) => guests.length > 0,
    );
    expect(known.map(({ customerId }) => customerId)).toEqual([guest?.id]);
  });

  test("a viewer reads, and changes nothing", async () => {
    const id = await made({ name: "Lan" });
    const viewer = await site.addViewer(staff);
    const body = { branchId, values: { name: "Minh" } };
    expect((await viewer.request("POST", "/api/v1/customers", body)).status).toBe(403);
    expect((await viewer.request("PATCH", `/api/v1/customers/${id}`, body)).status).toBe(403);
    const field = { kind: "text", label: { vi: "Ghi chú" } };
    expect((await viewer.request("POST", "/api/v1/customer-fields", field)).status).toBe(403);
    expect(await viewer.get(`/api/v1/customers/${id}`)).toMatchObject({ name: "Lan" });
  });
});

describe("a customer that is changed", () => {
  test("keeps what was said before, with who said it, and an emptied field is gone from the page alone", async () => {
    const at = new Date("2026-03-01T02:30:00.000Z");
    await box.push(box.signIn({ phone: "+84912345678", name: "Lan", at }).events);
    const { customers } = await askUntil(list, ({ customers: [one] }) => one?.name === "Lan");
    const id = customers[0]?.id ?? "";
    expect((await edit(id, { name: "Lan Anh", address: "12 Tràng Tiền" })).status).toBe(204);
    expect((await edit(id, { address: null })).status).toBe(204);
    expect(await page(id)).toMatchObject({ name: "Lan Anh", phone: "+84912345678" });
    expect((await page(id)).fields.map(({ field }) => field)).not.toContain("address");
    expect(await history(id, "name")).toMatchObject([
      { value: "Lan Anh", givenBy: "staff", staffName: "Owner", branchName: null },
      { value: "Lan", givenBy: "guest", branchName: "Hồ Gươm", termsVersion: 1 },
    ]);
    expect((await history(id, "address")).map(({ value }) => value)).toEqual(["", "12 Tràng Tiền"]);
    expect((await list("?search=lan anh")).total).toBe(1);
  });

  test("is told of with the box's next pull, and nothing is told of a change that changed nothing", async () => {
    await box.push(box.signIn({ phone: "+84912345678", name: "Lan" }).events);
    const { customers } = await askUntil(list, ({ customers: [one] }) => one?.name === "Lan");
    const id = customers[0]?.id ?? "";
    const named = async () => (await box.pull())?.knownGuests?.guests.map(({ name }) => name);
    await askUntil(named, (names) => names?.[0] === "Lan");
    await edit(id, { name: "Lan Anh" });
    expect(await askUntil(named, (names) => names?.[0] === "Lan Anh")).toEqual(["Lan Anh"]);
    const edits = () => site.listEvents(staff.tenantId, "customer.edited");
    expect(await edits()).toHaveLength(1);
    expect((await edit(id, { name: " Lan Anh" })).status).toBe(204);
    expect(await edits()).toHaveLength(1);
  });

  test("who asked to be forgotten is not written to again, and what staff wrote is gone with the rest", async () => {
    const { events, guestId, deviceId } = box.signIn({ phone: "+84912345678", name: "Lan" });
    await box.push(events);
    const { customers } = await askUntil(list, ({ customers: [one] }) => one?.name === "Lan");
    const id = customers[0]?.id ?? "";
    await edit(id, { address: "12 Tràng Tiền bí mật" });
    expect(await site.countPersonal(staff.tenantId, "bí mật")).toBe(1);
    const proved = { nasId: guestId, language: "vi" as const };
    const asked = { requestId: guestId, guestId, deviceId, ...proved };
    await box.push([box.write("guest.deletion-requested", asked)]);
    await askUntil(
      () => page(id),
      ({ requests }) => requests.length > 0,
    );
    expect((await page(id)).fields).toEqual([]);
    expect(await site.countPersonal(staff.tenantId, "bí mật")).toBe(0);
    expect((await edit(id, { name: "Lan" })).status).toBe(409);
  });
});

describe("a field of the company's own", () => {
  const label = { vi: "Cỡ giày", en: "Shoe size" };

  test("is usable at once, keeps its key when it is renamed, and is archived, never removed", async () => {
    expect(await makeField({ kind: "number", label })).toMatchObject({
      status: 201,
      body: { key: "own.co_giay", kind: "number", label, archivedAt: null },
    });
    const id = await made({ name: "Lan", "own.co_giay": "38,5" });
    const shoe = async () =>
      (await page(id)).fields.find(({ field }) => field === "own.co_giay") ?? null;
    expect(await shoe()).toMatchObject({ label, value: "38.5", givenBy: "staff" });
    const path = "/api/v1/customer-fields/own.co_giay";
    const renamed = { vi: "Size giày", en: "Shoe size" };
    await staff.request("PATCH", path, { label: renamed });
    expect(await shoe()).toMatchObject({ label: renamed, value: "38.5" });
    expect((await staff.request("PATCH", path, { archived: true })).status).toBe(200);
    expect(await shoe()).toMatchObject({ value: "38.5" });
    const { fields } = await staff.get<OwnFieldsReply>("/api/v1/customer-fields");
    expect(fields).toMatchObject([{ key: "own.co_giay", archivedAt: expect.any(String) }]);
    expect((await makeField({ kind: "text", label })).status).toBe(409);
    expect((await edit(id, { "own.co_giay": "big" })).status).toBe(400);
  });

  test("what guests told a box under its key is its value", async () => {
    await makeField({ key: "own.shoe", kind: "number", label });
    const { events, guestId, deviceId } = box.signIn({ phone: "+84912345678", name: "Lan" });
    const place = { guestId, deviceId, nasId: guestId, language: "vi" as const, termsVersion: 1 };
    const details = { own: { "own.shoe": "38.5" } };
    await box.push([...events, box.write("guest.registered", { ...place, details })]);
    const { customers } = await askUntil(list, ({ customers: [one] }) => one?.phone !== undefined);
    const id = customers[0]?.id ?? "";
    const { fields } = await askUntil(
      () => page(id),
      (customer) => customer.fields.some(({ field }) => field === "own.shoe"),
    );
    expect(fields.find(({ field }) => field === "own.shoe")).toMatchObject({
      ...{ label, value: "38.5", givenBy: "guest", branchName: "Hồ Gươm" },
    });
  });

  test("of several choices keeps those that are among them, in their order", async () => {
    const choice = (value: string) => ({ value, label: { vi: value } });
    const choices = ["tea", "coffee", "juice"].map(choice);
    expect((await makeField({ kind: "choice", label, choices: [] })).status).toBe(400);
    expect((await makeField({ kind: "text", label, choices })).status).toBe(400);
    await makeField({ key: "own.drinks", kind: "choices", label, choices });
    const id = await made({ name: "Lan", "own.drinks": "juice\ntea" });
    const { fields } = await page(id);
    expect(fields.find(({ field }) => field === "own.drinks")?.value).toBe("tea\njuice");
    expect((await edit(id, { "own.drinks": "tea\nbeer" })).status).toBe(400);
  });

  test("is searched where an admin says so, also in what was written before, and not any more after", async () => {
    const label = { vi: "Ghi chú" };
    await makeField({ key: "own.note", kind: "text", label, searchable: false });
    await makeField({ key: "own.number", kind: "number", label: { vi: "Số hộp" } });
    const values = { "own.note": "Ngồi góc vườn", "own.number": "0042" };
    const id = await made({ name: "Lan", phone: "0912 345 678", ...values });
    const other = await made({ name: "Vườn" });
    const found = async (search: string) =>
      (await list(`?search=${encodeURIComponent(search)}`)).customers.map((each) => each.id);
    expect(await found("vuon")).toEqual([other]);
    expect(await found("0042")).toEqual([]);
    const use = (key: string, searchable: boolean) =>
      staff.request("PATCH", `/api/v1/customer-fields/${key}`, { searchable });
    expect((await use("own.note", true)).status).toBe(200);
    expect((await use("own.number", true)).status).toBe(200);
    await askUntil(
      () => found("vuon goc"),
      (ids) => ids.length === 1,
    );
    expect(await found("vuon goc")).toEqual([id]);
    await askUntil(
      () => found("0042"),
      (ids) => ids.includes(id),
    );
    await use("own.note", false);
    await askUntil(
      () => found("goc"),
      (ids) => ids.length === 0,
    );
    expect(await found("0912345678")).toEqual([id]);
    await makeField({ key: "own.vegan", kind: "yes-no", label: { vi: "Chay" } });
    expect(await use("own.vegan", true)).toMatchObject({
      ...{ status: 400, body: { field: "/searchable" } },
    });
    // Another company's field is not there, nor is anybody of it found.
    const stranger = await site.addOwner();
    expect(
      (await stranger.request("PATCH", "/api/v1/customer-fields/own.note", { searchable: true }))
        .status,
    ).toBe(404);
    expect((await stranger.get<CustomerListReply>("/api/v1/customers?search=0042")).total).toBe(0);
  });
});
