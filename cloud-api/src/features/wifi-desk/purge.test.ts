import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openTestCloud, type TestCloud } from "../../../test/open-test-cloud.ts";
import { openTestPlace, type TestPlace } from "../../../test/open-test-place.ts";
import { NAS_ID } from "../../../test/test-box.ts";
import { newId } from "../../platform/clock.ts";
import { insertKeyOrder, purgeKeys } from "./key-queries.ts";
import { purgeRules } from "./purge.ts";
import { endRule, insertRule, keepTrace, purgeTraces } from "./queries.ts";
import { RULE_KEPT_DAYS, TRACE_KEPT_HOURS } from "./rules.ts";

const MAC = "AC-00-5E-00-53-01";
const HOUR = 3600;

let cloud: TestCloud;
let place: TestPlace;
beforeAll(async () => {
  cloud = await openTestCloud({ startsAt: new Date("2026-11-26T02:00:00Z") });
});
beforeEach(async () => {
  place = await openTestPlace(cloud);
});
afterAll(() => cloud?.close());

async function keepRule(mac = MAC): Promise<string> {
  const { branchId } = place.box;
  const id = newId();
  await cloud.database.inTenant(place.tenantId, (tx) =>
    insertRule(tx, {
      ...{ id, branchId, mac, kind: "block", policyId: null, reason: "Threw a chair" },
      ...{ until: null, createdBy: newId() },
    }),
  );
  return id;
}
const purge = () =>
  cloud.database.changeTenant(place.tenantId, async (tx) => {
    const { removed, events } = await purgeRules(tx, 500);
    return { result: removed, events };
  });

test("a rule that was taken away goes after thirty days, with the address in it; one in force stays", async () => {
  const ended = await keepRule();
  await keepRule("AC-00-5E-00-53-02");
  await cloud.database.inTenant(place.tenantId, (tx) =>
    endRule(tx, { branchId: place.box.branchId, ruleId: ended }),
  );
  cloud.passSeconds(RULE_KEPT_DAYS * 24 * HOUR - 60);
  expect(await purge()).toBe(0);
  cloud.passSeconds(120);
  expect(await purge()).toBe(1);
  expect(await place.query("select mac from device_rules where tenant_id = $tenant")).toEqual([
    { mac: "AC-00-5E-00-53-02" },
  ]);
});

test("the rule for a device of somebody who asked to be forgotten goes with them, at once", async () => {
  const at = cloud.clock();
  const lan = place.box.signIn({ phone: "+84912345678", name: "Lan", mac: MAC, at });
  // A visit proves whose the device is.
  const visit = place.box.visit({ ...lan, startedAt: at, endedAt: null });
  await place.push([...lan.events, ...visit.events], place.box);
  await cloud.follow(place.tenantId);
  await keepRule();
  await keepRule("AC-00-5E-00-53-02");
  const { guestId, deviceId } = lan;
  const asked = { requestId: newId(), guestId, deviceId, nasId: NAS_ID, language: "vi" } as const;
  await place.push([place.box.write("guest.deletion-requested", asked)], place.box);
  await cloud.follow(place.tenantId);
  expect(await place.query("select mac from device_rules where tenant_id = $tenant")).toEqual([
    { mac: "AC-00-5E-00-53-02" },
  ]);
});

test("a rule that is older than its guest's first visit goes with them at once, and boxes are told to let go", async () => {
  await keepRule();
  const at = cloud.clock();
  const lan = place.box.signIn({ phone: "+84912345678", name: "Lan", mac: MAC, at });
  const visit = place.box.visit({ ...lan, startedAt: at, endedAt: null });
  await place.push([...lan.events, ...visit.events], place.box);
  await cloud.follow(place.tenantId);
  // It has learned of the device without the nightly run.
  expect(
    await place.query("select device_ids from device_rules where tenant_id = $tenant"),
  ).toEqual([{ device_ids: [lan.deviceId] }]);
  const versions = () =>
    place.query("select settings_version as version from branches where tenant_id = $tenant");
  const [before] = await versions();
  const { guestId, deviceId } = lan;
  const asked = { requestId: newId(), guestId, deviceId, nasId: NAS_ID, language: "vi" } as const;
  await place.push([place.box.write("guest.deletion-requested", asked)], place.box);
  await cloud.follow(place.tenantId);
  expect(await place.query("select mac from device_rules where tenant_id = $tenant")).toEqual([]);
  expect(await versions()).toEqual([{ version: Number(before?.version) + 1 }]);
});

test("a key that has ended goes after its days, with who asked for its end; one that still opens stays", async () => {
  const { box, tenantId } = place;
  const ids = () => ({ guestId: newId(), deviceId: newId() });
  const [ended, open] = [ids(), ids()];
  const issued = [ended, open].map((each) => box.write("credential.issued", each, cloud.clock()));
  await place.push([...issued, box.write("credential.revoked", ended, cloud.clock())], box);
  await cloud.follow(tenantId);
  await cloud.database.inTenant(tenantId, (tx) =>
    insertKeyOrder(tx, {
      ...{ commandId: newId(), keyId: issued[0]?.id ?? "", branchId: box.branchId },
      ...{ staffId: newId(), expiresAt: tx.now },
    }),
  );
  const days = 30 * 24 * HOUR;
  const purgeOld = () =>
    cloud.database.inTenant(tenantId, (tx) =>
      purgeKeys(tx, { before: new Date(tx.now.getTime() - days * 1000), limit: 500 }),
    );
  cloud.passSeconds(days - 60);
  expect(await purgeOld()).toBe(0);
  cloud.passSeconds(120);
  expect(await purgeOld()).toBe(1);
  expect(await place.query("select id from member_keys where tenant_id = $tenant")).toEqual([
    { id: issued[1]?.id },
  ]);
  const orders = "select command_id from member_key_orders where tenant_id = $tenant";
  expect(await place.query(orders)).toEqual([]);
});

test("what a box answered of a phone goes after a day", async () => {
  const { branchId, boxId } = place.box;
  const keep = () =>
    cloud.database.inTenant(place.tenantId, (tx) =>
      keepTrace(tx, { commandId: newId(), boxId, branchId, notes: [], since: tx.now }),
    );
  const purgeOld = () => cloud.database.inTenant(place.tenantId, (tx) => purgeTraces(tx, 500));
  await keep();
  cloud.passSeconds(TRACE_KEPT_HOURS * HOUR - 60);
  await keep();
  expect(await purgeOld()).toBe(0);
  cloud.passSeconds(120);
  expect(await purgeOld()).toBe(1);
});
