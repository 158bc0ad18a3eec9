import { randomBytes } from "node:crypto";
import {
  type EventEnvelope,
  makeX25519,
  nameSealingKey,
  openEventSealer,
  type SealingKey,
} from "@foyer/contract";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  type EnrolledBox,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "../../../test/open-test-site.ts";
import { newId } from "../../platform/clock.ts";
import { SEALING_KEY_DAYS } from "../branches/index.ts";

const DAY = 24 * 60 * 60;

let site: TestSite;
let staff: TestStaff;
let box: EnrolledBox;

beforeAll(async () => {
  site = await openTestSite({ startsAt: new Date() });
});
beforeEach(async () => {
  staff = await site.addOwner();
  box = await staff.addBox((await staff.addBranch()).id);
});
afterAll(() => site?.close());

const askForKey = async (held: string, from = box) =>
  (await from.pull({ sealingKey: held }))?.sealingKey;
const getKey = async (from = box) => (await askForKey("", from)) as SealingKey;

function seal(key: SealingKey, events: readonly EventEnvelope[]): EventEnvelope[] {
  const sealer = openEventSealer(key);
  return events.map((event) => {
    const { payload, sealed } = sealer.seal(event);
    return { ...event, payload, ...(sealed ? { sealed } : {}) };
  });
}

const countPersonal = (phone: string) => site.countPersonal(box.tenantId, phone);

test("a box is told a key once, and one that knows of none is told none", async () => {
  const key = await getKey();
  expect(key.id).toBe(nameSealingKey(key.publicKey));
  expect(await askForKey(key.id)).toBeUndefined();
  expect(await box.pull()).not.toHaveProperty("sealingKey");
  const other = await staff.addBox((await staff.addBranch({ name: "Tây Hồ" })).id);
  expect(await getKey(other)).toEqual(key);
});

test("boxes that ask at once are told one key, whose private half is in the database sealed alone", async () => {
  const told = await Promise.all([1, 2, 3, 4].map(() => getKey()));
  expect(new Set(told.map(({ id }) => id)).size).toBe(1);
  const [row, ...others] = await site.readAsAdministrator<{ private_key: Buffer }>(
    "select private_key from sealing_keys where tenant_id = $1",
    [box.tenantId],
  );
  expect(others).toEqual([]);
  // PKCS #8 of an X25519 key begins so in base64 (RFC 8410 §7).
  expect(row?.private_key.toString("latin1")).not.toContain("MC4CAQAwBQYDK2Vu");
});

test("what a box sealed is opened at the door: the log has it as if it had come in the open", async () => {
  const phone = "+84900000701";
  const { events } = box.signIn({ phone, name: "Lan", at: site.now() });
  const reply = await box.push(seal(await getKey(), events));
  expect(reply).toMatchObject({ setAside: [], acknowledged: [{ from: 1, to: 3 }] });
  expect(await countPersonal(phone)).toBe(1);
  // The same once more, in the open: it is the same event.
  expect(await box.push(events)).toMatchObject({
    setAside: [],
    acknowledged: [{ from: 1, to: 3 }],
  });
  expect(await countPersonal(phone)).toBe(1);
});

test("after ninety days boxes are told another key, and what was sealed to the old one opens", async () => {
  const old = await getKey();
  const { events } = box.signIn({ phone: "+84900000702", at: site.now() });
  const sealed = seal(old, events);
  site.passSeconds(SEALING_KEY_DAYS * DAY - 60);
  expect(await askForKey(old.id)).toBeUndefined();
  site.passSeconds(120);
  const next = await askForKey(old.id);
  expect(next?.id).not.toBe(old.id);
  expect(await askForKey(next?.id ?? "")).toBeUndefined();
  expect(await box.push(sealed)).toMatchObject({ setAside: [] });
  expect(await countPersonal("+84900000702")).toBe(1);
});

test("what no key opens is set aside with the key's name, for staff to see; the rest goes in", async () => {
  const made = makeX25519();
  const strange = { id: nameSealingKey(made.publicKey), publicKey: made.publicKey };
  const { events } = box.signIn({ phone: "+84900000703", at: site.now() });
  const [seen, registered, verified] = events as [EventEnvelope, EventEnvelope, EventEnvelope];
  const [lost] = seal(strange, [verified]);
  const reply = await box.push([...seal(await getKey(), [seen]), registered, lost]);
  const reason = `sealed: no key here opens it (key ${strange.id})`;
  expect(reply.setAside).toEqual([{ seq: 3, reason }]);
  expect(reply.acknowledged).toMatchObject([{ from: 1, to: 3 }]);
  expect(await staff.get("/api/v1/unread-events")).toMatchObject({
    unreadEvents: [{ boxId: box.boxId, seq: 3, reason }],
  });
  const kept = await site.readAsAdministrator<{ body: string }>(
    "select body from set_aside_events where tenant_id = $1",
    [box.tenantId],
  );
  // Whoever finds the key again can open it still.
  expect(JSON.parse(kept[0]?.body ?? "")).toEqual(lost);
});

test("once the key is back, what was sealed to it is read again: into the log once, and out of the unread", async () => {
  const key = await getKey();
  const [{ private_key: half } = { private_key: Buffer.of() }] = await site.readAsAdministrator<{
    private_key: Buffer;
  }>("select private_key from sealing_keys where tenant_id = $1", [box.tenantId]);
  const keep = (privateKey: Buffer) =>
    site.asAdministrator("update sealing_keys set private_key = $2 where tenant_id = $1", [
      ...[box.tenantId, privateKey],
    ]);
  const phone = "+84900000709";
  const { events } = box.signIn({ phone, name: "Lan", at: site.now() });
  const strange = { ...(events[0] as EventEnvelope), occurredAt: "once", seq: 4, id: newId() };
  await keep(randomBytes(half.length));
  await box.push([...seal(key, events), strange]);
  const unread = () => staff.get<{ total: number }>("/api/v1/unread-events");
  const readAgain = async (body: object = {}) =>
    (await staff.request("POST", "/api/v1/unread-events/read-again", body)).body;
  expect(await unread()).toMatchObject({ total: 4 });
  expect(await readAgain()).toEqual({ read: 0, unread: 4, after: null });
  await keep(half);
  expect(await readAgain()).toEqual({ read: 3, unread: 1, after: null });
  expect(await unread()).toMatchObject({ total: 1 });
  expect(await countPersonal(phone)).toBe(1);
  // Sent once more by a box that heard no answer: held, and nobody twice.
  expect(await box.push(seal(key, events))).toMatchObject({ setAside: [] });
  expect(await readAgain()).toEqual({ read: 0, unread: 1, after: null });
  expect(await countPersonal(phone)).toBe(1);
  const viewer = await site.addViewer(staff);
  const refused = await viewer.request("POST", "/api/v1/unread-events/read-again", {});
  expect(refused.status).toBe(403);
});

test("where the cloud's own key was lost, boxes are told another one and what opens no more is set aside", async () => {
  const lost = await getKey();
  await site.asAdministrator(
    "update sealing_keys set private_key = sha256(private_key) where tenant_id = $1",
    [box.tenantId],
  );
  const next = await askForKey(lost.id);
  expect(next?.id).not.toBe(lost.id);
  expect(await askForKey(next?.id ?? "")).toBeUndefined();
  const { events } = box.signIn({ phone: "+84900000706", at: site.now() });
  const [seen, ...others] = events as [EventEnvelope, ...EventEnvelope[]];
  const reply = await box.push([...seal(lost, [seen]), ...seal(next as SealingKey, others)]);
  expect(reply.setAside).toEqual([{ seq: 1, reason: expect.stringContaining(lost.id) }]);
});

test("a sealed event opens for its own box alone, and not in another company", async () => {
  const key = await getKey();
  const { events } = box.signIn({ phone: "+84900000704", at: site.now() });
  const stolen = seal(key, events);
  const neighbour = await staff.addBox((await staff.addBranch({ name: "Tây Hồ" })).id);
  const stranger = await site.addOwner();
  const elsewhere = await stranger.addBox((await stranger.addBranch()).id);
  for (const other of [neighbour, elsewhere]) {
    const { tenantId, branchId, boxId, epoch } = other;
    const claimed = stolen.map((event) => ({ ...event, tenantId, branchId, boxId, epoch }));
    const { setAside } = await other.push(claimed);
    const withPersonal = stolen.filter(({ sealed }) => sealed).map(({ seq }) => seq);
    expect(setAside.map(({ seq }) => seq)).toEqual(withPersonal);
  }
});

test("what was changed on the way, or is no sealing at all, is set aside", async () => {
  const { events } = box.signIn({ phone: "+84900000705", at: site.now() });
  const [seen, , verified] = seal(await getKey(), events) as [
    EventEnvelope,
    EventEnvelope,
    EventEnvelope,
  ];
  const swapped = { ...verified, sealed: seen.sealed };
  const broken = { ...seen, sealed: { key: "?", encapsulated: "", fields: {} } };
  const { setAside } = await box.push([broken, swapped]);
  expect(setAside.map(({ seq, reason }) => [seq, reason.split(":")[0]])).toEqual([
    [1, "envelope"],
    [3, "sealed"],
  ]);
});
