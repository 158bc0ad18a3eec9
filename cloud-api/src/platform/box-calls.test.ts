import { randomInt } from "node:crypto";
import { BOX_API, ENROL_PATH } from "@foyer/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeKey, signBoxCall, writeEnrolRequest } from "../../test/box-calls.ts";
import { openTestApp, type TestApp, type TestBrowser } from "../../test/open-test-app.ts";
import { REQUESTS_PER_MINUTE_MAX } from "../app.ts";

// What a key may call in a burst, what an address may without one, and under the name of one key.
const CALLS = 600;
const STRANGERS = 300;
const FORGERIES = 60;
const FLEET = 60;
const PULL = `${BOX_API.pull}?settings=0&wait=0`;
const UNKNOWN = `/api/box/v1/pictures/${"0".repeat(64)}`;

let app: TestApp;
let owner: TestBrowser;
let branchId: string;

beforeAll(async () => {
  app = await openTestApp({ startsAt: new Date("2026-11-02T03:00:00Z") });
  owner = await app.signUp();
  const place = { name: "Huế", timeZone: "Asia/Ho_Chi_Minh", country: "VN" };
  const made = await owner.ask<{ id: string }>("POST", "/api/v1/branches", {
    ...place,
    languages: ["vi"],
  });
  branchId = made.body.id;
});
afterAll(() => app?.close());

const anywhere = () => `10.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}`;

type NewBox = { boxKey: string; boxId: string };

async function addBox(): Promise<NewBox> {
  type Added = { box: { id: string }; offer: { enrolmentCode: string } };
  const path = `/api/v1/branches/${branchId}/boxes`;
  const { body } = await owner.ask<Added>("POST", path, { name: "Box" });
  const boxKey = makeKey();
  const payload = writeEnrolRequest(body.offer.enrolmentCode, boxKey);
  const url = ENROL_PATH;
  const { statusCode } = await app.app.inject({
    ...{ method: "POST", url, payload, remoteAddress: anywhere() },
  });
  expect(statusCode).toBe(200);
  return { boxKey, boxId: body.box.id };
}

const addBoxes = (count: number) => Promise.all(Array.from({ length: count }, addBox));
const addKeys = async (count: number) => (await addBoxes(count)).map(({ boxKey }) => boxKey);

async function call(
  remoteAddress: string,
  headers: Record<string, string>,
  url = UNKNOWN,
): Promise<{ status: number; retryAfter: number }> {
  const answer = await app.app.inject({ method: "GET", url, remoteAddress, headers });
  return { status: answer.statusCode, retryAfter: Number(answer.headers["retry-after"] ?? 0) };
}

const callAs = (boxKey: string, remoteAddress: string, target = UNKNOWN) =>
  call(remoteAddress, signBoxCall(boxKey, { method: "GET", target }), target);

/** As a stranger who knows the name of the key and has not the key. */
function forge(boxKey: string, remoteAddress: string) {
  const { signature = "", ...fields } = signBoxCall(boxKey, { method: "GET", target: UNKNOWN });
  const wrong = signature.replace(/:./, (start) => (start === ":A" ? ":B" : ":A"));
  return call(remoteAddress, { ...fields, signature: wrong });
}

/** Calls until the address is asked for patience. */
async function useUp(address: string): Promise<void> {
  const answers = await Promise.all(
    Array.from({ length: STRANGERS }, () => call(address, { "signature-input": "x" })),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
}

describe("calls of boxes are counted by their keys", () => {
  test("a fleet of sixty boxes is let through where staff at its address are asked for patience", async () => {
    const address = anywhere();
    const boxes = await addBoxes(FLEET);
    const ask = () => call(address, {}, "/api/v1/session");
    await Promise.all(Array.from({ length: REQUESTS_PER_MINUTE_MAX }, ask));
    expect((await ask()).status).toBe(429);
    for (let round = 0; round < 3; round += 1) {
      const answers = await Promise.all(boxes.map(({ boxKey }) => callAs(boxKey, address)));
      // The picture is not there; the box was let in.
      expect(answers.filter(({ status }) => status === 404)).toHaveLength(FLEET);
    }
  });

  test("a box that calls without end is told when to come again, and its neighbour is not", async () => {
    const address = anywhere();
    const [wild, calm] = (await addKeys(2)) as [string, string];
    for (let made = 0; made < CALLS; made += 40) {
      const answers = await Promise.all(Array.from({ length: 40 }, () => callAs(wild, address)));
      expect(answers.every(({ status }) => status === 404)).toBe(true);
    }
    expect(await callAs(wild, address)).toEqual({ status: 429, retryAfter: 1 });
    expect(await callAs(wild, anywhere()), "from elsewhere as well").toMatchObject({ status: 429 });
    expect(await callAs(calm, address)).toMatchObject({ status: 404 });
    app.passSeconds(1);
    expect(await callAs(wild, address)).toMatchObject({ status: 404 });
  });
});

describe("strangers at the address of a fleet", () => {
  test("are asked for patience, and no box there is, though it was never heard before", async () => {
    const address = anywhere();
    const boxes = await addKeys(5);
    await useUp(address);
    expect(await call(address, {})).toEqual({ status: 429, retryAfter: 1 });
    const stranger = makeKey();
    expect(await callAs(stranger, address)).toMatchObject({ status: 429 });
    const answers = await Promise.all(
      boxes.flatMap((key) => [callAs(stranger, address), callAs(key, address, PULL)]),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(boxes.length);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(boxes.length);
    expect(await callAs(stranger, anywhere())).toMatchObject({ status: 401 });
    app.passSeconds(60);
    expect(await callAs(stranger, address)).toMatchObject({ status: 401 });
  });

  test("who try signatures under a box's key are not even checked any more, and other boxes are", async () => {
    const address = anywhere();
    const [named, other] = (await addKeys(2)) as [string, string];
    for (let tried = 0; tried < FORGERIES; tried += 1)
      expect(await forge(named, address)).toMatchObject({ status: 401 });
    expect(await forge(named, address)).toEqual({ status: 429, retryAfter: 1 });
    expect(await callAs(other, address)).toMatchObject({ status: 404 });
    expect(await callAs(named, anywhere()), "the box itself elsewhere").toMatchObject({
      status: 404,
    });
  });

  test("who send a recorded call again use up nothing of what the box may call", async () => {
    const { boxKey } = await addBox();
    const recorded = signBoxCall(boxKey, { method: "GET", target: UNKNOWN });
    expect(await call(anywhere(), recorded)).toMatchObject({ status: 404 });
    const addresses = Array.from({ length: 15 }, anywhere);
    for (const address of addresses)
      for (let again = 0; again < 45; again += 1)
        expect(await call(address, recorded)).toMatchObject({ status: 401 });
    expect(await callAs(boxKey, anywhere())).toMatchObject({ status: 404 });
  });
});

test("a box whose key was taken away is refused with its next call, though the key is remembered", async () => {
  const { boxKey, boxId } = await addBox();
  expect(await callAs(boxKey, anywhere())).toMatchObject({ status: 404 });
  await owner.ask("DELETE", `/api/v1/branches/${branchId}/boxes/${boxId}`);
  expect(await callAs(boxKey, anywhere())).toMatchObject({ status: 401 });
});
