import { createPrivateKey } from "node:crypto";
import {
  BOX_API,
  CALLS_THROUGH_HEADER,
  ENROL_PATH,
  KEY_IS_OLD_HEADER,
  NEXT_KEY_PATH,
  proveKey,
} from "@foyer/contract";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  type BoxCall,
  type Enrolled,
  enrolByCode,
  makeKey,
  readPublic,
  signBoxCall,
  writeEnrolRequest,
} from "../../../test/box-calls.ts";
import {
  openTestSite,
  speakAsBox,
  type TestSite,
  type TestStaff,
} from "../../../test/open-test-site.ts";

type Offer = { enrolmentCode: string; cloudUrl: string; expiresAt: string };
type Added = { box: { id: string; enrolledAt: string | null }; offer: Offer };

const DAY = 24 * 60 * 60;
const PULL = `${BOX_API.pull}?settings=0&wait=0`;

let site: TestSite;
let staff: TestStaff;
let branchId: string;

beforeAll(async () => {
  site = await openTestSite();
});
beforeEach(async () => {
  staff = await site.addOwner();
  branchId = (await staff.addBranch()).id;
});
afterAll(() => site?.close());

const addBox = async () => {
  const path = `/api/v1/branches/${branchId}/boxes`;
  return (await staff.request("POST", path, { name: "Box" })).body as Added;
};
const enrolNew = async () => enrolByCode(site.origin, (await addBox()).offer.enrolmentCode);
const enrolAs = async (code: string, boxKey: string) => {
  const answer = await fetch(`${site.origin}${ENROL_PATH}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(writeEnrolRequest(code, boxKey)),
  });
  return { status: answer.status, body: await answer.json() };
};
const call = async (
  boxKey: string,
  { number, target = PULL }: { number?: number; target?: string } = {},
) => {
  const numbered = number === undefined ? {} : { number };
  const headers = signBoxCall(boxKey, { method: "GET", target, ...numbered });
  const { status, headers: given } = await fetch(`${site.origin}${target}`, { headers });
  return { status, through: given.get(CALLS_THROUGH_HEADER), isOld: given.has(KEY_IS_OLD_HEADER) };
};
const send = async (signed: Record<string, string>, { target, content }: BoxCall) => {
  const headers = { ...signed, "content-type": "application/json" };
  const answer = await fetch(`${site.origin}${target}`, {
    ...{ method: "POST", headers },
    ...(content === undefined ? {} : { body: content.toString() }),
  });
  return answer.status;
};

describe("enrolling", () => {
  test("a code makes whoever brings it with a key of their own the box, and only then", async () => {
    const { box, offer } = await addBox();
    expect(box.enrolledAt).toBeNull();
    const enrolled = await enrolByCode(offer.cloudUrl, offer.enrolmentCode.toLowerCase());
    expect(enrolled).toMatchObject({ ...{ tenantId: staff.tenantId, branchId }, boxId: box.id });
    expect((await call(enrolled.boxKey)).status).toBe(200);
    expect((await call(makeKey())).status).toBe(401);
  });

  test("the same key gets its answer again, another gets none by a code that was used", async () => {
    const { offer } = await addBox();
    const boxKey = makeKey();
    const first = await enrolAs(offer.enrolmentCode, boxKey);
    expect((await call(boxKey)).status).toBe(200);
    expect(await enrolAs(offer.enrolmentCode, boxKey)).toEqual(first);
    expect((await enrolAs(offer.enrolmentCode, makeKey())).status).toBe(404);
    expect((await call(boxKey)).status).toBe(200);
  });

  test("of two that bring one code at once, one is the box", async () => {
    const { offer } = await addBox();
    const keys = Array.from({ length: 8 }, makeKey);
    const answers = await Promise.all(keys.map((key) => enrolAs(offer.enrolmentCode, key)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(404)]);
    const calls = await Promise.all(keys.map((key) => call(key)));
    expect(calls.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test("a code is good for seven days, and ends when a newer one is made or the box is removed", async () => {
    const late = await addBox();
    site.passSeconds(7 * DAY + 1);
    expect((await enrolAs(late.offer.enrolmentCode, makeKey())).status).toBe(404);
    const { box, offer } = await addBox();
    const path = `/api/v1/branches/${branchId}/boxes/${box.id}`;
    const newer = (await staff.request("POST", `${path}/enrolment`)).body as Offer;
    expect((await enrolAs(offer.enrolmentCode, makeKey())).status).toBe(404);
    await staff.request("DELETE", path);
    expect((await enrolAs(newer.enrolmentCode, makeKey())).status).toBe(404);
    expect((await staff.request("POST", `${path}/enrolment`)).status).toBe(404);
  });

  test("a key that is not proved to be one's own is refused, and leaves the code good", async () => {
    const { offer } = await addBox();
    const [own, other] = [makeKey(), makeKey()];
    const stolen = { ...writeEnrolRequest(offer.enrolmentCode, own), publicKey: readPublic(other) };
    const answer = await fetch(`${site.origin}${ENROL_PATH}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(stolen),
    });
    expect(answer.status).toBe(400);
    expect((await enrolAs(offer.enrolmentCode, own)).status).toBe(200);
  });

  test("a viewer makes no code, nor does another company for this one's box", async () => {
    const { box } = await addBox();
    const path = `/api/v1/branches/${branchId}/boxes/${box.id}/enrolment`;
    expect((await (await site.addViewer(staff)).request("POST", path)).status).toBe(403);
    expect((await (await site.addOwner("Other")).request("POST", path)).status).toBe(404);
  });

  test("neither code nor key stands in any answer of the staff API", async () => {
    const { offer } = await addBox();
    const { boxKey } = await enrolByCode(site.origin, offer.enrolmentCode);
    const seen = JSON.stringify(await staff.get("/api/v1/branches"));
    for (const secret of [offer.enrolmentCode, readPublic(boxKey)])
      expect(seen).not.toContain(secret);
  });
});

describe("a call", () => {
  let box: Enrolled;
  beforeEach(async () => {
    box = await enrolNew();
  });

  test("is taken once: sent again as it was, it is refused and says where to go on", async () => {
    expect(await call(box.boxKey, { number: 1000 })).toMatchObject({ status: 200 });
    expect(await call(box.boxKey, { number: 1000 })).toMatchObject({
      status: 401,
      through: "1000",
    });
    expect(await call(box.boxKey, { number: 1001 })).toMatchObject({ status: 200, through: null });
  });

  test("of one call sent eight times at once one is taken", async () => {
    const headers = signBoxCall(box.boxKey, { method: "GET", target: PULL, number: 5 });
    const all = Array.from({ length: 8 }, () => fetch(`${site.origin}${PULL}`, { headers }));
    const statuses = (await Promise.all(all)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 401)).toHaveLength(7);
  });

  test("RFC 4303 §3.4.3: calls that overtake each other are each taken once, up to 60 behind", async () => {
    const order = [100, 103, 101, 161, 102, 104, 160];
    for (const number of order) expect((await call(box.boxKey, { number })).status).toBe(200);
    for (const number of order) expect((await call(box.boxKey, { number })).status).toBe(401);
    // 101 is 60 below the highest, 100 was taken, and below that nothing is remembered.
    expect(await call(box.boxKey, { number: 99 })).toMatchObject({ status: 401, through: "161" });
    expect((await call(box.boxKey, { number: 105 })).status).toBe(200);
    expect((await call(box.boxKey, { number: 2 ** 40 })).status).toBe(200);
    expect((await call(box.boxKey, { number: 162 })).status).toBe(401);
  });

  test("that was changed on its way is refused: its query, its path, its content", async () => {
    const signed = signBoxCall(box.boxKey, { method: "GET", target: PULL });
    const other = `${BOX_API.pull}?settings=0&wait=0&guests=0`;
    expect((await fetch(`${site.origin}${other}`, { headers: signed })).status).toBe(401);
    const report = { method: "POST", target: BOX_API.settingsReport } as const;
    const content = JSON.stringify({ version: 1, outcome: "applied" });
    const changed = content.replace("1", "2");
    const sign = () => signBoxCall(box.boxKey, { ...report, content });
    expect(await send(sign(), { ...report, content: changed })).toBe(401);
    expect(await send(sign(), { ...report, target: BOX_API.events, content })).toBe(401);
    const { "content-digest": _digest, ...bare } = sign();
    expect(await send(bare, { ...report, content })).toBe(401);
    expect(await send(sign(), { ...report, content })).toBe(204);
  });

  test("whose content nobody reads, since it is of no known kind, is refused and ends nothing", async () => {
    const content = "not what was signed";
    const target = BOX_API.events;
    const signed = signBoxCall(box.boxKey, { method: "POST", target, content: "other" });
    const headers = { ...signed, "content-type": "application/x-unknown" };
    const answer = await fetch(`${site.origin}${target}`, {
      method: "POST",
      headers,
      body: content,
    });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect((await call(box.boxKey)).status).toBe(200);
  });

  test("that another key signed again under this key's name is refused", async () => {
    const signed = signBoxCall(box.boxKey, { method: "GET", target: PULL });
    const thief = signBoxCall(makeKey(), { method: "GET", target: PULL });
    const mixed = { ...signed, signature: thief.signature as string };
    expect((await fetch(`${site.origin}${PULL}`, { headers: mixed })).status).toBe(401);
  });

  test.each([
    ["nothing", {}],
    ["a bearer", { authorization: `Bearer ${"A".repeat(43)}` }],
    ["half a signature", { signature: "foyer=:AAAA:" }],
  ])("that is signed by %s is refused as unauthorized", async (_name, headers) => {
    const answer = await fetch(`${site.origin}${PULL}`, { headers });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ code: "unauthorized" });
  });

  test("is no session of staff, nor is a session a box's call", async () => {
    const target = "/api/v1/branches";
    const headers = signBoxCall(box.boxKey, { method: "GET", target });
    expect((await fetch(`${site.origin}${target}`, { headers })).status).toBe(401);
    expect((await staff.request("GET", PULL)).status).toBe(401);
  });

  test("of a box that was removed is refused at once, also one that was signed before", async () => {
    const headers = signBoxCall(box.boxKey, { method: "GET", target: PULL });
    await staff.request("DELETE", `/api/v1/branches/${branchId}/boxes/${box.boxId}`);
    expect((await fetch(`${site.origin}${PULL}`, { headers })).status).toBe(401);
    expect((await call(box.boxKey)).status).toBe(401);
  });
});

describe("a box's next key", () => {
  const tell = async (box: Enrolled, next: string, boxId = box.boxId) => {
    const proof = proveKey({ kind: "next-key", boxId }, createPrivateKey(next));
    const content = JSON.stringify({ publicKey: readPublic(next), proof });
    const told = { method: "POST", target: NEXT_KEY_PATH, content } as const;
    return await send(signBoxCall(box.boxKey, told), told);
  };

  test("is asked for when the key is 90 days old", async () => {
    const box = await enrolNew();
    site.passSeconds(89 * DAY);
    expect(await call(box.boxKey)).toMatchObject({ status: 200, isOld: false });
    site.passSeconds(2 * DAY);
    expect(await call(box.boxKey)).toMatchObject({ status: 200, isOld: true });
  });

  test("is good beside the one before until it is used, and alone from then on", async () => {
    const box = await enrolNew();
    const next = makeKey();
    expect(await tell(box, next)).toBe(204);
    // Told again, for an answer was lost.
    expect(await tell(box, next)).toBe(204);
    expect((await call(box.boxKey)).status).toBe(200);
    expect(await call(next)).toMatchObject({ status: 200, isOld: false });
    expect((await call(box.boxKey)).status).toBe(401);
    expect((await call(next)).status).toBe(200);
  });

  test("gives way to another that was told before it was used", async () => {
    const box = await enrolNew();
    const [first, second] = [makeKey(), makeKey()];
    await tell(box, first);
    await tell(box, second);
    expect((await call(first)).status).toBe(401);
    expect((await call(second)).status).toBe(200);
  });

  test("is refused where it is not proved for this box", async () => {
    const [box, other] = [await enrolNew(), await enrolNew()];
    expect(await tell(box, makeKey(), other.boxId)).toBe(400);
  });

  /** The keys of a box are put back to those of a back-up. */
  const backUp = async ({ boxId }: Enrolled) => {
    const name = `saved_${boxId.replaceAll("-", "")}`;
    const rows = `select * from directory.box_keys where box_id = '${boxId}'`;
    await site.asAdministrator(`create table directory.${name} as ${rows}`, []);
    return async () => {
      await site.asAdministrator(`delete from directory.box_keys where box_id = $1`, [boxId]);
      await site.asAdministrator(
        `insert into directory.box_keys select * from directory.${name}`,
        [],
      );
    };
  };

  test("that a restored cloud has not heard of is told anew under the one before, which ends again", async () => {
    const box = await enrolNew();
    const next = makeKey();
    await call(box.boxKey);
    const restore = await backUp(box);
    await tell(box, next);
    expect((await call(next)).status).toBe(200);
    await restore();
    expect((await call(next)).status).toBe(401);
    expect(await tell(box, next)).toBe(204);
    expect((await call(next)).status).toBe(200);
    // Whoever took the old key from the box has nothing of it.
    expect((await call(box.boxKey)).status).toBe(401);
    expect(await tell(box, makeKey())).toBe(401);
  });

  test("is told under no key of a box that was removed, whichever it is", async () => {
    const box = await enrolNew();
    const next = makeKey();
    await tell(box, next);
    await call(next);
    const path = `/api/v1/branches/${branchId}/boxes/${box.boxId}`;
    await staff.request("DELETE", path);
    for (const boxKey of [box.boxKey, next]) {
      expect(await tell({ ...box, boxKey }, makeKey())).toBe(401);
      expect(await tell({ ...box, boxKey }, next)).toBe(401);
    }
    expect((await call(next)).status).toBe(401);
  });

  test("ends with its box", async () => {
    const box = await enrolNew();
    const next = makeKey();
    await tell(box, next);
    await staff.request("DELETE", `/api/v1/branches/${branchId}/boxes/${box.boxId}`);
    expect((await call(next)).status).toBe(401);
  });
});

describe("one box", () => {
  test("reads neither another branch's settings nor its commands, whatever it asks for", async () => {
    const box = await enrolNew();
    const elsewhere = await staff.addBranch({ name: "Elsewhere" });
    for (const more of [`&branch=${elsewhere.id}`, `&branchId=${elsewhere.id}`, "&guests=0"]) {
      const target = `${PULL}${more}`;
      const headers = signBoxCall(box.boxKey, { method: "GET", target });
      const body = await (await fetch(`${site.origin}${target}`, { headers })).text();
      expect(body).toContain(branchId);
      expect(body).not.toContain(elsewhere.id);
    }
  });

  test("writes nothing into another branch: what it says of one is set aside unread", async () => {
    const elsewhere = await staff.addBranch({ name: "Elsewhere" });
    const other = await staff.addBox(elsewhere.id);
    const mine = speakAsBox(site.origin, await enrolNew());
    const reply = await mine.push([
      {
        ...other.write("box.started", { release: "9.9.9", settingsVersion: 1 }),
        epoch: mine.epoch,
      },
    ]);
    expect(reply.setAside).toHaveLength(1);
    const path = "box.started";
    expect(await site.listEvents(staff.tenantId, path)).toEqual([]);
  });
});
