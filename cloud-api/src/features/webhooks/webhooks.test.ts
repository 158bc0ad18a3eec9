import { Value } from "typebox/value";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openTestApp, type TestApp, type TestBrowser } from "../../../test/open-test-app.ts";
import { makeTestBox, NAS_ID, type TestBox } from "../../../test/test-box.ts";
import { isSignedBy, openReceiver, type Receiver } from "../../../test/webhook-receiver.ts";
import { newId } from "../../platform/clock.ts";
import { openOutbound } from "../../platform/outbound.ts";
import { withClient } from "../../platform/roles.ts";
import { storePush } from "../ingest/index.ts";
import { segments } from "../segments/index.ts";
import { deliverDue } from "./deliver.ts";
import { purgeMessages } from "./delivery-queries.ts";
import { describeMessage } from "./event-schema.ts";
import { deliver } from "./jobs.ts";
import { mailNotice } from "./notices.ts";
import { CHOSEN_TYPES, isPublicType } from "./rules.ts";
import type { DeliveriesReply, DeliveryDetailReply, EndpointReply } from "./schema.ts";

const HOUR = 3600;
const DAY = 24 * HOUR;
let phones = 0;

let site: TestApp;
let owner: TestBrowser;
let tenantId: string;
let box: TestBox;
let receiver: Receiver;
beforeAll(async () => {
  site = await openTestApp({ privateGateways: true });
});
afterAll(() => site?.close());

type Made = { id: string; secret: string };

beforeEach(async () => {
  receiver = await openReceiver();
  ({ owner, tenantId, box } = await openCompany());
  return () => receiver.close();
});

async function openCompany() {
  const browser = await site.signUp();
  const session = await browser.ask<{ tenantId: string }>("GET", "/api/v1/session");
  const branch = await browser.ask<{ id: string }>("POST", "/api/v1/branches", {
    ...{ name: "Hồ Gươm", timeZone: "Asia/Ho_Chi_Minh", country: "VN", languages: ["vi"] },
  });
  const path = `/api/v1/branches/${branch.body.id}/boxes`;
  const added = await browser.ask<{ box: { id: string } }>("POST", path, { name: "Box" });
  const place = { branchId: branch.body.id, boxId: added.body.box.id };
  const id = session.body.tenantId;
  return { owner: browser, tenantId: id, box: makeTestBox({ tenantId: id, ...place }) };
}

const ask = async <Body>(method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: unknown) =>
  (await owner.ask<Body>(method, `/api/v1/webhooks${path}`, body)).body;

function add(types: readonly string[] = CHOSEN_TYPES, url = receiver.url): Promise<Made> {
  return ask<Made>("POST", "", { url, description: "", types });
}

const put = (id: string, change: object) =>
  ask("PUT", `/${id}`, {
    ...{ url: receiver.url, description: "", types: CHOSEN_TYPES, isOn: true },
    ...change,
  });

const now = (seconds = 0) => new Date(site.clock().getTime() + seconds * 1000);
const send = (endpointId: string, context = site.jobContext) =>
  deliver(context, { tenantId, endpointId });

async function push(events: readonly unknown[]): Promise<void> {
  await storePush(site.database, box, { epoch: box.epoch, events });
  await site.follow(tenantId);
}

/** A guest who proves a number, and is a customer then. */
async function addGuest(name = "Tuyết Lan") {
  phones += 1;
  const phone = `+8491${String(1_000_000 + phones)}`;
  const guest = box.signIn({ phone, name, at: now() });
  await push(guest.events);
  const [row] = await query<{ id: string }>(
    `select customer_id as id from guests where tenant_id = $1 and id = '${guest.guestId}'`,
  );
  return { ...guest, phone, customerId: row?.id ?? "" };
}

const query = <Row>(text: string) =>
  withClient(site.administratorUrl, async (client) => {
    const { rows } = await client.query(text, text.includes("$1") ? [tenantId] : []);
    return rows as Row[];
  });

const list = (id: string, filter = "") =>
  ask<DeliveriesReply>("GET", `/${id}/deliveries?limit=100${filter}`);
const look = (id: string) => ask<EndpointReply>("GET", `/${id}`);
const detail = (id: string, messageId: string) =>
  ask<DeliveryDetailReply>("GET", `/${id}/deliveries/${messageId}`);
const typesOf = () => receiver.received.map(({ message }) => message.type);

describe("what happens", () => {
  test("is told in the promised shape, signed, each thing once and nothing from before", async () => {
    await addGuest("Before");
    const { id, secret } = await add();
    const { guestId, deviceId, customerId, phone } = await addGuest();
    const visit = box.visit({ guestId, deviceId, startedAt: now(), endedAt: now(HOUR) });
    const words = { purpose: "marketing", textVersion: 2, textSha256: "a".repeat(64) } as const;
    const act = { ...words, language: "vi", method: "portal", nasId: NAS_ID, deviceId } as const;
    const given = box.write("consent.given", { consentId: newId(), guestId, ...act }, now());
    const answer = box.write("survey.answered", {
      ...{ answerId: newId(), surveyId: "spring", guestId, deviceId, nasId: NAS_ID, by: "page" },
      ...{ place: null, language: "vi", choices: { why: ["food"] }, ratings: { stars: 5 } },
      texts: { more: "Call me on 0912 345 678" },
    });
    await push([...visit.events, given, answer]);
    await send(id);
    expect(typesOf().toSorted()).toEqual([
      ...["consent.changed", "customer.created", "survey.answered"],
      ...["visit.ended", "visit.started"],
    ]);
    for (const one of receiver.received) {
      const { type } = one.message;
      expect(isSignedBy(one, secret), type).toBe(true);
      if (!isPublicType(type)) throw new Error(type);
      expect([...Value.Errors(describeMessage(type), one.message)], type).toEqual([]);
      expect(one.message.tenantId).toBe(tenantId);
      // Texts in somebody's own words stay where they were said.
      expect(one.body).not.toContain("Call me");
    }
    const told = (type: string) =>
      receiver.received.find(({ message }) => message.type === type)?.message.data;
    expect(told("customer.created")).toMatchObject({
      customer: { id: customerId, name: "Tuyết Lan", phone, kind: "person" },
    });
    expect(told("visit.ended")).toMatchObject({ customerId, visitId: visit.visitId, sessions: 1 });
    expect(told("consent.changed")).toMatchObject({
      customerId,
      purpose: "marketing",
      given: true,
    });
    expect(told("survey.answered")).toMatchObject({ customerId, ratings: { stars: 5 } });
    await send(id);
    expect(receiver.received).toHaveLength(5);
    expect((await list(id)).deliveries.every(({ state }) => state === "delivered")).toBe(true);
    expect(await look(id)).toMatchObject({ waiting: 0, failedToday: 0, failingSince: null });
  });

  test("is told of segments by their names, of edits, merges and their undo", async () => {
    const tree = { kind: "all", of: [{ kind: "field", field: "email", test: { is: "known" } }] };
    await owner.ask("POST", "/api/v1/segments", { name: "Có email", tree });
    // Whoever is in it by its definition is no news: that is judged first.
    await segments.jobs?.["segments.judge"]?.work(site.jobContext, { tenantId, payload: {} });
    const { id } = await add();
    const make = async (values: object) => {
      const body = { branchId: box.branchId, values };
      return (await owner.ask<{ id: string }>("POST", "/api/v1/customers", body)).body.id;
    };
    const keptId = await make({ name: "Hoa", email: "hoa@example.com" });
    const goneId = await make({ name: "Hoa" });
    await site.follow(tenantId);
    await owner.ask("PATCH", `/api/v1/customers/${keptId}`, { values: { email: "" } });
    await site.follow(tenantId);
    await owner.ask("POST", "/api/v1/customer-merges", { keptId, goneId });
    await site.follow(tenantId);
    await send(id);
    const told = (type: string) =>
      receiver.received
        .filter(({ message }) => message.type === type)
        .map((one) => one.message.data);
    expect(told("segment.entered")).toMatchObject([
      { segmentName: "Có email", customerId: keptId },
    ]);
    expect(told("segment.left")).toMatchObject([{ customerId: keptId }]);
    expect(told("customer.merged")).toEqual([{ customerId: keptId, mergedId: goneId }]);
    // The record of the one that is gone had not been sent when it was merged.
    expect(told("customer.created")).toMatchObject([{ customer: { id: keptId, email: null } }]);
    expect(told("customer.updated")).toMatchObject([
      { customer: { id: keptId } },
      { customer: { id: keptId } },
    ]);
    for (const { message } of receiver.received)
      if (isPublicType(message.type))
        expect(Value.Check(describeMessage(message.type), message), message.type).toBe(true);
    const withheld = (await list(id, "&state=withheld")).deliveries;
    expect(withheld).toMatchObject([
      { type: "customer.created", customerId: goneId, reason: "merged" },
    ]);
  });

  test("goes to those alone who chose it, and to no other company's", async () => {
    const visits = await add(["visit.started"], `${receiver.url}/visits`);
    const people = await add(["customer.created"], `${receiver.url}/people`);
    const company = await openCompany();
    const other = await company.owner.ask<Made>("POST", "/api/v1/webhooks", {
      ...{ url: `${receiver.url}/other`, description: "", types: CHOSEN_TYPES },
    });
    await addGuest();
    await site.follow(company.tenantId);
    for (const { id } of [visits, people]) await send(id);
    await deliver(site.jobContext, { tenantId: company.tenantId, endpointId: other.body.id });
    expect(receiver.received.map(({ path }) => path)).toEqual(["/hook/people"]);
    // An endpoint of one company is none of another.
    await deliver(site.jobContext, { tenantId: company.tenantId, endpointId: people.id });
    const answer = await company.owner.ask("GET", `/api/v1/webhooks/${people.id}/deliveries`);
    expect(answer.status).toBe(404);
  });
});

describe("a message that does not arrive", () => {
  test("is tried again under the same id, later each time, and not after 24 hours", async () => {
    const { id, secret } = await add(["customer.created"]);
    receiver.answer(() => ({ status: 500, text: "broken" }));
    await addGuest();
    let runs = 0;
    for (; (await look(id)).waiting > 0 && runs < 100; runs += 1) {
      await send(id);
      const [delivery] = (await list(id)).deliveries;
      if (!delivery?.nextAt) break;
      const seconds = Math.ceil((Date.parse(delivery.nextAt) - now().getTime()) / 1000);
      site.passSeconds(Math.max(seconds, 600));
    }
    expect(runs).toBeGreaterThan(9);
    expect(new Set(receiver.received.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    const times = receiver.received.map(({ headers }) => Number(headers["webhook-timestamp"]));
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(23 * HOUR);
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeLessThan(25 * HOUR);
    expect(receiver.received.every((one) => isSignedBy(one, secret))).toBe(true);
    const [delivery] = (await list(id)).deliveries;
    expect(delivery).toMatchObject({
      state: "failed",
      status: 500,
      reason: "status",
      nextAt: null,
    });
    const { tries } = await detail(id, delivery?.messageId ?? "");
    expect(tries).toHaveLength(receiver.received.length);
    expect(tries[0]).toMatchObject({ status: 500, response: "broken" });
    site.passSeconds(DAY);
    await send(id);
    expect(tries).toHaveLength(receiver.received.length);
  });

  test("is not tried before the time its receiver names, whatever else is due", async () => {
    const { id } = await add(["customer.created"]);
    receiver.answer(() => ({ status: 429, headers: { "retry-after": "1800" } }));
    await addGuest();
    await send(id);
    await addGuest();
    site.passSeconds(1700);
    await send(id);
    expect(receiver.received).toHaveLength(1);
    receiver.answer(() => ({ status: 200 }));
    site.passSeconds(101);
    await send(id);
    expect(receiver.received).toHaveLength(3);
    expect(await look(id)).toMatchObject({ waiting: 0, failingSince: null });
  });

  test("does not hold up those after it where it alone is refused", async () => {
    const { id } = await add(["customer.created"]);
    receiver.answer(({ body }) => ({ status: body.includes("Poison") ? 422 : 200 }));
    await addGuest("Poison");
    await addGuest("Good");
    await send(id);
    const states = (await list(id)).deliveries.map(({ state }) => state).toSorted();
    expect(states).toEqual(["delivered", "waiting"]);
  });

  test("because the receiver is silent or sends it elsewhere, has failed, and nothing is followed", async () => {
    const target = await openReceiver();
    const { id } = await add(["customer.created"]);
    receiver.answer(() => ({ status: 302, headers: { location: target.url } }));
    await addGuest();
    await send(id);
    expect(target.received).toEqual([]);
    expect((await list(id)).deliveries[0]).toMatchObject({ state: "waiting", status: 302 });
    await receiver.close();
    site.passSeconds(10);
    await send(id);
    expect((await list(id)).deliveries[0]).toMatchObject({ status: null, reason: "unmade" });
    await target.close();
  });

  test("because it leads inside is refused before a connection is made, a name as well as an address", async () => {
    const outbound = openOutbound({ allowPrivate: false });
    const context = { ...site.jobContext, outbound };
    const port = new URL(receiver.url).port;
    const made = [
      await add(["customer.created"]),
      await add(["customer.created"], `http://localhost:${port}/`),
      await add(["customer.created"], "http://169.254.169.254/latest/meta-data/"),
      await add(["customer.created"], "http://[::ffff:127.0.0.1]/"),
    ];
    await addGuest();
    for (const { id } of made) {
      await send(id, context);
      expect((await list(id)).deliveries[0]).toMatchObject({ status: null, reason: "forbidden" });
    }
    expect(receiver.received).toEqual([]);
  });

  test("since its worker died is sent by the next, under the same id", async () => {
    const { id } = await add(["customer.created"]);
    await addGuest();
    const outbound = {
      ...site.jobContext.outbound,
      call: () => Promise.reject(new Error("killed")),
    };
    await expect(send(id, { ...site.jobContext, outbound })).rejects.toThrow("killed");
    await send(id);
    expect(receiver.received).toEqual([]);
    site.passSeconds(61);
    await send(id);
    await send(id);
    expect(receiver.received).toHaveLength(1);
  });
});

describe("two workers at once", () => {
  test("send each message once", async () => {
    const { id } = await add(["customer.created"]);
    for (const name of ["A", "B", "C", "D"]) await addGuest(name);
    const place = { tenantId, endpointId: id };
    await Promise.all([1, 2, 3].map(() => deliverDue(site.jobContext, place)));
    const ids = receiver.received.map(({ headers }) => headers["webhook-id"]);
    expect(ids).toHaveLength(4);
    expect(new Set(ids).size).toBe(4);
  });
});

describe("an endpoint", () => {
  test("that said that it is gone is told of nothing any more", async () => {
    const { id } = await add(["customer.created"]);
    await addGuest();
    receiver.answer(() => ({ status: 410 }));
    await send(id);
    expect(await look(id)).toMatchObject({ state: "disabled", disabledReason: "gone", waiting: 0 });
    await addGuest();
    await send(id);
    expect(receiver.received).toHaveLength(1);
    const told = await query(
      "select 1 from events where tenant_id = $1 and type = 'webhook.disabled'",
    );
    expect(told).toHaveLength(1);
  });

  test("that failed for three days is disabled, and goes on with what failed once it is mended", async () => {
    const { id } = await add(["customer.created"]);
    receiver.answer(() => ({ status: 503 }));
    for (let day = 0; day < 4; day += 1) {
      await addGuest(`Day ${day}`);
      for (let hour = 0; hour < 24; hour += 1) {
        await send(id);
        site.passSeconds(HOUR);
      }
    }
    expect(await look(id)).toMatchObject({ state: "disabled", disabledReason: "failing" });
    const failed = (await list(id, "&state=failed")).deliveries;
    expect(failed.length).toBeGreaterThan(2);
    receiver.answer(() => ({ status: 200 }));
    receiver.received.length = 0;
    expect((await owner.ask("POST", `/api/v1/webhooks/${id}/test`)).status).toBe(409);
    await put(id, { types: ["customer.created"] });
    const since = now(-7 * DAY).toISOString();
    expect(await ask("POST", `/${id}/replays`, { since })).toEqual({ messages: failed.length });
    await send(id);
    expect(receiver.received.map(({ headers }) => headers["webhook-id"]).toSorted()).toEqual(
      failed.map(({ messageId }) => `msg_${messageId}`).toSorted(),
    );
    expect(await look(id)).toMatchObject({ state: "on", waiting: 0, failingSince: null });
  });

  test("that is turned off is told of nothing, then of what happens from then on", async () => {
    const { id } = await add(["customer.created"]);
    await addGuest();
    await put(id, { isOn: false });
    await send(id);
    await addGuest();
    await put(id, { isOn: true });
    await addGuest("After");
    await send(id);
    expect(receiver.received.map(({ body }) => body.includes("After"))).toEqual([true]);
  });
});

describe("a secret", () => {
  test("is shown once, changed with both signing for 24 hours, and kept sealed", async () => {
    const { id, secret } = await add(["customer.created"]);
    expect(JSON.stringify(await ask("GET", ""))).not.toContain("whsec_");
    const rotated = await ask<{ secret: string }>("POST", `/${id}/secret`);
    expect(rotated.secret).not.toBe(secret);
    await addGuest();
    await send(id);
    const [first] = receiver.received;
    expect([secret, rotated.secret].map((each) => first && isSignedBy(first, each))).toEqual([
      true,
      true,
    ]);
    const again = await owner.ask("POST", `/api/v1/webhooks/${id}/secret`);
    expect(again.status).toBe(409);
    site.passSeconds(DAY);
    await addGuest();
    await send(id);
    const last = receiver.received.at(-1);
    expect([secret, rotated.secret].map((each) => last && isSignedBy(last, each))).toEqual([
      false,
      true,
    ]);
    const rows = await query<{ row: string }>(
      "select to_jsonb(e)::text as row from webhook_endpoints e where tenant_id = $1",
    );
    const entries = await query<{ row: string }>(
      "select to_jsonb(e)::text as row from audit_entries e where tenant_id = $1",
    );
    for (const text of [secret, rotated.secret]) {
      const key = Buffer.from(text.slice(6), "base64").toString("hex");
      for (const { row } of [...rows, ...entries]) {
        expect(row).not.toContain(text);
        expect(row).not.toContain(key);
        expect(row).not.toContain(Buffer.from(text).toString("hex"));
      }
    }
  });
});

describe("somebody's data", () => {
  const ordered = (customerId: string, guestId: string, deviceId: string) => {
    const asked = { requestId: newId(), guestId, deviceId, nasId: NAS_ID, language: "vi" } as const;
    return { customerId, event: box.write("guest.deletion-requested", asked, now(1)) };
  };

  test("who was forgotten goes to nobody any more but that they were, and none of it stays", async () => {
    const { id } = await add();
    receiver.answer(({ body }) => ({ status: 500, text: `cannot take ${body}` }));
    const { customerId, guestId, deviceId, phone } = await addGuest();
    await send(id);
    const counted = () =>
      query<{ count: number }>(
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
    await push([event]);
    receiver.received.length = 0;
    receiver.answer(() => ({ status: 200 }));
    site.passSeconds(HOUR);
    await send(id);
    expect(receiver.received.map(({ message }) => [message.type, message.data])).toEqual([
      ["customer.erased", { customerId }],
    ]);
    const { deliveries } = await list(id, "&state=withheld");
    expect(deliveries).toMatchObject([{ type: "customer.created", reason: "erased" }]);
    const [created] = deliveries;
    const messageId = created?.messageId ?? "";
    expect((await detail(id, messageId)).tries).toMatchObject([{ response: null }]);
    // Nor does a replay bring them back.
    await ask("POST", `/${id}/deliveries/${messageId}/replay`);
    await send(id);
    expect(receiver.received).toHaveLength(1);
  });

  test("who asked that it is not used is withheld until they may be told of again", async () => {
    const { id } = await add();
    const { customerId, guestId, deviceId } = await addGuest();
    const path = `/api/v1/customers/${customerId}/requests`;
    const asked = await owner.ask<{ id: string }>("POST", path, { kind: "restriction" });
    expect(asked.status, JSON.stringify(asked.body)).toBe(201);
    const outcome = `${path}/${asked.body.id}/outcome`;
    const answered = await owner.ask("POST", outcome, { outcome: "done" });
    expect(answered.status, JSON.stringify(answered.body)).toBeLessThan(300);
    await site.follow(tenantId);
    const visit = box.visit({ guestId, deviceId, startedAt: now(), endedAt: null });
    await push(visit.events);
    await send(id);
    expect(typesOf()).toEqual(["customer.restricted"]);
    const withheld = (await list(id, "&state=withheld")).deliveries;
    expect(withheld.map(({ type, reason }) => `${type} ${reason}`).toSorted()).toEqual([
      "customer.created restricted",
      "visit.started restricted",
    ]);
    await owner.ask("POST", `/api/v1/customers/${customerId}/lift-restriction`);
    await site.follow(tenantId);
    await send(id);
    expect(typesOf().toSorted()).toEqual([
      ...["customer.restricted", "customer.unrestricted", "customer.updated"],
    ]);
  });

  test("goes after thirty days with what became of it", async () => {
    const { id } = await add(["customer.created"]);
    await addGuest();
    await send(id);
    const purge = () =>
      site.database.inTenant(tenantId, (tx) =>
        purgeMessages(tx, { before: now(-30 * DAY), limit: 10 }),
      );
    expect(await purge()).toBe(0);
    site.passSeconds(30 * DAY + 1);
    expect(await purge()).toBe(1);
    expect(await query("select 1 from webhook_attempts where tenant_id = $1")).toEqual([]);
    expect(await query("select 1 from webhook_deliveries where tenant_id = $1")).toEqual([]);
  });
});

describe("staff", () => {
  test("send a test, one message again, and see every attempt", async () => {
    const { id, secret } = await add(["visit.started"]);
    const { messageId } = await ask<{ messageId: string }>("POST", `/${id}/test`);
    receiver.answer(() => ({ status: 401, text: "who are you?" }));
    await send(id);
    receiver.answer(() => ({ status: 200 }));
    await ask("POST", `/${id}/deliveries/${messageId}/replay`);
    await send(id);
    expect(typesOf()).toEqual(["webhook.test", "webhook.test"]);
    expect(receiver.received.every((one) => isSignedBy(one, secret))).toBe(true);
    const { tries, state, facts } = await detail(id, messageId);
    expect({ state, facts }).toEqual({ state: "delivered", facts: { endpointId: id } });
    expect(tries).toMatchObject([
      { number: 2, status: 200, response: null },
      { number: 1, status: 401, response: "who are you?" },
    ]);
  });

  test("are told by mail, once each, when one is disabled, without its whole address", async () => {
    const mails: { to: string; subject: string; text: string }[] = [];
    const mailer = {
      send: async (mail: { to: string; subject: string; text: string }) => {
        mails.push(mail);
        return { kind: "sent" } as const;
      },
    };
    await site.invite(owner, "viewer");
    const { id } = await add(["customer.created"], `${receiver.url}?token=sesame`);
    await addGuest();
    receiver.answer(() => ({ status: 410 }));
    await send(id);
    const jobs = await query<{ payload: { tenantId: string; payload: never } }>(
      `select payload from graphile_worker._private_jobs as job
       join graphile_worker._private_tasks as task on task.id = job.task_id
       where task.identifier = 'webhooks.mail-notice' and payload->>'tenantId' = $1`,
    );
    expect(jobs).toHaveLength(1);
    for (const { payload } of [...jobs, ...jobs])
      await mailNotice({ ...site.jobContext, mailer }, tenantId, payload.payload);
    expect(mails).toHaveLength(1);
    expect(mails[0]?.subject).toContain("127.0.0.1");
    expect(mails[0]?.text).toContain(`http://foyer.test/webhooks/${id}`);
    expect(mails[0]?.text).not.toContain("sesame");
  });
});
