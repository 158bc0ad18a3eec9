import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openTestApp, type TestApp } from "../../../test/open-test-app.ts";
import { openWebhookPlace, type WebhookPlace } from "../../../test/webhook-place.ts";
import { isSignedBy, openReceiver } from "../../../test/webhook-receiver.ts";
import { type OutboundAnswer, type OutboundCall, openOutbound } from "../../platform/outbound.ts";
import { deliverDue } from "./deliver.ts";

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

describe("a message that does not arrive", () => {
  test("is tried again under the same id, later each time, and not after 24 hours", async () => {
    const { id, secret } = await place.add(["customer.created"]);
    place.receiver.answer(() => ({ status: 500, text: "broken" }));
    await place.addGuest();
    let runs = 0;
    for (; (await place.look(id)).waiting > 0 && runs < 100; runs += 1) {
      await place.send(id);
      const [delivery] = (await place.list(id)).deliveries;
      if (!delivery?.nextAt) break;
      const seconds = Math.ceil((Date.parse(delivery.nextAt) - place.now().getTime()) / 1000);
      site.passSeconds(Math.max(seconds, 600));
    }
    expect(runs).toBeGreaterThan(9);
    expect(new Set(place.receiver.received.map(({ headers }) => headers["webhook-id"])).size).toBe(
      1,
    );
    const times = place.receiver.received.map(({ headers }) =>
      Number(headers["webhook-timestamp"]),
    );
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(23 * HOUR);
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeLessThan(25 * HOUR);
    expect(place.receiver.received.every((one) => isSignedBy(one, secret))).toBe(true);
    const [delivery] = (await place.list(id)).deliveries;
    expect(delivery).toMatchObject({
      state: "failed",
      status: 500,
      reason: "status",
      nextAt: null,
    });
    const { tries } = await place.detail(id, delivery?.messageId ?? "");
    expect(tries).toHaveLength(place.receiver.received.length);
    expect(tries[0]).toMatchObject({ status: 500, response: "broken" });
    site.passSeconds(DAY);
    await place.send(id);
    expect(tries).toHaveLength(place.receiver.received.length);
  });

  test("is not tried before the time its receiver names, whatever else is due", async () => {
    const { id } = await place.add(["customer.created"]);
    place.receiver.answer(() => ({ status: 429, headers: { "retry-after": "1800" } }));
    await place.addGuest();
    await place.send(id);
    await place.addGuest();
    site.passSeconds(1700);
    await place.send(id);
    expect(place.receiver.received).toHaveLength(1);
    place.receiver.answer(() => ({ status: 200 }));
    site.passSeconds(101);
    await place.send(id);
    expect(place.receiver.received).toHaveLength(3);
    expect(await place.look(id)).toMatchObject({ waiting: 0, failingSince: null });
  });

  test("does not hold up those after it where it alone is refused", async () => {
    const { id } = await place.add(["customer.created"]);
    place.receiver.answer(({ body }) => ({ status: body.includes("Poison") ? 422 : 200 }));
    await place.addGuest("Poison");
    await place.addGuest("Good");
    await place.send(id);
    const states = (await place.list(id)).deliveries.map(({ state }) => state).toSorted();
    expect(states).toEqual(["delivered", "waiting"]);
  });

  test("because the receiver is silent or sends it elsewhere, has failed, and nothing is followed", async () => {
    const target = await openReceiver();
    const { id } = await place.add(["customer.created"]);
    place.receiver.answer(() => ({ status: 302, headers: { location: target.url } }));
    await place.addGuest();
    await place.send(id);
    expect(target.received).toEqual([]);
    expect((await place.list(id)).deliveries[0]).toMatchObject({ state: "waiting", status: 302 });
    await place.receiver.close();
    site.passSeconds(10);
    await place.send(id);
    expect((await place.list(id)).deliveries[0]).toMatchObject({ status: null, reason: "unmade" });
    await target.close();
  });

  test("because it leads inside is refused before a connection is made, a name as well as an address", async () => {
    const outbound = openOutbound({ allowPrivate: false });
    const context = { ...site.jobContext, outbound };
    const port = new URL(place.receiver.url).port;
    const made = [
      await place.add(["customer.created"]),
      await place.add(["customer.created"], `http://localhost:${port}/`),
      await place.add(["customer.created"], "http://169.254.169.254/latest/meta-data/"),
      await place.add(["customer.created"], "http://[::ffff:127.0.0.1]/"),
    ];
    await place.addGuest();
    for (const { id } of made) {
      await place.send(id, context);
      expect((await place.list(id)).deliveries[0]).toMatchObject({
        status: null,
        reason: "forbidden",
      });
    }
    expect(place.receiver.received).toEqual([]);
  });

  test("since its worker died is sent by the next, under the same id", async () => {
    const { id } = await place.add(["customer.created"]);
    await place.addGuest();
    const outbound = {
      ...site.jobContext.outbound,
      call: () => Promise.reject(new Error("killed")),
    };
    await expect(place.send(id, { ...site.jobContext, outbound })).rejects.toThrow("killed");
    await place.send(id);
    expect(place.receiver.received).toEqual([]);
    site.passSeconds(61);
    await place.send(id);
    await place.send(id);
    expect(place.receiver.received).toHaveLength(1);
  });
});

describe("two workers at once", () => {
  test("send each message once", async () => {
    const { id } = await place.add(["customer.created"]);
    for (const name of ["A", "B", "C", "D"]) await place.addGuest(name);
    const where = { tenantId: place.tenantId, endpointId: id };
    await Promise.all([1, 2, 3].map(() => deliverDue(site.jobContext, where)));
    const ids = place.receiver.received.map(({ headers }) => headers["webhook-id"]);
    expect(ids).toHaveLength(4);
    expect(new Set(ids).size).toBe(4);
  });
});

describe("a slow receiver", () => {
  test("holds up nobody else, of its own company or another", async () => {
    const slow = [await place.add(), await place.add()];
    const quick = await place.add();
    await place.addGuest();
    const other = await openWebhookPlace(site);
    const abroad = await other.add();
    await other.addGuest();
    const going = Promise.withResolvers<OutboundAnswer>();
    const taken: AbortSignal[] = [];
    const call = (each: OutboundCall) => {
      taken.push(each.signal);
      return going.promise;
    };
    const context = { ...site.jobContext, outbound: { ...site.jobContext.outbound, call } };
    const waiting = place.send(slow[0]?.id ?? "", context);
    await expect.poll(() => taken.length).toBe(1);
    await place.send(quick.id);
    expect(place.receiver.received).toHaveLength(1);
    await place.addGuest();
    const more = place.send(slow[1]?.id ?? "", context);
    await expect.poll(() => taken.length).toBeGreaterThan(1);
    // Two lanes of the company are taken: the third endpoint comes back, and waits in no worker's place.
    await place.send(quick.id);
    expect(place.receiver.received).toHaveLength(1);
    const jobs = await place.query<{ later: boolean }>(
      `select job.run_at > now() - interval '1 minute' as later
       from graphile_worker._private_jobs as job
       where job.key like '%webhooks.deliver:${quick.id}'`,
    );
    expect(jobs).toEqual([{ later: true }]);
    await other.send(abroad.id);
    expect(other.receiver.received).toHaveLength(1);
    going.resolve({ kind: "lost", reason: "no answer in time" });
    await Promise.all([waiting, more]);
    await place.send(quick.id);
    expect(place.receiver.received).toHaveLength(2);
    await other.receiver.close();
  });
});

describe("an endpoint", () => {
  test("that said that it is gone is told of nothing any more", async () => {
    const { id } = await place.add(["customer.created"]);
    await place.addGuest();
    place.receiver.answer(() => ({ status: 410 }));
    await place.send(id);
    expect(await place.look(id)).toMatchObject({
      state: "disabled",
      disabledReason: "gone",
      waiting: 0,
    });
    await place.addGuest();
    await place.send(id);
    expect(place.receiver.received).toHaveLength(1);
    const told = await place.query(
      "select 1 from events where tenant_id = $1 and type = 'webhook.disabled'",
    );
    expect(told).toHaveLength(1);
  });

  test("that failed for three days is disabled, and goes on with what failed once it is mended", async () => {
    const { id } = await place.add(["customer.created"]);
    place.receiver.answer(() => ({ status: 503 }));
    for (let day = 0; day < 4; day += 1) {
      await place.addGuest(`Day ${day}`);
      for (let hour = 0; hour < 24; hour += 1) {
        await place.send(id);
        site.passSeconds(HOUR);
      }
    }
    expect(await place.look(id)).toMatchObject({ state: "disabled", disabledReason: "failing" });
    const failed = (await place.list(id, "&state=failed")).deliveries;
    expect(failed.length).toBeGreaterThan(2);
    place.receiver.answer(() => ({ status: 200 }));
    place.receiver.received.length = 0;
    expect((await place.owner.ask("POST", `/api/v1/webhooks/${id}/test`)).status).toBe(409);
    await place.change(id, { types: ["customer.created"] });
    const since = place.now(-7 * DAY).toISOString();
    expect(await place.ask("POST", `/${id}/replays`, { since })).toEqual({
      messages: failed.length,
    });
    await place.send(id);
    expect(place.receiver.received.map(({ headers }) => headers["webhook-id"]).toSorted()).toEqual(
      failed.map(({ messageId }) => `msg_${messageId}`).toSorted(),
    );
    expect(await place.look(id)).toMatchObject({ state: "on", waiting: 0, failingSince: null });
  });

  test("that is turned off is told of nothing, then of what happens from then on", async () => {
    const { id } = await place.add(["customer.created"]);
    await place.addGuest();
    expect(await place.look(id)).toMatchObject({ offAt: null, gap: null });
    await place.change(id, { isOn: false });
    await place.send(id);
    await place.addGuest();
    const { offAt } = await place.look(id);
    expect(offAt).not.toBeNull();
    await place.change(id, { isOn: false, description: "Till" });
    expect((await place.look(id)).offAt).toBe(offAt);
    await place.change(id, { isOn: true });
    const { gap, ...turnedOn } = await place.look(id);
    expect(turnedOn.offAt).toBeNull();
    // Whoever keeps a copy is told which time it lacks.
    expect(gap?.from).toBe(offAt);
    expect(Date.parse(gap?.until ?? "")).toBeGreaterThanOrEqual(Date.parse(offAt ?? ""));
    await place.addGuest("After");
    await place.send(id);
    expect(place.receiver.received.map(({ body }) => body.includes("After"))).toEqual([true]);
  });
});
