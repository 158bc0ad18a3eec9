import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { BOX_API } from "@foyer/contract";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { signBoxCall } from "../../../test/box-calls.ts";
import {
  askUntil,
  type EnrolledBox,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "../../../test/open-test-site.ts";

/** Longer than content may take before the box's key is asked for again. */
const SLOW_SECONDS = 3;
const QUESTION = JSON.stringify({ questions: [{ phone: "+84912345678" }] });

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

async function countCalls(): Promise<number> {
  const [key] = await site.readAsAdministrator<{ highest: string }>(
    "select highest_call as highest from directory.box_keys where box_id = $1",
    [box.boxId],
  );
  return Number(key?.highest);
}

/** Asks about a guest, and sends the last of it once the call was let in and something was done. */
async function askSlowly(meanwhile: () => Promise<unknown>): Promise<number> {
  const target = BOX_API.guestQuestions;
  const signed = signBoxCall(box.boxKey, { method: "POST", target, content: QUESTION });
  const headers = { ...signed, "content-type": "application/json" };
  const before = await countCalls();
  const call = request(`${site.origin}${target}`, { method: "POST", headers });
  const answered = once(call, "response") as Promise<[IncomingMessage]>;
  call.write(QUESTION.slice(0, 5));
  expect(await askUntil(countCalls, (taken) => taken > before)).toBeGreaterThan(before);
  await meanwhile();
  call.end(QUESTION.slice(5));
  const [answer] = await answered;
  answer.resume();
  return answer.statusCode ?? 0;
}

test.each([
  ["gzip", gzipSync],
  ["zstd", zstdCompressSync],
])(
  "content in the place of what was signed is refused where it unpacks before its end: %s",
  async (contentEncoding, pack) => {
    const target = BOX_API.events;
    const write = (events: unknown[]) => pack(JSON.stringify({ epoch: box.epoch, events }));
    const content = write([]);
    const push = async (body: Buffer) => {
      const call = { method: "POST", target, content, contentEncoding } as const;
      const headers = { ...signBoxCall(box.boxKey, call), "content-type": "application/json" };
      const answer = await fetch(`${site.origin}${target}`, {
        ...{ method: "POST", headers },
        body: new Uint8Array(body),
      });
      return answer.status;
    };
    const forged = write([box.write("box.started", { release: "9.9.9", settingsVersion: 1 })]);
    expect(await push(Buffer.concat([forged, Buffer.alloc(4)]))).toBe(401);
    expect(await site.listEvents(staff.tenantId, "box.started")).toEqual([]);
    expect(await push(content)).toBe(200);
  },
);

test("a box that is removed while its call is on its way learns nothing by the rest of it", async () => {
  expect(await askSlowly(async () => site.passSeconds(SLOW_SECONDS))).toBe(200);
  const remove = async () => {
    await staff.request("DELETE", `/api/v1/branches/${box.branchId}/boxes/${box.boxId}`);
    site.passSeconds(SLOW_SECONDS);
  };
  expect(await askSlowly(remove)).toBe(401);
});
