import { afterAll, beforeAll, expect, test } from "vitest";
import type { CaseReply } from "../src/features/cases/schema.ts";
import type { SharedReply } from "../src/features/surveys/schema.ts";
import { newId } from "../src/platform/clock.ts";
import { openTestSite, type TestSite } from "./open-test-site.ts";
import {
  answer,
  type FilesPlace,
  filesOf,
  openFilesPlace,
  photograph,
} from "./survey-files-place.ts";
import { writePdf } from "./write-pdf.ts";

let site: TestSite;
let place: FilesPlace;

beforeAll(async () => {
  site = await openTestSite();
  place = await openFilesPlace(site);
});
afterAll(() => site?.close());

/** Somebody's answer with a picture and a bill, in this order. */
async function sendTwo(given: Parameters<typeof answer>[2] = {}) {
  const customer = await answer(site, place, given);
  await customer.send(await photograph());
  await customer.send(writePdf(), { question: "bill" });
  const [picture, bill] = await filesOf(place.staff, customer);
  if (!picture || !bill) throw new Error("the files were not taken");
  return { customer, picture, bill };
}

const pathOf = (fileId: string) => `/api/v1/survey-files/${fileId}`;
const remove = (fileId: string, by = place.staff) => by.request("DELETE", pathOf(fileId));

test("a manager deletes one file: its bytes and addresses are gone, the other file and the answer stay", async () => {
  const { customer, picture, bill } = await sendTwo();
  const shared = await place.staff.request("POST", `${pathOf(picture.id)}/share`);
  const { url } = shared.body as SharedReply;
  expect((await fetch(url)).status).toBe(200);
  expect((await remove(picture.id)).status).toBe(204);
  expect((await place.staff.download(pathOf(picture.id))).status).toBe(404);
  expect((await fetch(url)).status).toBe(404);
  expect((await place.staff.download(pathOf(bill.id))).status).toBe(200);
  const page = await customer.show();
  expect(page.html).not.toContain(picture.id);
  expect(page.html).toContain(bill.id);
  const [left, gone, ...more] = await filesOf(place.staff, customer);
  expect([left?.id, left?.removed]).toEqual([bill.id, null]);
  const { label, byteCount, addedAt } = picture;
  expect(gone).toMatchObject({ id: picture.id, kind: "jpeg", label, byteCount, addedAt });
  expect(gone?.removed?.by).toBe("Owner");
  expect(Date.parse(gone?.removed?.at ?? "")).toBeLessThanOrEqual(site.now().getTime());
  expect(more).toEqual([]);
});

test("the case of an answer and its customer's timeline say who deleted a file", async () => {
  const { customer, picture } = await sendTwo({ phone: "+84912345671", ratings: { stars: 1 } });
  expect((await remove(picture.id)).status).toBe(204);
  const { answer: given } = await place.staff.get<CaseReply>(`/api/v1/cases/${customer.answerId}`);
  const removed = { by: "Owner", at: expect.any(String) };
  expect(given?.files).toContainEqual(expect.objectContaining({ id: picture.id, removed }));
  const list = await place.staff.get<{ customers: { id: string }[] }>("/api/v1/customers");
  const path = `/api/v1/customers/${list.customers[0]?.id}/timeline?kind=survey`;
  const { moments } = await place.staff.get<{ moments: { files: object[] }[] }>(path);
  expect(moments[0]?.files).toContainEqual(expect.objectContaining({ id: picture.id, removed }));
});

test("of two who delete the same file at once one does it, and the log has it once", async () => {
  const { customer, picture } = await sendTwo();
  const both = await Promise.all([remove(picture.id), remove(picture.id)]);
  expect(both.map(({ status }) => status).toSorted()).toEqual([204, 404]);
  expect((await remove(picture.id)).status).toBe(404);
  expect((await filesOf(place.staff, customer)).filter(({ removed }) => removed)).toHaveLength(1);
  const filter = `kind=survey-files&recordId=${customer.answerId}`;
  type Log = { entries: { before: object; after: null }[] };
  const log = await place.staff.get<Log>(`/api/v1/audit?${filter}`);
  const { id, questionId } = picture;
  expect(log.entries).toMatchObject([{ before: { id, questionId, kind: "jpeg" }, after: null }]);
});

test("nobody deletes a file whose role may not, or does not reach its branch or its company", async () => {
  const { picture } = await sendTwo();
  const sister = await openFilesPlace(site, place.staff);
  const there = await site.addStaffOf(place.staff, [sister.branchId]);
  const stranger = await site.addOwner("Quán Khác");
  for (const by of [there, stranger]) expect((await remove(picture.id, by)).status).toBe(404);
  const reader = await site.addStaffWith(place.staff, ["surveys.read", "surveys.export"]);
  for (const by of [reader, await site.addViewer(place.staff)])
    expect((await remove(picture.id, by)).status).toBe(403);
  const unsigned = await fetch(`${site.origin}${pathOf(picture.id)}`, { method: "DELETE" });
  expect([401, 403]).toContain(unsigned.status);
  expect((await remove(newId())).status).toBe(404);
  expect((await place.staff.download(pathOf(picture.id))).status).toBe(200);
  const here = await site.addStaffOf(place.staff, [place.branchId]);
  expect((await remove(picture.id, here)).status).toBe(204);
});

test("what a customer takes back themselves is nobody's deletion", async () => {
  const { customer, picture, bill } = await sendTwo();
  await customer.remove(picture.id);
  expect((await filesOf(place.staff, customer)).map(({ id, removed }) => [id, removed])).toEqual([
    [bill.id, null],
  ]);
});
