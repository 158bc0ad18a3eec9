import { request } from "node:http";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DeskReply, FileReply, TakenBody } from "../src/features/answer-desk/schema.ts";
import type { AnswersReply } from "../src/features/surveys/schema.ts";
import { newId } from "../src/platform/clock.ts";
import { HOSTILE_PDFS, HOSTILE_PICTURES } from "./hostile-files.ts";
import { askUntil, openTestSite, type TestSite, type TestStaff } from "./open-test-site.ts";
import { type FilesPlace, openFilesPlace, photograph } from "./survey-files-place.ts";
import { writePdf } from "./write-pdf.ts";

let site: TestSite;
let place: FilesPlace;
let owner: TestStaff;

beforeAll(async () => {
  site = await openTestSite();
  place = await openFilesPlace(site);
  owner = place.staff;
});
afterAll(() => site?.close());

/** An answer that staff told of; its id. */
async function tell(by = owner, more: Partial<TakenBody> = {}) {
  const { staff, branches } = await by.get<DeskReply>("/api/v1/answer-desk");
  const [branch] = branches;
  const answerId = newId();
  const body: TakenBody = {
    ...{ answerId, staffId: staff.id, surveyId: "spring", version: null, how: "on-site" },
    ...{ branchId: branch?.id ?? "", language: "vi", takenAt: site.now().toISOString() },
    answers: { choices: {}, ratings: { stars: 2 }, scales: {}, dates: {}, texts: {} },
    ...more,
  };
  const { status } = await by.request("POST", "/api/v1/answer-desk/answers", body);
  expect(status).toBe(200);
  return answerId;
}
const pathOf = (answerId: string, question = "photo") =>
  `/api/v1/answer-desk/files?answerId=${answerId}&question=${question}`;
async function send(answerId: string, bytes: Buffer, { by = owner, question = "photo" } = {}) {
  const { status, body } = await by.upload(pathOf(answerId, question), bytes);
  return { status, ...(body as FileReply) };
}
async function filesOf(answerId: string) {
  const { answers } = await askUntil(
    () => owner.get<AnswersReply>("/api/v1/survey-answers?limit=200"),
    (found) => found.answers.some(({ id }) => id === answerId),
  );
  const found = answers.find(({ id }) => id === answerId);
  expect(found).toBeDefined();
  return found?.files ?? [];
}

test("part of HM-7.3: files that a guest shows at the desk stand with the answer, made anew, and the log says who sent them", async () => {
  const answerId = await tell();
  expect(await send(answerId, await photograph())).toMatchObject({ outcome: "kept", fault: null });
  expect(await send(answerId, writePdf(), { question: "bill" })).toMatchObject({ outcome: "kept" });
  const [picture, bill] = await filesOf(answerId);
  expect(picture).toMatchObject({ questionId: "photo", kind: "jpeg", width: 640, height: 480 });
  expect(bill).toMatchObject({ questionId: "bill", kind: "pdf" });
  const kept = await owner.download(`/api/v1/survey-files/${picture?.id}`);
  expect(kept.bytes.includes("Somebody at home")).toBe(false);
  const filter = `kind=answer-desk&recordId=${answerId}`;
  const log = await owner.get<{ entries: { after: object }[] }>(`/api/v1/audit?${filter}`);
  expect(log.entries.map(({ after }) => after)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ questionId: "photo", kind: "jpeg" }),
      expect.objectContaining({ questionId: "bill", kind: "pdf" }),
    ]),
  );
});

test("a file that is sent again, or several times at once, is kept once", async () => {
  const answerId = await tell();
  const picture = await photograph();
  const replies = await Promise.all([1, 2, 3].map(() => send(answerId, picture)));
  expect(replies.map(({ outcome }) => outcome).toSorted()).toEqual([
    ...["kept", "kept-before", "kept-before"],
  ]);
  expect(await send(answerId, picture)).toMatchObject({ status: 200, outcome: "kept-before" });
  expect(await filesOf(answerId)).toHaveLength(1);
});

test("a connection that breaks in the middle of a file leaves nothing of it, and the whole is taken after it", async () => {
  const answerId = await tell();
  const picture = await photograph();
  const { origin } = site;
  const { email, password } = owner;
  const signedIn = await fetch(`${origin}/api/v1/session`, {
    ...{ method: "POST", body: JSON.stringify({ email, password }) },
    headers: { origin, "content-type": "application/json" },
  });
  const [cookie = ""] = signedIn.headers.getSetCookie()[0]?.split(";") ?? [];
  const form = { "content-type": "application/octet-stream", "content-length": picture.length };
  const sending = request(origin + pathOf(answerId), {
    ...{ method: "POST", headers: { origin, cookie, ...form } },
  });
  const broken = new Promise((resolve) => sending.once("close", resolve));
  sending.on("error", () => {});
  sending.write(picture.subarray(0, 2000), () => sending.destroy());
  await broken;
  expect(await filesOf(answerId)).toEqual([]);
  expect(await send(answerId, picture)).toMatchObject({ outcome: "kept" });
  expect(await filesOf(answerId)).toHaveLength(1);
});

test("of several that come at once no more are kept than the question takes", async () => {
  const answerId = await tell();
  const pictures = await Promise.all([1, 2, 3, 4].map(() => photograph()));
  const replies = await Promise.all(pictures.map((each) => send(answerId, each)));
  expect(replies.map(({ outcome, fault }) => fault ?? outcome).toSorted()).toEqual([
    ...["full", "full", "kept", "kept"],
  ]);
  expect(await filesOf(answerId)).toHaveLength(2);
});

test.each(HOSTILE_PICTURES)("%s is refused by name, and not kept", async (_, make, fault) => {
  const answerId = await tell();
  const reply = await send(answerId, await make());
  expect(reply).toEqual({ status: 200, outcome: "refused", fault });
  expect(await filesOf(answerId)).toEqual([]);
});

test.each(HOSTILE_PDFS)("a PDF %s is refused by name", async (_, make, fault) => {
  const reply = await send(await tell(), await make(), { question: "bill" });
  expect(reply).toEqual({ status: 200, outcome: "refused", fault });
});

test("neither a picture nor a PDF is refused as such where both are taken, as is nothing and what is beyond all bounds", async () => {
  const answerId = await tell();
  const text = Buffer.from("words");
  expect(await send(answerId, text, { question: "bill" })).toMatchObject({ fault: "no-file" });
  expect((await send(answerId, Buffer.alloc(0))).status).toBe(400);
  expect((await send(answerId, Buffer.alloc(16 * 1024 ** 2 + 1))).status).toBe(400);
});

test("files are added by whoever filled the answer in, at a branch in reach, to a question that asks for them", async () => {
  const answerId = await tell();
  const picture = await photograph();
  const statusOf = async (by: TestStaff, id = answerId, question = "photo") =>
    (await send(id, picture, { by, question })).status;
  const colleague = await site.addStaffOf(owner, [place.branchId]);
  expect(await statusOf(colleague)).toBe(403);
  expect(await statusOf(await site.addViewer(owner))).toBe(403);
  const elsewhere = await owner.addBranch({ name: "Tây Hồ" });
  expect(await statusOf(await site.addStaffOf(owner, [elsewhere.id]))).toBe(404);
  expect(await statusOf(await site.addOwner("Other"))).toBe(404);
  expect(await statusOf(owner, newId())).toBe(404);
  expect(await statusOf(owner, answerId, "stars")).toBe(404);
  const unsigned = await fetch(site.origin + pathOf(answerId), { method: "POST", body: "a" });
  expect([401, 403]).toContain(unsigned.status);
  expect(await filesOf(answerId)).toEqual([]);
  const theirs = await tell(colleague);
  expect(await statusOf(colleague, theirs)).toBe(200);
  expect(await filesOf(theirs)).toHaveLength(1);
});

test("an answer takes files for thirty days after it was told, and none where it was told before there were any", async () => {
  const statusOf = async (id: string) => (await send(id, await photograph())).status;
  const change = async (how: string) => {
    const id = await tell();
    await site.asAdministrator(`update taken_answers set ${how} where id = $1`, [id]);
    return id;
  };
  const daysAgo = (days: string) => `told_at = told_at - (${days})`;
  expect(await statusOf(await change(daysAgo("interval '30 days' - interval '1 minute'")))).toBe(
    200,
  );
  expect(await statusOf(await change(daysAgo("interval '30 days'")))).toBe(404);
  expect(await statusOf(await change("answered_at = null"))).toBe(404);
});

test("of a customer who was forgotten no file is taken any more", async () => {
  const values = { name: "Lan", phone: "0912345678" };
  const { branchId } = place;
  const added = await owner.request("POST", "/api/v1/customers", { branchId, values });
  const answerId = await tell(owner, { phone: values.phone });
  const statusOf = async () => (await send(answerId, await photograph())).status;
  expect(await statusOf()).toBe(200);
  const requests = `/api/v1/customers/${(added.body as { id: string }).id}/requests`;
  const noted = await owner.request("POST", requests, { kind: "deletion", note: "Gọi điện" });
  const outcome = `${requests}/${(noted.body as { id: string }).id}/outcome`;
  expect((await owner.request("POST", outcome, { outcome: "done" })).status).toBe(204);
  const left = await askUntil(
    () => filesOf(answerId),
    (files) => files.length === 0,
  );
  expect(left).toEqual([]);
  expect(await statusOf()).toBe(404);
});

test("what clamd warns of is refused, and without its word a file waits", async () => {
  const path = join(tmpdir(), `clamd-${newId()}.sock`);
  const clamd: Server = createServer((socket) => {
    socket.on("data", (chunk: Buffer) => {
      // The empty chunk is the last.
      if (chunk.subarray(-4).equals(Buffer.alloc(4))) socket.end("stream: Foyer.Test FOUND\0");
    });
  });
  await new Promise((resolve) => clamd.listen(path, () => resolve(null)));
  const guarded = await openTestSite({ scanner: { path } });
  try {
    const { staff } = await openFilesPlace(guarded);
    const answerId = await tell(staff);
    const picture = await photograph();
    expect(await send(answerId, picture, { by: staff })).toMatchObject({ fault: "virus" });
    await new Promise((resolve) => clamd.close(resolve));
    expect((await send(answerId, picture, { by: staff })).status).toBe(429);
  } finally {
    await guarded.close();
    clamd.close();
  }
});
