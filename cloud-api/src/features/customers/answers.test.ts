import { uuidv7 } from "uuidv7";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  askUntil,
  type EnrolledBox,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "../../../test/open-test-site.ts";
import { NAS_ID } from "../../../test/test-box.ts";
import type { CustomerListReply, CustomerReply, RequestsReply } from "./schema.ts";

let site: TestSite;
let staff: TestStaff;
let box: EnrolledBox;
let lan: string;
let guest: { guestId: string; deviceId: string };

beforeAll(async () => {
  site = await openTestSite();
});
beforeEach(async () => {
  staff = await site.addOwner();
  box = await staff.addBox((await staff.addBranch({ name: "Hồ Gươm" })).id);
  const { events, ...ids } = box.signIn({ phone: "+84912345678", name: "Lan" });
  guest = ids;
  await box.push(events);
  const { customers } = await askUntil(
    () => staff.get<CustomerListReply>("/api/v1/customers"),
    ({ customers: [one] }) => one?.name === "Lan",
  );
  lan = customers[0]?.id ?? "";
});
afterAll(() => site?.close());

const page = () => staff.get<CustomerReply>(`/api/v1/customers/${lan}`);
const listed = (state = "open") =>
  staff.get<RequestsReply>(`/api/v1/customer-requests?state=${state}`);
const note = async (kind: string, words = "Gọi điện") => {
  const path = `/api/v1/customers/${lan}/requests`;
  return ((await staff.request("POST", path, { kind, note: words })).body as { id: string }).id;
};
const answer = (requestId: string, body: object) =>
  staff.request("POST", `/api/v1/customers/${lan}/requests/${requestId}/outcome`, body);
const knownToBox = async () =>
  (await box.pull())?.knownGuests?.guests.map(({ name }) => name) ?? [];

describe("what a customer asked staff for", () => {
  test("stands with what asked for at a box, by the day it is due, late ones first", async () => {
    const [copy, correction] = [await note("copy"), await note("correction")];
    const asked = { requestId: uuidv7(), ...guest, nasId: NAS_ID, language: "vi" as const };
    const at = new Date(Date.now() - 25 * 86_400_000);
    await box.push([box.write("guest.copy-requested", asked, at)]);
    const { requests, total, law } = await askUntil(listed, (reply) => reply.total === 3);
    expect([total, law]).toEqual([3, "vn"]);
    expect(requests.map(({ id, isLate }) => [id, isLate])).toEqual([
      [asked.requestId, true],
      [correction, false],
      [copy, false],
    ]);
    expect(requests[1]).toMatchObject({
      ...{ kind: "correction", customerId: lan, customerName: "Lan", note: "Gọi điện" },
      ...{ isNoted: true, notedBy: "Owner", outcome: null },
    });
    expect(requests[0]).toMatchObject({ isNoted: false, notedBy: null });
  });

  test("is done or refused with its reason, once, by whoever may", async () => {
    const id = await note("correction");
    expect(await answer(id, { outcome: "refused", note: " " })).toMatchObject({
      ...{ status: 400, body: { field: "/note" } },
    });
    const viewer = await site.addViewer(staff);
    const path = `/api/v1/customers/${lan}/requests`;
    expect((await viewer.request("POST", path, { kind: "copy" })).status).toBe(403);
    const outcome = { outcome: "refused", note: "Không đúng người" };
    expect((await viewer.request("POST", `${path}/${id}/outcome`, outcome)).status).toBe(403);
    expect((await answer(id, outcome)).status).toBe(204);
    expect((await answer(id, { outcome: "done" })).status).toBe(404);
    const { requests } = await listed("finished");
    expect(requests).toMatchObject([
      { id, outcome: "refused", outcomeNote: "Không đúng người", finishedBy: "Owner" },
    ]);
    expect((await listed()).total).toBe(0);
  });

  test("to be forgotten is carried out here and at every box", async () => {
    await askUntil(knownToBox, (names) => names.includes("Lan"));
    expect((await answer(await note("deletion"), { outcome: "done" })).status).toBe(204);
    const gone = await askUntil(page, ({ name }) => name === null);
    expect(gone).toMatchObject({ phone: null, fields: [], proved: [] });
    expect(gone.requests).toMatchObject([{ kind: "deletion", outcome: "done", note: null }]);
    expect(await site.countPersonal(staff.tenantId, "912345678")).toBe(0);
    const pulled = await askUntil(
      () => box.pull(),
      (reply) => reply?.knownGuests?.erasedGuestIds?.includes(guest.guestId) === true,
    );
    expect(pulled?.knownGuests?.erasedGuestIds).toContain(guest.guestId);
  });

  test("not to be used is kept, told to no box and in no segment, until it is lifted", async () => {
    await askUntil(knownToBox, (names) => names.includes("Lan"));
    const tree = { kind: "all", of: [{ kind: "field", field: "name", test: { is: "known" } }] };
    const members = async () =>
      (await staff.request("POST", "/api/v1/segments/preview", { tree })).body as {
        total: number;
      };
    expect((await members()).total).toBe(1);
    expect((await answer(await note("restriction"), { outcome: "done" })).status).toBe(204);
    expect(await page()).toMatchObject({ name: "Lan", restrictedAt: expect.any(String) });
    expect(await askUntil(knownToBox, (names) => names.length === 0)).toEqual([]);
    expect((await members()).total).toBe(0);
    const lift = `/api/v1/customers/${lan}/lift-restriction`;
    expect((await staff.request("POST", lift)).status).toBe(204);
    expect(await askUntil(knownToBox, (names) => names.includes("Lan"))).toEqual(["Lan"]);
    expect((await members()).total).toBe(1);
  });

  test("is due by the law that the company chose before it was asked for", async () => {
    const first = await note("copy");
    expect((await staff.request("PUT", "/api/v1/privacy-law", { law: "gdpr" })).status).toBe(204);
    const second = await note("copy");
    const { requests, law } = await listed();
    expect(law).toBe("gdpr");
    const byId = new Map(requests.map((request) => [request.id, request]));
    expect([byId.get(first)?.law, byId.get(second)?.law]).toEqual(["vn", "gdpr"]);
    const due = byId.get(second);
    expect(due?.answerBy).toBe(due?.finishBy);
  });
});
