import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openTestApp, type TestApp } from "../../../test/open-test-app.ts";
import { NAS_ID } from "../../../test/test-box.ts";
import { openWebhookPlace, type WebhookPlace } from "../../../test/webhook-place.ts";
import { newId } from "../../platform/clock.ts";
import { purgeMessages } from "./delivery-queries.ts";

const HOUR = 3600;
const DAY = 24 * HOUR;

let site: TestApp;
let place: WebhookPlace;
beforeAll(async () => {
  site = await openTestApp({ privateGateways: true });
});
beforeEach(async () => {
  place = await openWebhookPlace(site);
  return () => place.receiver.close();
});
afterAll(() => site?.close());

describe("somebody's data", () => {
  const ordered = (customerId: string, guestId: string, deviceId: string) => {
    const asked = { requestId: newId(), guestId, deviceId, nasId: NAS_ID, language: "vi" } as const;
    return { customerId, event: place.box.write("guest.deletion-requested", asked, place.now(1)) };
  };

  test("who was forgotten goes to nobody any more but that they were, and none of it stays", async () => {
    const { id } = await place.add();
    place.receiver.answer(({ body }) => ({ status: 500, text: `cannot take ${body}` }));
    const { customerId, guestId, deviceId, phone } = await place.addGuest();
    await place.send(id);
    const counted = () =>
      place.query<{ count: number }>(
        `select ((select count(*) from webhook_messages m where tenant_id = $1
            and position('${phone}' in to_jsonb(m)::text) > 0)
          + (select count(*) from webhook_deliveries d where tenant_id = $1
            and position('${phone}' in to_jsonb(d)::text) > 0)
          + (select count(*) from webhook_attempts a where tenant_id = $1
            and (position('${phone}' in to_jsonb(a)::text) > 0
              or position('Tuyết Lan' in to_jsonb(a)::text) > 0)))::integer as count`,
      );
    // Neither what is to be sent nor what is said back of it is kept.
    expect(await counted()).toEqual([{ count: 0 }]);
    const { event } = ordered(customerId, guestId, deviceId);
    await place.push([event]);
    place.receiver.received.length = 0;
    place.receiver.answer(() => ({ status: 200 }));
    site.passSeconds(HOUR);
    await place.send(id);
    expect(place.receiver.received.map(({ message }) => [message.type, message.data])).toEqual([
      ["customer.erased", { customerId }],
    ]);
    const { deliveries } = await place.list(id, "&state=withheld");
    expect(deliveries).toMatchObject([{ type: "customer.created", reason: "erased" }]);
    const [created] = deliveries;
    const messageId = created?.messageId ?? "";
    expect((await place.detail(id, messageId)).tries).toMatchObject([{ response: null }]);
    // Nor does a replay bring them back.
    await place.ask("POST", `/${id}/deliveries/${messageId}/replay`);
    await place.send(id);
    expect(place.receiver.received).toHaveLength(1);
  });

  test("who asked that it is not used is withheld until they may be told of again", async () => {
    const { id } = await place.add();
    const { customerId, guestId, deviceId } = await place.addGuest();
    const path = `/api/v1/customers/${customerId}/requests`;
    const asked = await place.owner.ask<{ id: string }>("POST", path, { kind: "restriction" });
    expect(asked.status, JSON.stringify(asked.body)).toBe(201);
    const outcome = `${path}/${asked.body.id}/outcome`;
    const answered = await place.owner.ask("POST", outcome, { outcome: "done" });
    expect(answered.status, JSON.stringify(answered.body)).toBeLessThan(300);
    await site.follow(place.tenantId);
    const visit = place.box.visit({ guestId, deviceId, startedAt: place.now(), endedAt: null });
    await place.push(visit.events);
    await place.send(id);
    expect(place.typesOf()).toEqual(["customer.restricted"]);
    const withheld = (await place.list(id, "&state=withheld")).deliveries;
    expect(withheld.map(({ type, reason }) => `${type} ${reason}`).toSorted()).toEqual([
      "customer.created restricted",
      "visit.started restricted",
    ]);
    await place.owner.ask("POST", `/api/v1/customers/${customerId}/lift-restriction`);
    await site.follow(place.tenantId);
    await place.send(id);
    expect(place.typesOf().toSorted()).toEqual([
      ...["customer.restricted", "customer.unrestricted", "customer.updated"],
    ]);
  });

  test("goes after thirty days with what became of it", async () => {
    const { id } = await place.add(["customer.created"]);
    await place.addGuest();
    await place.send(id);
    const purge = () =>
      site.database.inTenant(place.tenantId, (tx) =>
        purgeMessages(tx, { before: place.now(-30 * DAY), limit: 10 }),
      );
    expect(await purge()).toBe(0);
    site.passSeconds(30 * DAY + 1);
    expect(await purge()).toBe(1);
    expect(await place.query("select 1 from webhook_attempts where tenant_id = $1")).toEqual([]);
    expect(await place.query("select 1 from webhook_deliveries where tenant_id = $1")).toEqual([]);
  });

  test("goes with the endpoint, but for what another is told", async () => {
    const [one, other] = [await place.add(), await place.add(["customer.created"])];
    const { guestId, deviceId } = await place.addGuest();
    const visit = { guestId, deviceId, startedAt: place.now(), endedAt: null };
    await place.push(place.box.visit(visit).events);
    await place.ask("DELETE", `/${one.id}`);
    const left = () =>
      place.query<{ type: string }>("select type from webhook_messages where tenant_id = $1");
    expect(await left()).toEqual([{ type: "customer.created" }]);
    await place.send(one.id);
    await place.send(other.id);
    expect(place.typesOf()).toEqual(["customer.created"]);
    await place.ask("DELETE", `/${other.id}`);
    expect(await left()).toEqual([]);
  });
});
