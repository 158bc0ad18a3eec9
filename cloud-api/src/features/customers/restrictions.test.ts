import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openTestCloud, type TestCloud } from "../../../test/open-test-cloud.ts";
import { STAFF_ID } from "../../../test/open-test-people.ts";
import { findDifference } from "../../platform/audit-rules.ts";
import { newId } from "../../platform/clock.ts";
import { findRow, sql, type TenantTransaction } from "../../platform/db.ts";
import type { EventHandler, LogEvent, NewEvent } from "../../platform/events.ts";
import { answerHandlers, answerRequest, liftRestriction, noteAsked } from "./answers.ts";
import { addCustomer } from "./edits.ts";

let cloud: TestCloud;
let tenantId: string;
let customerId: string;
beforeAll(async () => {
  cloud = await openTestCloud({ startsAt: new Date("2026-03-01T05:00:00Z") });
});
beforeEach(async () => {
  tenantId = await cloud.addTenant();
  customerId = await cloud.database.changeTenant(tenantId, async (tx) => {
    const values = { name: "Lan" };
    const added = await addCustomer(tx, {
      ...{ branchId: newId(), country: "VN", values, staffId: STAFF_ID },
    });
    return { result: added.customerId, events: added.events };
  });
});
afterAll(() => cloud?.close());

const inTenant = <T>(work: (tx: TenantTransaction) => Promise<T>) =>
  cloud.database.inTenant(tenantId, work);

/** What staff say is written; the log is followed by the tests alone. */
const restrict = () =>
  inTenant(async (tx) => {
    const asked = { customerId, kind: "restriction", note: null, staffId: STAFF_ID } as const;
    const { requestId: id } = await noteAsked(tx, asked);
    const answer = { id, customerId, outcome: "done", note: null, staffId: STAFF_ID } as const;
    const [, restricted] = await answerRequest(tx, answer);
    return restricted as NewEvent;
  });
const lift = () =>
  inTenant(async (tx) => {
    const [lifted] = await liftRestriction(tx, { customerId, staffId: STAFF_ID });
    return lifted as NewEvent;
  });

const follow = (event: NewEvent, position: number) =>
  inTenant(async (tx) => {
    const handle = answerHandlers[event.type as keyof typeof answerHandlers];
    const met = { ...event, position, receivedAt: tx.now };
    await (handle as EventHandler<LogEvent>)(tx, met);
  });

/** What the audit log is told by a lift. */
const tellLift = () =>
  inTenant(async (tx) => {
    await liftRestriction(tx, { customerId, staffId: STAFF_ID });
    return tx.noted.map(findDifference);
  });

const find = () =>
  inTenant((tx) =>
    findRow(
      tx,
      sql<{ isRestricted: boolean; position: number }>`
        select restricted_at is not null as "isRestricted", changed_position::integer as position
        from customers where tenant_id = ${tenantId} and id = ${customerId}`,
    ),
  );

test("a restriction that was lifted before it was followed stays lifted", async () => {
  const restricted = await restrict();
  const lifted = await lift();
  await follow(restricted, 100);
  expect(await find()).toMatchObject({ isRestricted: false });
  await follow(lifted, 101);
  expect(await find()).toEqual({ isRestricted: false, position: 101 });
});

test("the audit log is told of a lift where there was a restriction alone", async () => {
  expect(await tellLift()).toEqual([null]);
  await restrict();
  expect(await tellLift()).toEqual([
    { before: { restricted: true }, after: { restricted: false } },
  ]);
  expect(await tellLift()).toEqual([null]);
});

test("a restriction stands while what was lifted before it is followed, late and twice", async () => {
  await restrict();
  const lifted = await lift();
  const restricted = await restrict();
  await follow(lifted, 101);
  expect(await find()).toMatchObject({ isRestricted: true });
  await follow(restricted, 102);
  await follow(lifted, 101);
  expect(await find()).toEqual({ isRestricted: true, position: 102 });
});
