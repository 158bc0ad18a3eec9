import { afterAll, beforeAll, expect, test } from "vitest";
import type { CaseReply } from "../src/features/cases/schema.ts";
import type { SharedReply } from "../src/features/surveys/schema.ts";
import { newId } from "../src/platform/clock.ts";
import { askUntil, openTestSite, type TestSite } from "./open-test-site.ts";
import {
  answer,
  type FilesPlace,
  filesOf,
  openFilesPlace,
  photograph,
} from "./survey-files-place.ts";
import { NAS_ID } from "./test-box.ts";
import { writePdf } from "./write-pdf.ts";

let site: TestSite;
let place: FilesPlace;

beforeAll(async () => {
  site = await openTestSite();
  place = await openFilesPlace(site);
});
afterAll(() => site?.close());

async function sendOne(given: Parameters<typeof answer>[2] = {}, at = place) {
  const customer = await answer(site, at, given);
  const { status } = await customer.send(await photograph());
  if (status !== 200) throw new Error(`The picture was not taken: ${status}`);
  const [file] = await filesOf(at.staff, customer);
  return { customer, fileId: file?.id ?? "" };
}

const pathOf = (fileId: string) => `/api/v1/survey-files/${fileId}`;
const share = (fileId: string, by = place.staff) => by.request("POST", `${pathOf(fileId)}/share`);

test("HM-7.3 customers send files within limits of type and size, scanned, and seen by private links alone", async () => {
  const customer = await answer(site, place);
  const script = writePdf("5 0 obj\n<< /S /JavaScript /JS (app.alert) >>\nendobj\n");
  const refused = [
    await customer.send(Buffer.from("<svg onload=alert(1)>"), { type: "image/jpeg" }),
    await customer.send(Buffer.alloc(1024 ** 2 + 1)),
    await customer.send(script, { question: "bill" }),
  ];
  expect(refused.map(({ status }) => status)).toEqual([415, 413, 422]);
  expect(await filesOf(place.staff, customer)).toEqual([]);
  for (const [bytes, question] of [
    [await photograph(), "photo"],
    [writePdf(), "bill"],
  ] as const)
    expect((await customer.send(bytes, { question })).status).toBe(200);
  const files = await filesOf(place.staff, customer);
  expect(files.map(({ kind }) => kind)).toEqual(["jpeg", "pdf"]);
  for (const { id } of files) {
    expect((await fetch(`${site.origin}${pathOf(id)}`)).status).toBe(401);
    expect((await place.staff.download(pathOf(id))).status).toBe(200);
    const { url } = (await share(id)).body as SharedReply;
    expect((await fetch(url)).status).toBe(200);
    expect((await fetch(url.replace(/.{40}$/, "A".repeat(40)))).status).toBe(404);
  }
});

test("part of HM-7.3: a file is seen by whoever's rights reach its branch at that moment, and by nobody else", async () => {
  const { fileId } = await sendOne();
  const sister = await openFilesPlace(site, place.staff);
  const there = await site.addStaffOf(place.staff, [sister.branchId]);
  const here = await site.addStaffOf(place.staff, [place.branchId]);
  const without = await site.addStaffWith(place.staff, ["visits.read"]);
  const stranger = await site.addOwner("Quán Khác");
  const statusFor = async (by: typeof here) => (await by.download(pathOf(fileId))).status;
  expect(await Promise.all([place.staff, here].map(statusFor))).toEqual([200, 200]);
  expect(await Promise.all([there, stranger].map(statusFor))).toEqual([404, 404]);
  expect(await statusFor(without)).toBe(403);
  expect((await fetch(`${site.origin}${pathOf(fileId)}`)).status).toBe(401);
  expect((await share(fileId, there)).status).toBe(404);
  expect((await share(fileId, await site.addViewer(place.staff))).status).toBe(403);
});

test("whatever is in a file, nothing of it runs, and no cache keeps it", async () => {
  const { fileId } = await sendOne();
  const { body } = await share(fileId);
  const { headers } = await fetch((body as SharedReply).url);
  expect(headers.get("content-type")).toBe("image/jpeg");
  expect(headers.get("content-disposition")).toMatch(/^inline; filename="[0-9a-f]{12}\.jpg"$/);
  expect(headers.get("x-content-type-options")).toBe("nosniff");
  expect(headers.get("content-security-policy")).toContain("sandbox");
  expect(headers.get("cache-control")).toBe("no-store");
  expect(headers.get("referrer-policy")).toBe("no-referrer");
});

test("an address for others leads to the file for an hour, cannot be made or changed, and is noted", async () => {
  const { fileId } = await sendOne();
  const shared = await share(fileId);
  const { url, expiresAt } = shared.body as SharedReply;
  const minutes = (Date.parse(expiresAt) - site.now().getTime()) / 60_000;
  expect(minutes).toBeGreaterThan(59);
  expect(minutes).toBeLessThanOrEqual(60);
  expect((await fetch(url)).status).toBe(200);
  expect(url).not.toContain(fileId);
  const changed = url.replace(/.$/, (last) => (last === "A" ? "B" : "A"));
  for (const other of [changed, url.slice(0, -8), `${url.slice(0, -50)}${"A".repeat(50)}`])
    expect((await fetch(other)).status).toBe(404);
  type Log = { entries: { kind: string; recordId: string }[] };
  const noted = await place.staff.request("GET", "/api/v1/audit?limit=50");
  expect(JSON.stringify(noted.body as Log)).toContain(fileId);
  site.passSeconds(3601);
  expect((await fetch(url)).status).toBe(404);
});

test("a table of answers holds where a file is seen, and not the file", async () => {
  const { fileId } = await sendOne();
  const path = "/api/v1/survey-answers.csv?surveyId=spring&language=en";
  const { bytes } = await place.staff.download(path);
  const table = bytes.toString("utf8");
  expect(table).toContain("Show us");
  expect(table).toContain(`${site.origin}${pathOf(fileId)}`);
});

test("a case shows what was sent with its answer", async () => {
  const { customer, fileId } = await sendOne({ ratings: { stars: 1 } });
  const raised = await askUntil(
    () => place.staff.request("GET", `/api/v1/cases/${customer.answerId}`),
    ({ status }) => status === 200,
  );
  expect((raised.body as CaseReply).answer?.files).toMatchObject([{ id: fileId, kind: "jpeg" }]);
});

test("whoever is forgotten takes their pictures along: their addresses lead nowhere, nothing more is taken", async () => {
  const { customer, fileId } = await sendOne({ phone: "+84912345671" });
  const kept = await sendOne({ phone: "+84912345672" });
  const { url } = (await share(fileId)).body as SharedReply;
  const { guestId, deviceId } = customer;
  const asked = { requestId: newId(), guestId, deviceId, nasId: NAS_ID, language: "vi" } as const;
  await place.box.push([place.box.write("guest.deletion-requested", asked)]);
  const gone = await askUntil(
    () => place.staff.download(pathOf(fileId)),
    ({ status }) => status === 404,
  );
  expect(gone.status).toBe(404);
  expect((await fetch(url)).status).toBe(404);
  expect((await customer.send(await photograph())).status).toBe(410);
  expect((await place.staff.download(pathOf(kept.fileId))).status).toBe(200);
  const left = await site.readAsAdministrator<{ id: string }>(
    "select id from survey_files where answer_id = $1",
    [customer.answerId],
  );
  expect(left).toEqual([]);
});

test("a replay of the log leaves the files and finds their answers again", async () => {
  const { customer } = await sendOne();
  await place.staff.request("POST", "/api/v1/replays", { feature: "surveys" });
  const files = await askUntil(
    () => filesOf(place.staff, customer),
    (found) => found.length === 1,
  );
  expect(files).toHaveLength(1);
  expect((await customer.show()).status).toBe(200);
});

test("a box whose survey asks for files is told where, and one whose asks for none is not", async () => {
  const pulled = await place.box.pull();
  expect(pulled?.settings?.surveyFilesUrl).toBe(
    `${site.origin}/survey-files/${place.staff.tenantId}`,
  );
  const { id } = await place.staff.addBranch({ name: "Bến Thành" });
  const other = await (await place.staff.addBox(id)).pull();
  expect(other?.settings).toBeDefined();
  expect(other?.settings?.surveyFilesUrl).toBeUndefined();
});
