import { Value } from "typebox/value";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openTestApp, type TestApp } from "../../../test/open-test-app.ts";
import { NAS_ID } from "../../../test/test-box.ts";
import { openCompany, openWebhookPlace, type WebhookPlace } from "../../../test/webhook-place.ts";
import { isSignedBy } from "../../../test/webhook-receiver.ts";
import { newId } from "../../platform/clock.ts";
import { segments } from "../segments/index.ts";
import { describeMessage } from "./event-schema.ts";
import { deliver } from "./jobs.ts";
import { mailNotice } from "./notices.ts";
import { CHOSEN_TYPES, isPublicType } from "./rules.ts";

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

describe("what happens", () => {
  test("is told in the promised shape, signed, each thing once and nothing from before", async () => {
    await place.addGuest("Before");
    const { id, secret } = await place.add();
    const { guestId, deviceId, customerId, phone } = await place.addGuest();
    const visit = place.box.visit({
      guestId,
      deviceId,
      startedAt: place.now(),
      endedAt: place.now(HOUR),
    });
    const words = { purpose: "marketing", textVersion: 2, textSha256: "a".repeat(64) } as const;
    const act = { ...words, language: "vi", method: "portal", nasId: NAS_ID, deviceId } as const;
    const given = place.box.write(
      "consent.given",
      { consentId: newId(), guestId, ...act },
      place.now(),
    );
    const answer = place.box.write("survey.answered", {
      ...{ answerId: newId(), surveyId: "spring", guestId, deviceId, nasId: NAS_ID, by: "page" },
      ...{ place: null, language: "vi", choices: { why: ["food"] }, ratings: { stars: 5 } },
      texts: { more: "Call me on 0912 345 678" },
    });
    await place.push([...visit.events, given, answer]);
    await place.send(id);
    expect(place.typesOf().toSorted()).toEqual([
      ...["consent.changed", "customer.created", "survey.answered"],
      ...["visit.ended", "visit.started"],
    ]);
    for (const one of place.receiver.received) {
      const { type } = one.message;
      expect(isSignedBy(one, secret), type).toBe(true);
      if (!isPublicType(type)) throw new Error(type);
      expect([...Value.Errors(describeMessage(type), one.message)], type).toEqual([]);
      expect(one.message.tenantId).toBe(place.tenantId);
      // Texts in somebody's own words stay where they were said.
      expect(one.body).not.toContain("Call me");
    }
    const told = (type: string) =>
      place.receiver.received.find(({ message }) => message.type === type)?.message.data;
    expect(told("customer.created")).toMatchObject({
      customer: { id: customerId, name: "Tuyết Lan", phone, kind: "person" },
    });
    expect(told("visit.ended")).toMatchObject({ customerId, visitId: visit.visitId, sessions: 1 });
    expect(told("consent.changed")).toMatchObject({
      customerId,
      ...{ purpose: "marketing", channel: null },
      given: true,
    });
    expect(told("survey.answered")).toMatchObject({ customerId, ratings: { stars: 5 } });
    await place.send(id);
    expect(place.receiver.received).toHaveLength(5);
    expect((await place.list(id)).deliveries.every(({ state }) => state === "delivered")).toBe(
      true,
    );
    expect(await place.look(id)).toMatchObject({ waiting: 0, failedToday: 0, failingSince: null });
  });

  test("is told of segments by their names, of edits, merges and their undo", async () => {
    const tree = { kind: "all", of: [{ kind: "field", field: "email", test: { is: "known" } }] };
    await place.owner.ask("POST", "/api/v1/segments", { name: "Có email", tree });
    // Whoever is in it by its definition is no news: that is judged first.
    await segments.jobs?.["segments.judge"]?.work(site.jobContext, {
      tenantId: place.tenantId,
      payload: {},
    });
    const { id } = await place.add();
    const make = async (values: object) => {
      const body = { branchId: place.box.branchId, values };
      return (await place.owner.ask<{ id: string }>("POST", "/api/v1/customers", body)).body.id;
    };
    const keptId = await make({ name: "Hoa", email: "hoa@example.com" });
    const goneId = await make({ name: "Hoa" });
    await site.follow(place.tenantId);
    await place.owner.ask("PATCH", `/api/v1/customers/${keptId}`, { values: { email: "" } });
    await site.follow(place.tenantId);
    await place.owner.ask("POST", "/api/v1/customer-merges", { keptId, goneId });
    await site.follow(place.tenantId);
    await place.send(id);
    const told = (type: string) =>
      place.receiver.received
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
    for (const { message } of place.receiver.received)
      if (isPublicType(message.type))
        expect(Value.Check(describeMessage(message.type), message), message.type).toBe(true);
    const withheld = (await place.list(id, "&state=withheld")).deliveries;
    expect(withheld).toMatchObject([
      { type: "customer.created", customerId: goneId, reason: "merged" },
    ]);
  });

  test("goes to those alone who chose it, and to no other company's", async () => {
    const visits = await place.add(["visit.started"], `${place.receiver.url}/visits`);
    const people = await place.add(["customer.created"], `${place.receiver.url}/people`);
    const company = await openCompany(site);
    const other = await company.owner.ask<{ id: string }>("POST", "/api/v1/webhooks", {
      ...{ url: `${place.receiver.url}/other`, description: "", types: CHOSEN_TYPES },
    });
    await place.addGuest();
    await site.follow(company.tenantId);
    for (const { id } of [visits, people]) await place.send(id);
    await deliver(site.jobContext, { tenantId: company.tenantId, endpointId: other.body.id });
    expect(place.receiver.received.map(({ path }) => path)).toEqual(["/hook/people"]);
    // An endpoint of one company is none of another.
    await deliver(site.jobContext, { tenantId: company.tenantId, endpointId: people.id });
    const answer = await company.owner.ask("GET", `/api/v1/webhooks/${people.id}/deliveries`);
    expect(answer.status).toBe(404);
  });
});

describe("a secret", () => {
  test("is shown once, changed with both signing for 24 hours, and kept sealed", async () => {
    const { id, secret } = await place.add(["customer.created"]);
    expect(JSON.stringify(await place.ask("GET", ""))).not.toContain("whsec_");
    const rotated = await place.ask<{ secret: string }>("POST", `/${id}/secret`);
    expect(rotated.secret).not.toBe(secret);
    await place.addGuest();
    await place.send(id);
    const [first] = place.receiver.received;
    expect([secret, rotated.secret].map((each) => first && isSignedBy(first, each))).toEqual([
      true,
      true,
    ]);
    // One that was lost before it was written down ends none that is in use.
    site.passSeconds(HOUR);
    const again = await place.ask<{ secret: string }>("POST", `/${id}/secret`);
    await place.ask("POST", `/${id}/test`);
    await place.send(id);
    const sent = place.receiver.received.at(-1);
    for (const each of [secret, rotated.secret, again.secret])
      expect(sent && isSignedBy(sent, each)).toBe(true);
    site.passSeconds(DAY - HOUR);
    await place.ask("POST", `/${id}/test`);
    await place.send(id);
    const next = place.receiver.received.at(-1);
    expect([secret, rotated.secret].map((each) => next && isSignedBy(next, each))).toEqual([
      false,
      true,
    ]);
    site.passSeconds(HOUR);
    await place.addGuest();
    await place.send(id);
    const last = place.receiver.received.at(-1);
    expect([rotated.secret, again.secret].map((each) => last && isSignedBy(last, each))).toEqual([
      false,
      true,
    ]);
    for (let made = 0; made < 4; made += 1) await place.ask("POST", `/${id}/secret`);
    const tooOften = await place.owner.ask("POST", `/api/v1/webhooks/${id}/secret`);
    expect(tooOften.status).toBe(409);
    const rows = await place.query<{ row: string }>(
      "select to_jsonb(e)::text as row from webhook_endpoints e where tenant_id = $1",
    );
    const entries = await place.query<{ row: string }>(
      "select to_jsonb(e)::text as row from audit_entries e where tenant_id = $1",
    );
    for (const text of [secret, rotated.secret, again.secret]) {
      const key = Buffer.from(text.slice(6), "base64").toString("hex");
      for (const { row } of [...rows, ...entries]) {
        expect(row).not.toContain(text);
        expect(row).not.toContain(key);
        expect(row).not.toContain(Buffer.from(text).toString("hex"));
      }
    }
  });
});

describe("staff", () => {
  test("send a test, one message again, and see every attempt", async () => {
    const { id, secret } = await place.add(["visit.started"]);
    const { messageId } = await place.ask<{ messageId: string }>("POST", `/${id}/test`);
    place.receiver.answer(() => ({ status: 401, text: "who are you?" }));
    await place.send(id);
    place.receiver.answer(() => ({ status: 200 }));
    await place.ask("POST", `/${id}/deliveries/${messageId}/replay`);
    await place.send(id);
    expect(place.typesOf()).toEqual(["webhook.test", "webhook.test"]);
    expect(place.receiver.received.every((one) => isSignedBy(one, secret))).toBe(true);
    const { tries, state, facts } = await place.detail(id, messageId);
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
    await site.invite(place.owner, "viewer");
    const role = { name: "Programs", permissions: ["webhooks.manage"] };
    const { body } = await place.owner.ask<{ id: string }>("POST", "/api/v1/roles", role);
    const grant = { role: null, ownRoleId: body.id, scope: { kind: "tenant" as const } };
    // May open the page of no webhook: it says who customers are.
    await site.invite(place.owner, grant);
    const { id } = await place.add(["customer.created"], `${place.receiver.url}?token=sesame`);
    await place.addGuest();
    place.receiver.answer(() => ({ status: 410 }));
    await place.send(id);
    const jobs = await place.query<{ payload: { tenantId: string; payload: never } }>(
      `select payload from graphile_worker._private_jobs as job
       join graphile_worker._private_tasks as task on task.id = job.task_id
       where task.identifier = 'webhooks.mail-notice' and payload->>'tenantId' = $1`,
    );
    expect(jobs).toHaveLength(2);
    for (const { payload } of [...jobs, ...jobs])
      await mailNotice({ ...site.jobContext, mailer }, place.tenantId, payload.payload);
    expect(mails).toHaveLength(1);
    expect(mails[0]?.subject).toContain("127.0.0.1");
    expect(mails[0]?.text).toContain(`http://foyer.test/webhooks/${id}`);
    expect(mails[0]?.text).not.toContain("sesame");
  });

  test("have nothing sent who may not read every customer, for it would say who they are", async () => {
    const roleOf = async (...permissions: string[]) => {
      const role = { name: permissions.join(), permissions };
      return (await place.owner.ask<{ id: string }>("POST", "/api/v1/roles", role)).body.id;
    };
    const [manages, reads] = [await roleOf("webhooks.manage"), await roleOf("customers.read")];
    const everywhere = { role: null, ownRoleId: manages, scope: { kind: "tenant" as const } };
    const person = await site.invite(place.owner, everywhere);
    const webhook = { url: place.receiver.url, description: "", types: ["customer.created"] };
    const asked = async () => (await person.ask("POST", "/api/v1/webhooks", webhook)).status;
    expect(await asked()).toBe(403);
    const { body } = await person.ask<{ staff: { id: string } }>("GET", "/api/v1/session");
    const grant = (scope: object) => {
      const grants = [everywhere, { role: null, ownRoleId: reads, scope }];
      return place.owner.ask("PUT", `/api/v1/staff/${body.staff.id}/grants`, { grants });
    };
    await grant({ kind: "branches", branchIds: [place.box.branchId] });
    expect(await asked()).toBe(403);
    await grant({ kind: "tenant" });
    expect(await asked()).toBe(201);
  });
});
