import { setTimeout as sleep } from "node:timers/promises";
import { findGuestMarks, findSettings } from "@foyer/branch-store";
import type { AccessPolicy } from "@foyer/contract";
import { listenForOrders } from "@foyer/gateway";
import { findValue } from "@foyer/radius";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { openPolicySite, type PolicySite, SECRETS } from "./policy-site.ts";
import { askUntil, startTestCloud, type TestCloud } from "./test-cloud.ts";

const HOUR = 3600;
const VISIT_GAP_SECONDS = 60;
const id = (last: number) => `01990000-0000-7000-8000-0000000001${last}`;
const LAN = { phone: "+84900000001", mac: "AC-00-5E-00-53-01" };
const HUNG = { phone: "+84900000003", mac: "AC-00-5E-00-53-03" };
const TUAN = { phone: "+84900000005", mac: "AC-00-5E-00-53-05" };
const NGA = { phone: "+84900000004", mac: "AC-00-5E-00-53-04" };
/** The box looks at its sessions every 200 ms there. */
const SEVERAL_LOOKS_MS = 700;
/** RFC 2866 §5.10. */
const ADMIN_RESET = 6;
const MINH = { phone: "+84900000002", mac: "AC-00-5E-00-53-02" };

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await startTestCloud();
});
afterAll(() => cloud?.close());

type When = Partial<AccessPolicy["when"]>;

function policy(
  policyId: string,
  { when, ...limits }: { when: When; hours: number; up: number; down: number },
): AccessPolicy {
  return {
    id: policyId,
    name: `${limits.hours} hours`,
    when: { methods: [], visitNumberMin: null, ...when },
    sessionSeconds: limits.hours * HOUR,
    idleSeconds: null,
    uploadKbps: limits.up,
    downloadKbps: limits.down,
    sessionBytes: null,
  };
}

async function makeGroup(name: string): Promise<string> {
  return (await cloud.get<{ id: string }>("POST", "/api/v1/groups", { name })).id;
}

/** The cloud's record of a guest who has just signed in at the box. */
async function findCustomer({ phone }: { phone: string }): Promise<string> {
  type Reply = { customers: { id: string; phone: string | null }[] };
  const { customers } = await askUntil(
    () => cloud.get<Reply>("GET", "/api/v1/customers"),
    (reply) => reply.customers.some((each) => each.phone === phone),
  );
  return customers.find((each) => each.phone === phone)?.id ?? "";
}

type Move = { customerId: string; guestId: string; groupId: string };

/** Staff put the customer into the group, and the box comes to know: bench/known-guests.ts says how soon. */
async function move(branch: PolicySite, { customerId, guestId, groupId }: Move): Promise<void> {
  const path = `/api/v1/customers/${customerId}/group`;
  expect((await cloud.ask("PUT", path, { groupId })).status).toBe(200);
  const held = await branch.onBox(
    (tx) => findGuestMarks(tx, guestId).groups,
    ([group]) => group === groupId,
  );
  expect(held).toEqual([groupId]);
}

test("MC-2.6 two groups get two policies, and moving a guest to another changes the next session", async () => {
  const branch = await openPolicySite(cloud);
  const [vip, regular] = [await makeGroup("VIP"), await makeGroup("Regular")];
  await branch.savePolicies([
    policy(id(30), { when: { groups: [vip] }, hours: 8, up: 10_000, down: 50_000 }),
    policy(id(31), { when: { groups: [regular] }, hours: 2, up: 2_000, down: 8_000 }),
  ]);
  const people = await Promise.all(
    [LAN, MINH].map(async (person) => {
      const { guestId } = branch.signIn(person);
      return { ...person, guestId, customerId: await findCustomer(person) };
    }),
  );
  const [lan, minh] = people;
  if (!lan || !minh) throw new Error("nobody came");
  await move(branch, { ...lan, groupId: vip });
  await move(branch, { ...minh, groupId: regular });

  const first = await branch.arrive(lan.mac);
  const asVip = { sessionSeconds: 8 * HOUR, uploadKbps: 10_000, downloadKbps: 50_000 };
  const asRegular = { sessionSeconds: 2 * HOUR, uploadKbps: 2_000, downloadKbps: 8_000 };
  expect(first).toMatchObject(asVip);
  expect(await branch.arrive(minh.mac)).toMatchObject(asRegular);

  await move(branch, { ...lan, groupId: regular });
  await first?.leave();
  expect(await branch.arrive(lan.mac)).toMatchObject(asRegular);
});

test("part of MC-2.6: a policy for a group is for the groups below it, from when they are put there", async () => {
  const branch = await openPolicySite(cloud);
  const [gold, diamond] = [await makeGroup("Gold"), await makeGroup("Diamond")];
  const forGold = policy(id(34), { when: { groups: [gold] }, hours: 6, up: 3_000, down: 9_000 });
  await branch.savePolicies([forGold]);
  const { guestId } = branch.signIn(TUAN);
  await move(branch, { guestId, customerId: await findCustomer(TUAN), groupId: diamond });
  const before = await branch.arrive(TUAN.mac);
  expect(before).not.toBeNull();
  expect(before?.sessionSeconds).not.toBe(6 * HOUR);
  await before?.leave();

  const place = { name: "Diamond", parentId: gold };
  expect((await cloud.ask("PATCH", `/api/v1/groups/${diamond}`, place)).status).toBe(200);
  const held = await branch.onBox(
    (tx) => findGuestMarks(tx, guestId).groups,
    ({ length }) => length === 2,
  );
  expect(held).toEqual([diamond, gold]);
  const below = { sessionSeconds: 6 * HOUR, uploadKbps: 3_000, downloadKbps: 9_000 };
  expect(await branch.arrive(TUAN.mac)).toMatchObject(below);
});

test("MC-2.5 the policy sent to the box carries the up and down rate of the guest's group, and a byte cap ends the session", async () => {
  const ordered: (string | null)[] = [];
  const listener = await listenForOrders({
    ...{ host: "127.0.0.1", port: 0, secret: SECRETS.radius },
    obey: (_, request) => {
      ordered.push(findValue(request, "Acct-Session-Id"));
      return null;
    },
  });
  onTestFinished(listener.close);
  const branch = await openPolicySite(cloud, { disconnectPort: listener.port });
  const group = await makeGroup("Slow");
  const slow = policy(id(33), { when: { groups: [group] }, hours: 2, up: 512, down: 2_048 });
  await branch.savePolicies([{ ...slow, sessionBytes: 1_000_000 }]);
  const { guestId } = branch.signIn(NGA);
  await move(branch, { guestId, customerId: await findCustomer(NGA), groupId: group });

  const held = await branch.onBox(
    (tx) => findSettings(tx)?.policies.find((each) => each.id === slow.id),
    (found) => found !== undefined,
  );
  expect(held).toMatchObject({ uploadKbps: 512, downloadKbps: 2_048, sessionBytes: 1_000_000 });
  const session = await branch.arrive(NGA.mac);
  expect(session).toMatchObject({ uploadKbps: 512, downloadKbps: 2_048, sessionBytes: 1_000_000 });

  await session?.tell({ upload: 400_000, download: 599_999 });
  await sleep(SEVERAL_LOOKS_MS);
  expect(ordered).toEqual([]);
  await session?.tell({ upload: 400_000, download: 600_000 });
  await vi.waitFor(() => expect(ordered).toEqual([session?.sessionId]), 20_000);
  await session?.leave(ADMIN_RESET);
  const ended = await branch.onBox(
    (tx) => tx.sql("select cause from sessions where ended_at is not null").all(),
    (rows) => rows.length > 0,
  );
  expect(ended).toEqual([{ cause: "volume-used-up" }]);
});

test("MC-2.7 five or more visits gives two hours at the fifth visit, not the fourth", async () => {
  const branch = await openPolicySite(cloud);
  const regulars = { when: { visitNumberMin: 5 }, hours: 2, up: 5_000, down: 20_000 };
  await branch.savePolicies([policy(id(32), regulars)]);
  branch.signIn(HUNG);
  const granted: (number | null | undefined)[] = [];
  for (let visit = 1; visit <= 6; visit += 1) {
    const session = await branch.arrive(HUNG.mac);
    granted.push(session?.sessionSeconds);
    cloud.passSeconds(20);
    await session?.leave();
    // Back before the gap is over: it is still the same visit, and counts once.
    const again = await branch.arrive(HUNG.mac);
    granted.push(again?.sessionSeconds);
    cloud.passSeconds(10);
    await again?.leave();
    cloud.passSeconds(VISIT_GAP_SECONDS + 30);
    await branch.onBox(
      (tx) => tx.sql("select count(*) as open from visits where ended_at is null").get(),
      (row) => (row as { open: number }).open === 0,
    );
  }
  const four = Array.from({ length: 8 }, () => 4 * HOUR);
  expect(granted).toEqual([...four, 2 * HOUR, 2 * HOUR, 2 * HOUR, 2 * HOUR]);
});
