import { gunzipSync, gzipSync } from "node:zlib";
import { BOX_API, BOX_COMMAND_KINDS, type BoxCommand } from "@foyer/contract";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  type EnrolledBox,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "../../../test/open-test-site.ts";
import { newId } from "../../platform/clock.ts";
import { BOX_COMMAND_SECONDS, LOG_KEPT_DAYS } from "./rules.ts";
import type { CommandReply } from "./schema.ts";

let site: TestSite;
let staff: TestStaff;
let box: EnrolledBox;

beforeAll(async () => {
  site = await openTestSite();
});
beforeEach(async () => {
  staff = await site.addOwner();
  box = await staff.addBox((await staff.addBranch()).id);
});
afterAll(() => site?.close());

const pathOf = ({ branchId, boxId } = box) =>
  `/api/v1/branches/${branchId}/boxes/${boxId}/commands`;
async function order(kind: string, to = box): Promise<string> {
  const { status, body } = await staff.request("POST", pathOf(to), { kind });
  expect(status).toBe(202);
  return (body as { id: string }).id;
}
const list = async (of = box) =>
  (await staff.get<{ commands: CommandReply[] }>(pathOf(of))).commands;
const pulled = async (from = box, boxCommands = 0): Promise<BoxCommand[]> =>
  (await from.pull({ settings: 99, guests: 1e9, boxCommands }))?.boxCommands ?? [];
const answer = (commandId: string, outcome: string, from = box) =>
  from.call(BOX_API.commandAnswers, {
    answers: [{ commandId, outcome, finishedAt: site.now().toISOString() }],
  });

test("an order goes to its box alone, once, and its answer stands beside it", async () => {
  const other = await staff.addBox(box.branchId);
  const id = await order("box.refresh");
  const [command] = await pulled();
  expect(command).toMatchObject({ id, kind: "box.refresh" });
  expect(await pulled(box, command?.position)).toEqual([]);
  expect(await pulled(other)).toEqual([]);
  expect(await list()).toMatchObject([{ id, state: "waiting", outcome: null }]);
  expect((await answer(id, "done")).status).toBe(204);
  expect((await answer(id, "expired")).status, "told again").toBe(204);
  expect(await list()).toMatchObject([{ id, state: "answered", outcome: "done" }]);
  expect(await list(other)).toEqual([]);
});

test("whatever the contract says a box may be asked for can be ordered", async () => {
  const ids: string[] = [];
  for (const kind of BOX_COMMAND_KINDS) ids.push(await order(kind));
  expect((await pulled()).map(({ id, kind }) => [id, kind])).toEqual(
    BOX_COMMAND_KINDS.map((kind, index) => [ids[index], kind]),
  );
});

test("a box of an older release is told of no such order, and its pull goes on", async () => {
  await order("box.refresh");
  const pull = await box.pull({ settings: 0 });
  expect(pull?.boxCommands ?? []).toEqual([]);
});

test("one that no box has heard of in time lapses, and says so", async () => {
  await order("guests.unblock");
  site.passSeconds(BOX_COMMAND_SECONDS);
  expect(await pulled()).toEqual([]);
  expect(await list()).toMatchObject([{ state: "no-answer", outcome: null }]);
});

test("later orders have higher positions, above all that a box held before a restore", async () => {
  await order("box.refresh");
  await order("box.upgrade");
  const [first, second] = await pulled();
  expect(second?.position).toBeGreaterThan(first?.position ?? 0);
  expect(first?.position).toBeGreaterThanOrEqual(site.startedAt.getTime());
});

test("orders reach a box that holds a higher position, of a cloud whose clock was ahead before a restore", async () => {
  const done = await order("box.refresh");
  expect((await answer(done, "done")).status).toBe(204);
  const held = site.now().getTime() + 5 * 24 * 60 * 60 * 1000;
  const waiting = await order("guests.unblock");
  expect(await pulled(box, held)).toMatchObject([{ id: waiting, position: held + 1 }]);
  expect(await pulled(box, held + 1)).toEqual([]);
  const later = await order("box.upgrade");
  expect(await pulled(box, held + 1)).toMatchObject([{ id: later, position: held + 2 }]);
});

test("a box that says again and again that it is ahead moves its orders a few times, and beyond all clocks never", async () => {
  const id = await order("box.refresh");
  expect(await pulled(box, Number.MAX_SAFE_INTEGER)).toEqual([]);
  const [told] = await pulled();
  for (let lie = 1; lie <= 8; lie += 1) await pulled(box, (told?.position ?? 0) + 1000 * lie);
  expect(await pulled()).toMatchObject([{ id, position: (told?.position ?? 0) + 3001 }]);
});

test("logs come down for the order that asked for them, for some days, to nobody else", async () => {
  const lines = '{"msg":"sync agent started"}\n';
  const packed = gzipSync(lines).toString("base64");
  const id = await order("box.send-logs");
  const refresh = await order("box.refresh");
  const send = (commandId: string, from = box, bytes = packed) =>
    from.call(BOX_API.logs, { commandId, packed: bytes });
  expect((await send(id)).status).toBe(204);
  expect((await send(refresh)).status).toBe(400);
  expect((await send(newId())).status).toBe(400);
  expect((await send(id, box, "AAAA")).status, "not gzip").toBe(400);
  const [newest, asked] = await list();
  expect([newest?.hasLog, asked?.hasLog]).toEqual([false, true]);
  const path = `${pathOf()}/${id}/log`;
  const log = await staff.download(path);
  expect(log.status).toBe(200);
  expect(gunzipSync(log.bytes).toString()).toBe(lines);
  const viewer = await site.addViewer(staff);
  expect((await viewer.request("GET", path)).status).toBe(403);
  const strangers = await site.addOwner("Other");
  expect((await strangers.request("GET", path)).status).toBe(404);
  site.passSeconds(LOG_KEPT_DAYS * 24 * 60 * 60 + 1);
  expect((await staff.request("GET", path)).status).not.toBe(200);
});

test("nobody orders what there is not, at a box of another company, or without the right to change", async () => {
  expect((await staff.request("POST", pathOf(), { kind: "box.explode" })).status).toBe(400);
  const viewer = await site.addViewer(staff);
  expect((await viewer.request("POST", pathOf(), { kind: "box.refresh" })).status).toBe(403);
  expect((await viewer.request("GET", pathOf())).status).toBe(200);
  const strangers = await site.addOwner("Other");
  for (const method of ["GET", "POST"])
    expect(
      (
        await strangers.request(
          method,
          pathOf(),
          method === "POST" ? { kind: "box.refresh" } : undefined,
        )
      ).status,
    ).toBe(404);
});
