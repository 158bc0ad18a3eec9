import { createPrivateKey } from "node:crypto";
import {
  BOX_API,
  CALLS_THROUGH_HEADER,
  ENROL_PATH,
  NEXT_KEY_PATH,
  nameKey,
  type PullReply,
  proveKey,
} from "@foyer/contract";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  enrolByCode,
  makeKey,
  readPublic,
  signBoxCall,
  writeEnrolRequest,
} from "../../../test/box-calls.ts";
import { openTestSite, type TestSite, type TestStaff } from "../../../test/open-test-site.ts";

type Offer = { enrolmentCode: string };
type Added = { box: { id: string }; offer: Offer };

const PULL = `${BOX_API.pull}?settings=0&wait=0`;

let site: TestSite;
let staff: TestStaff;
let boxes: string;

beforeAll(async () => {
  site = await openTestSite();
});
beforeEach(async () => {
  staff = await site.addOwner();
  boxes = `/api/v1/branches/${(await staff.addBranch()).id}/boxes`;
});
afterAll(() => site?.close());

const addBox = async () => (await staff.request("POST", boxes, { name: "Box" })).body as Added;
const offerAgain = async (boxId: string) =>
  (await staff.request("POST", `${boxes}/${boxId}/enrolment`)).body as Offer;
const enrolAs = async ({ enrolmentCode }: Offer, boxKey: string) => {
  const answer = await fetch(`${site.origin}${ENROL_PATH}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(writeEnrolRequest(enrolmentCode, boxKey)),
  });
  return { status: answer.status, body: (await answer.json()) as { boxId?: string } };
};
const call = async (
  boxKey: string,
  { number, target = PULL }: { number?: number; target?: string } = {},
) => {
  const numbered = number === undefined ? {} : { number };
  const headers = signBoxCall(boxKey, { method: "GET", target, ...numbered });
  const { status, headers: given } = await fetch(`${site.origin}${target}`, { headers });
  return { status, through: given.get(CALLS_THROUGH_HEADER) };
};
const octetsOf = (boxKey: string) => Buffer.from(readPublic(boxKey), "base64url");
const nameOf = (boxKey: string) => Buffer.from(nameKey(octetsOf(boxKey)), "base64url");
const soon = () => new Promise((resolve) => setTimeout(resolve, 300));

describe("the number of a call", () => {
  test("that no clock gives is not taken, and the box is told where its own stand", async () => {
    const { boxKey } = await enrolByCode(site.origin, (await addBox()).offer.enrolmentCode);
    expect(await call(boxKey, { number: 2 ** 51 })).toEqual({ status: 401, through: "0" });
    expect((await call(boxKey, { number: 1000 })).status).toBe(200);
    expect(await call(boxKey, { number: 2 ** 52 })).toEqual({ status: 401, through: "1000" });
    // A clock that was set to the year 2232, the last that Linux takes.
    const late = Date.UTC(2232, 0);
    expect((await call(boxKey, { number: late })).status).toBe(200);
    expect((await call(boxKey, { number: late + 1 })).status).toBe(200);
    expect((await call(boxKey, { number: 1001 })).through).toBe(String(late + 1));
  });

  test.each([59, 60, 61, 62, 63, 64, 65])("a step of %d forgets no call", async (step) => {
    const { boxKey } = await enrolByCode(site.origin, (await addBox()).offer.enrolmentCode);
    for (const number of [1000, 1001, 1001 + step])
      expect((await call(boxKey, { number })).status).toBe(200);
    for (const number of [1000, 1001, 1001 + step])
      expect((await call(boxKey, { number })).status).toBe(401);
    expect((await call(boxKey, { number: 1000 + step })).status).toBe(200);
    expect((await call(boxKey, { number: 1000 + step })).status).toBe(401);
  });
});

describe("a key", () => {
  test("that was told while other hardware took the box's place is good for nothing", async () => {
    const { box, offer } = await addBox();
    const { boxKey } = await enrolByCode(site.origin, offer.enrolmentCode);
    const [next, other] = [makeKey(), makeKey()];
    const newer = await offerAgain(box.id);
    // The old hardware's telling is under way when the code is used.
    const enrolled = await site.holdAsAdministrator(
      "select directory.add_next_box_key($1, $2, $3, now())",
      [nameOf(boxKey), nameOf(next), octetsOf(next)],
      async () => {
        const enrolling = enrolAs(newer, other);
        await soon();
        return { enrolling };
      },
    );
    expect((await enrolled.enrolling).status).toBe(200);
    expect((await call(next)).status).toBe(401);
    expect((await call(boxKey)).status).toBe(401);
    expect((await call(other)).status).toBe(200);
  });

  test("that was enrolled while its box was removed is good for nothing", async () => {
    const { box, offer } = await addBox();
    const boxKey = makeKey();
    const code = Buffer.from(offer.enrolmentCode.replaceAll("-", ""));
    const { removing } = await site.holdAsAdministrator(
      "select directory.enrol_box(sha256($1), $2, $3, now() - interval '1 day')",
      [code, nameOf(boxKey), octetsOf(boxKey)],
      async () => {
        const removing = staff.request("DELETE", `${boxes}/${box.id}`);
        await soon();
        return { removing };
      },
    );
    expect((await removing).status).toBe(204);
    expect((await call(boxKey)).status).toBe(401);
  });

  test("that is brought with another box's code is that box's alone, and its calls stay taken", async () => {
    const [first, second] = [await addBox(), await addBox()];
    const boxKey = makeKey();
    expect((await enrolAs(first.offer, boxKey)).body.boxId).toBe(first.box.id);
    expect((await call(boxKey, { number: 500 })).status).toBe(200);
    expect((await enrolAs(second.offer, boxKey)).body.boxId).toBe(second.box.id);
    expect(await call(boxKey, { number: 500 })).toEqual({ status: 401, through: "500" });
    expect((await call(boxKey, { number: 501 })).status).toBe(200);
    // Its answer is not given again: the key is this box's no longer.
    expect((await enrolAs(first.offer, boxKey)).status).toBe(404);
  });

  test("enrolled again for its box by a newer code makes no call that came before good again", async () => {
    const { box, offer } = await addBox();
    const boxKey = makeKey();
    await enrolAs(offer, boxKey);
    expect((await call(boxKey, { number: 77 })).status).toBe(200);
    expect((await enrolAs(await offerAgain(box.id), boxKey)).status).toBe(200);
    expect((await call(boxKey, { number: 77 })).status).toBe(401);
    expect((await call(boxKey, { number: 78 })).status).toBe(200);
  });

  test("that was replaced while its pull waited is given no news", async () => {
    const { box, offer } = await addBox();
    const { boxKey } = await enrolByCode(site.origin, offer.enrolmentCode);
    // With all that there is in hand, the pull waits.
    const epoch = crypto.randomUUID();
    let [settings, guests] = [0, 0];
    const write = (wait: number) =>
      `${BOX_API.pull}?settings=${settings}&guests=${guests}&epoch=${epoch}&wait=${wait}`;
    for (;;) {
      const asked = write(1);
      const headers = signBoxCall(boxKey, { method: "GET", target: asked });
      const answer = await fetch(`${site.origin}${asked}`, { headers });
      if (answer.status === 204) break;
      const news = (await answer.json()) as PullReply;
      settings = Number(news.settings?.version ?? settings);
      guests = news.knownGuests?.position ?? guests;
    }
    const target = write(20);
    let isAnswered = false;
    const waiting = call(boxKey, { target }).finally(() => {
      isAnswered = true;
    });
    await soon();
    expect(isAnswered).toBe(false);
    expect((await enrolAs(await offerAgain(box.id), makeKey())).status).toBe(200);
    // Another box is news to every box of the branch.
    await addBox();
    expect((await waiting).status).toBe(401);
  });
});

test("of eight codes that are made for a box at once the last is good, and none is an error", async () => {
  const { box } = await addBox();
  const offers = await Promise.all(Array.from({ length: 8 }, () => offerAgain(box.id)));
  expect(offers.map(({ enrolmentCode }) => typeof enrolmentCode)).toEqual(Array(8).fill("string"));
  const answers = [];
  for (const offer of offers) answers.push((await enrolAs(offer, makeKey())).status);
  expect(answers.filter((status) => status === 200)).toHaveLength(1);
});

test("a next key told under a path written otherwise is what was signed, or nothing", async () => {
  const { offer } = await addBox();
  const { boxKey, boxId } = await enrolByCode(site.origin, offer.enrolmentCode);
  const next = makeKey();
  const proof = proveKey({ kind: "next-key", boxId }, createPrivateKey(next));
  const content = JSON.stringify({ publicKey: readPublic(next), proof });
  const told = { method: "POST", target: NEXT_KEY_PATH, content } as const;
  const send = async (path: string, headers: Record<string, string>) =>
    (
      await fetch(`${site.origin}${path}`, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: content,
      })
    ).status;
  const signed = signBoxCall(boxKey, told);
  for (const path of [
    "/api/box/v1/%6bey",
    `${NEXT_KEY_PATH}?a`,
    `${NEXT_KEY_PATH}/`,
    `/${NEXT_KEY_PATH}`,
  ])
    expect(await send(path, signed)).toBeGreaterThanOrEqual(400);
  for (const name of Object.keys(signed))
    expect(
      await send(NEXT_KEY_PATH, { ...signed, [name]: `${signed[name]}, ${signed[name]}` }),
    ).toBe(401);
  expect(await send(NEXT_KEY_PATH, signed)).toBe(204);
});
