import { uuidv7 } from "uuidv7";
import { describe, expect, test } from "vitest";
import { askUntil } from "../../../test/open-test-site.ts";
import { openTwoBranches } from "../../../test/open-two-branches.ts";
import { NAS_ID } from "../../../test/test-box.ts";
import type { CustomerListReply, CustomerReply } from "./schema.ts";

const PHONE = "+84912345678";

const company = openTwoBranches();

const list = (query = "") => company.staff.get<CustomerListReply>(`/api/v1/customers${query}`);
const page = (id: string) => company.staff.get<CustomerReply>(`/api/v1/customers/${id}`);

type Ids = { guestId: string; deviceId: string };

function ask(
  what: "copy" | "deletion",
  { guestId, deviceId }: Ids,
  from = company.box,
  at = new Date(),
) {
  const payload = {
    requestId: uuidv7(),
    guestId,
    deviceId,
    nasId: NAS_ID,
    language: "vi",
  } as const;
  return from.write(`guest.${what}-requested`, payload, at);
}

/** Waits until everything that was pushed so far was followed. */
let lastNumber = 0;
async function followed(): Promise<void> {
  lastNumber += 1;
  const phone = `+8499${String(1_000_000 + lastNumber)}`;
  await company.box.push(company.box.signIn({ phone, name: "Cuối" }).events);
  await askUntil(
    () => list(`?search=${phone.slice(3)}`),
    ({ total }) => total === 1,
  );
}

/** Lan, known at both branches, and her page's id. */
async function addLan() {
  const here = company.box.signIn({ phone: PHONE, name: "Lan" });
  const there = company.other.signIn({ phone: PHONE, name: "Lan Anh" });
  await company.box.push(here.events);
  await company.other.push(there.events);
  const { customers } = await askUntil(list, ({ total }) => total === 1);
  await followed();
  return { here, there, customerId: customers[0]?.id ?? "" };
}

describe("a copy that a guest asked for", () => {
  test("stands on their page with where, when and until when, once however often it is told", async () => {
    const { here, customerId } = await addLan();
    const event = ask("copy", here);
    await company.box.push([event]);
    await company.box.push([event]);
    await followed();
    const { requests } = await page(customerId);
    expect(requests).toMatchObject([
      { kind: "copy", branchName: "Hồ Gươm", askedAt: event.occurredAt, finishedAt: null },
    ]);
    const days = Date.parse(requests[0]?.finishBy ?? "") - Date.parse(event.occurredAt);
    expect(days).toBe(20 * 24 * 60 * 60 * 1000);
  });

  test("is handed over as a file by those who may, and then it is finished", async () => {
    const { here, customerId } = await addLan();
    await company.box.push([ask("copy", here)]);
    await followed();
    const path = `/api/v1/customers/${customerId}`;
    const viewer = await company.site.addViewer(company.staff);
    expect((await viewer.request("GET", `${path}/copy`)).status).toBe(403);
    expect(await company.staff.get<CustomerReply>(`${path}/copy`)).toMatchObject({ phone: PHONE });
    expect((await viewer.request("GET", `${path}/copy.csv`)).status).toBe(403);
    const requestId = (await page(customerId)).requests[0]?.id ?? "";
    const finish = `${path}/requests/${requestId}/finish`;
    expect((await viewer.request("POST", finish)).status).toBe(403);
    expect((await company.staff.request("POST", finish)).status).toBe(204);
    expect((await company.staff.request("POST", finish)).status).toBe(404);
    expect((await page(customerId)).requests[0]?.finishedAt).not.toBeNull();
    const stranger = await company.site.addOwner();
    expect((await stranger.request("GET", `${path}/copy`)).status).toBe(404);
  });
});

describe("a guest who asked to be forgotten", () => {
  test("is a blank customer, found by nothing, whose request and consents still stand", async () => {
    const { here, customerId } = await addLan();
    const said = { purpose: "marketing", textVersion: 1, textSha256: "a".repeat(64) } as const;
    const where = { language: "vi", method: "portal", nasId: NAS_ID, ...here } as const;
    const { events: _, ...proof } = { ...where, ...said };
    await company.box.push([
      company.box.write("consent.given", { consentId: uuidv7(), ...proof, ip: "10.10.0.92" }),
      ask("deletion", here),
    ]);
    await followed();
    const customer = await page(customerId);
    expect(customer).toMatchObject({ name: null, phone: null, email: null, fields: [] });
    expect(customer.devices).toEqual([]);
    expect(customer.requests).toMatchObject([{ kind: "deletion", branchName: "Hồ Gươm" }]);
    expect(customer.requests[0]?.finishedAt).not.toBeNull();
    expect(customer.consents).toMatchObject([{ purpose: "marketing", given: true }]);
    expect((await list("?search=Lan")).total).toBe(0);
    expect((await list("?search=0912345678")).total).toBe(0);
  });

  test("leaves nothing personal in the log, at whichever branch it was said", async () => {
    const { here } = await addLan();
    await company.box.push([ask("deletion", here)]);
    await followed();
    const told = await company.site.listEvents(company.staff.tenantId, "guest.%");
    expect(JSON.stringify(told)).not.toMatch(/Lan|912345678/);
    expect(await countPersonal("Lan")).toBe(0);
    expect(await countPersonal("912345678")).toBe(0);
  });

  test("is taken off every box: the customer, and the branch's own guest of that number", async () => {
    const { here, there, customerId } = await addLan();
    const before = await askUntil(
      () => company.other.pull({ settings: 99 }),
      (pulled) => (pulled?.knownGuests?.guests.length ?? 0) > 0,
    );
    await company.box.push([ask("deletion", here)]);
    const guests = before?.knownGuests?.position ?? 0;
    const after = await askUntil(
      () => company.other.pull({ settings: 99, guests }),
      (pulled) => (pulled?.knownGuests?.removed.length ?? 0) > 0,
    );
    expect(after?.knownGuests).toMatchObject({
      complete: false,
      removed: [customerId],
      erasedGuestIds: [there.guestId],
    });
    const own = await askUntil(
      () => company.box.pull({ settings: 99 }),
      (pulled) => (pulled?.knownGuests?.erasedGuestIds?.length ?? 0) > 0,
    );
    expect(own?.knownGuests).toMatchObject({ complete: true, erasedGuestIds: [here.guestId] });
    expect(JSON.stringify(own)).not.toContain("Lan");
  });

  test("gets no name back by what is told of them late, by this box or one that was offline", async () => {
    const { here, customerId } = await addLan();
    const early = new Date(Date.now() - 60_000);
    await company.box.push([ask("deletion", here)]);
    await followed();
    const place = { ...here, nasId: NAS_ID, language: "vi", termsVersion: 1 } as const;
    const { events: _, ...late } = place;
    await company.box.push([
      company.box.write("guest.registered", { ...late, details: { name: "Lan" } }, early),
    ]);
    const branch = await company.staff.addBox(
      (await company.staff.addBranch({ name: "Đà Lạt" })).id,
    );
    await branch.push(branch.signIn({ phone: PHONE, name: "Lan", at: early }).events);
    await followed();
    expect(await page(customerId)).toMatchObject({ name: null, phone: null });
    expect((await list("?search=Lan")).total).toBe(0);
    expect(await countPersonal("Lan")).toBe(0);
  });

  test("stays forgotten when the log is read again", async () => {
    const { here, customerId } = await addLan();
    await company.box.push([ask("deletion", here)]);
    await followed();
    const replay = await company.staff.request("POST", "/api/v1/replays", { feature: "customers" });
    expect(replay.status).toBeLessThan(300);
    await followed();
    expect(await page(customerId)).toMatchObject({ name: null, phone: null, fields: [] });
    expect((await page(customerId)).requests).toMatchObject([{ kind: "deletion" }]);
    expect((await list("?search=Lan")).total).toBe(0);
  });

  test("may come back later as somebody new, who is a customer of their own", async () => {
    const { here, customerId } = await addLan();
    await company.box.push([ask("deletion", here)]);
    await followed();
    const at = new Date(Date.now() + 60_000);
    await company.box.push(company.box.signIn({ phone: PHONE, name: "Lan", at }).events);
    await followed();
    const { customers } = await list("?search=0912345678");
    expect(customers).toMatchObject([{ name: "Lan", phone: PHONE }]);
    expect(customers[0]?.id).not.toBe(customerId);
  });

  test("of no number is forgotten by id, and asked for twice it is done once", async () => {
    const ids = { guestId: uuidv7(), deviceId: uuidv7() };
    const place = { ...ids, nasId: NAS_ID, language: "vi", termsVersion: 1 } as const;
    await company.box.push([
      company.box.write("guest.registered", { ...place, details: { name: "Ẩn danh" } }),
      ask("deletion", ids),
      ask("deletion", ids),
    ]);
    await followed();
    expect(await countPersonal("Ẩn danh")).toBe(0);
  });
});

/** Erasable rows of the tenant that hold a text. */
async function countPersonal(text: string): Promise<number> {
  return await company.site.countPersonal(company.staff.tenantId, text);
}
