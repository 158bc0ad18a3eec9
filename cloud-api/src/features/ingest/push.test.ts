import { gzipSync, zstdCompressSync } from "node:zlib";
import { BATCH_BYTES_MAX, BATCH_EVENTS_MAX, BOX_API } from "@foyer/contract";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { makeKey, signBoxCall } from "../../../test/box-calls.ts";
import {
  type EnrolledBox,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "../../../test/open-test-site.ts";

const EPOCH = "01990000-0000-7000-8000-000000000001";

let site: TestSite;
let staff: TestStaff;
let branchId: string;
let box: EnrolledBox;

beforeAll(async () => {
  site = await openTestSite();
});
beforeEach(async () => {
  staff = await site.addOwner();
  branchId = (await staff.addBranch()).id;
  box = await staff.addBox(branchId);
});
afterAll(() => site?.close());

type Post = { body: string | Buffer; encoding?: string; key?: string };

async function post({ body, encoding, key = box.boxKey }: Post) {
  const signed = signBoxCall(key, {
    ...{ method: "POST", target: BOX_API.events, content: body },
    ...(encoding === undefined ? {} : { contentEncoding: encoding }),
  });
  const answer = await fetch(`${site.origin}${BOX_API.events}`, {
    method: "POST",
    headers: { ...signed, "content-type": "application/json" },
    body: typeof body === "string" ? body : new Uint8Array(body),
  });
  return { status: answer.status, body: await answer.json() };
}

const start = (release = "0.1.0") => box.write("box.started", { release, settingsVersion: 0 });
const batch = (events: unknown[]) => JSON.stringify({ epoch: box.epoch, events });
const gzip = { encoding: "gzip" };
const zstd = { encoding: "zstd" };

test("a push is taken plain, gzipped and packed by zstd, and named what is held", async () => {
  const events = [start(), start()];
  const held = { acknowledged: [{ from: 1, to: 2 }], setAside: [] };
  expect(await post({ body: batch(events) })).toMatchObject({ status: 200, body: held });
  const packed = { body: gzipSync(batch(events)), ...gzip };
  expect(await post(packed)).toMatchObject({ status: 200, body: held });
  const smaller = { body: zstdCompressSync(batch(events)), ...zstd };
  expect(await post(smaller)).toMatchObject({ status: 200, body: held });
});

test("a key nobody was given is refused, before anything is read", async () => {
  const answer = await post({ body: "not even JSON", key: makeKey() });
  expect(answer).toMatchObject({ status: 401, body: { code: "unauthorized" } });
});

test("a box that was removed is refused from then on", async () => {
  expect(await post({ body: batch([start()]) })).toMatchObject({ status: 200 });
  await staff.request("DELETE", `/api/v1/branches/${branchId}/boxes/${box.boxId}`);
  expect(await post({ body: batch([start()]) })).toMatchObject({ status: 401 });
});

test("a batch that is too large is refused by 413, also one that swells when unpacked", async () => {
  const large = batch([start("x".repeat(BATCH_BYTES_MAX + 100_000))]);
  const packed = gzipSync(large);
  expect(packed.length).toBeLessThan(100_000);
  expect(await post({ body: packed, ...gzip })).toMatchObject({ status: 413 });
  expect(await post({ body: zstdCompressSync(large), ...zstd })).toMatchObject({ status: 413 });
  expect(await post({ body: large })).toMatchObject({ status: 413 });
});

test("as many events as the contract allows are taken, and one more is refused", async () => {
  const events = Array.from({ length: BATCH_EVENTS_MAX + 1 }, () => start());
  expect(await post({ body: batch(events.slice(1)) })).toMatchObject({ status: 200 });
  expect(await post({ body: batch(events) })).toMatchObject({ status: 400 });
});

test("a key that would poison an object is left out, and dams nothing", async () => {
  const events = [start(), start()];
  const odd = batch(events).replace('"release"', '"__proto__":{"odd":1},"release"');
  const held = { acknowledged: [{ from: 1, to: 2 }], setAside: [] };
  expect(await post({ body: odd })).toMatchObject({ status: 200, body: held });
});

test.each<[string, Omit<Post, "key">]>([
  ["text that is not JSON", { body: "<html></html>" }],
  ["JSON without events", { body: '{"epoch":"01990000-0000-7000-8000-000000000001"}' }],
  ["an epoch by its URN", { body: `{"epoch":"urn:uuid:${EPOCH}","events":[{}]}` }],
  ["an epoch that is none", { body: '{"epoch":"now","events":[{}]}' }],
  ["what is not gzip", { body: "{}", ...gzip }],
  ["what is not zstd", { body: "{}", ...zstd }],
  ["half a gzip", { body: gzipSync("{}".repeat(99)).subarray(0, 15), ...gzip }],
  ["another encoding", { body: "{}", encoding: "br" }],
])("%s is refused as invalid", async (_name, request) => {
  const answer = await post(request);
  expect(answer).toMatchObject({ status: 400, body: { code: "invalid" } });
});

test("what could not be read is seen with its reason, by its own tenant alone", async () => {
  const stranger = await site.addOwner("Other");
  await box.push([{ ...start(), payload: { release: 7 } }, start()]);
  expect(await staff.get("/api/v1/unread-events")).toMatchObject({
    unreadEvents: [
      { boxId: box.boxId, branchId, seq: 1, reason: expect.stringContaining("box.started") },
    ],
    total: 1,
  });
  expect(await stranger.get("/api/v1/unread-events")).toMatchObject({ unreadEvents: [], total: 0 });
});

test("a gap is seen with its range, by its own tenant alone, until it is filled", async () => {
  const stranger = await site.addOwner("Other");
  const [one, two, three, four] = [start(), start(), start(), start()];
  const outbox = { writtenThrough: 4, drainedThrough: 4 };
  const told = (events: unknown[], drainedThrough = 0) =>
    post({
      body: JSON.stringify({ epoch: box.epoch, events, outbox: { ...outbox, drainedThrough } }),
    });
  await told([one, four]);
  await told([], 4);
  const path = `/api/v1/box-alarms?boxId=${box.boxId}`;
  expect(await staff.get(path)).toMatchObject({
    gaps: [{ boxId: box.boxId, epoch: box.epoch, from: 2, to: 3, missing: 2, filledAt: null }],
    twins: [],
  });
  expect(await stranger.get("/api/v1/box-alarms")).toEqual({ gaps: [], twins: [] });
  await told([two, three], 4);
  expect(await staff.get(path)).toMatchObject({ gaps: [] });
  expect(await staff.get(`${path}&open=false`)).toMatchObject({
    gaps: [{ from: 2, to: 3, missing: 0, filledAt: expect.any(String) }],
  });
});
