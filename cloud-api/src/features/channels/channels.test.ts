import { randomUUID } from "node:crypto";
import type { EventPayload } from "@foyer/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestCloud, type TestCloud } from "../../../test/open-test-cloud.ts";
import { openGatewayProvider, type Provider } from "../../../test/providers.ts";
import { makeTestBox, NAS_ID, type TestBox } from "../../../test/test-box.ts";
import { newId } from "../../platform/clock.ts";
import { withClient } from "../../platform/roles.ts";
import { addBox, addBranch, saveDocument } from "../branches/index.ts";
import { storePush } from "../ingest/index.ts";
import { channels } from "./index.ts";
import { insertSender } from "./queries.ts";
import { keepSecret } from "./sender-store.ts";

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await openTestCloud({ startsAt: new Date("2026-11-26T02:00:00Z") });
});
afterAll(() => cloud?.close());

const PHONE = "+84912345678";

type Place = {
  tenantId: string;
  branchId: string;
  box: TestBox;
  providers: Provider[];
  senderIds: string[];
};

/** A company with a branch, a box, and as many senders in its list as there are providers. */
async function openPlace(
  count = 1,
  limits: { messagesPerBranchDay?: number } = {},
): Promise<Place> {
  const tenantId = await cloud.addTenant();
  const { database, jobContext } = cloud;
  const providers = await Promise.all(Array.from({ length: count }, openGatewayProvider));
  const { branchId, boxId } = await database.changeTenant(tenantId, async (tx) => {
    const place = { name: "Hồ Gươm", timeZone: "Asia/Ho_Chi_Minh", country: "VN" };
    const { result: branch, events } = await addBranch(tx, { ...place, languages: ["vi", "en"] });
    const added = await addBox(tx, { branchId: branch.id, name: "Box" });
    return { result: { branchId: branch.id, boxId: added.result.boxId }, events };
  });
  const senderIds: string[] = [];
  await database.inTenant(tenantId, async (tx) => {
    for (const { configured } of providers) {
      const { headerValue = "", ...settings } = configured;
      const id = newId();
      senderIds.push(id);
      await insertSender(tx, {
        id,
        name: "Gateway",
        kind: "http-gateway",
        settings: { ...settings, unaccented: "on" },
      });
      const secret = { senderId: id, field: "headerValue", secret: headerValue };
      await keepSecret(tx, jobContext.sealing, secret);
    }
  });
  await database.changeTenant(tenantId, async (tx) => {
    const steps = senderIds.map((senderId) => ({ senderId, timeoutSeconds: 5 }));
    const saved = await saveDocument(tx, branchId, (document) => ({
      ...document,
      signIn: {
        ...document.signIn,
        phone: { ...document.signIn.phone, channels: [{ kind: "cloud", steps }], ...limits },
      },
    }));
    if (saved.kind !== "saved") throw new Error(JSON.stringify(saved));
    return { result: null, events: saved.events };
  });
  const box = makeTestBox({ tenantId, branchId, boxId });
  return { tenantId, branchId, box, providers, senderIds };
}

function requestOf(
  change: Partial<NonNullable<EventPayload<"code.requested">["message"]>> = {},
): EventPayload<"code.requested"> {
  return {
    ...{ codeId: randomUUID(), nasId: NAS_ID, language: "vi", channel: "cloud", sending: 1 },
    contact: { kind: "phone", value: PHONE },
    message: { id: randomUUID(), code: "493027", secondsLeft: 300, host: null, ...change },
  };
}

async function ask({ tenantId, box }: Place, payload = requestOf()): Promise<string> {
  const event = box.write("code.requested", payload);
  const caller = { tenantId, branchId: box.branchId, boxId: box.boxId };
  await storePush(cloud.database, caller, { epoch: box.epoch, events: [event] });
  await cloud.follow(tenantId);
  return payload.message?.id ?? "";
}

const run = (task: string, { tenantId }: Place, requestId: string) =>
  channels.jobs?.[task]?.work(cloud.jobContext, { tenantId, payload: { requestId } });
const send = (place: Place, requestId: string) => run("channels.send", place, requestId);

const answersOf = ({ tenantId, box }: Place, after = 0) =>
  cloud.database.inTenant(
    tenantId,
    async (tx) => (await channels.hooks?.listCodeAnswers?.(tx, { boxId: box.boxId, after })) ?? [],
  );

async function query<Row>(text: string, values: unknown[] = []): Promise<Row[]> {
  return withClient(cloud.administratorUrl, async (client) => {
    const { rows } = await client.query(text, values);
    return rows as Row[];
  });
}
const countJobs = async (requestId: string) => {
  const found = await query<{ count: string }>(
    "select count(*) from graphile_worker._private_jobs where payload::text like $1",
    [`%${requestId}%`],
  );
  return Number(found[0]?.count);
};
const takenBy = ({ providers }: Place) => providers.map(({ taken }) => taken.length);

describe("a code that a box asks to be sent", () => {
  test("to an address goes by no sender that carries numbers alone, and leaves no link behind", async () => {
    const place = await openPlace();
    const link = "http://10.1.0.2:8080/code-field?c=sealed";
    const contact = { kind: "email" as const, value: "lan@example.com" };
    const id = await ask(place, { ...requestOf({ link }), contact });
    await send(place, id);
    expect(takenBy(place)).toEqual([0]);
    expect(await answersOf(place)).toMatchObject([
      { messageId: id, state: "failed", failure: "sender" },
    ]);
    const kept = await query<{ found: string }>(
      `select payload::text as found from events where tenant_id = $1
       union all select fields::text from event_personal where tenant_id = $1
       union all select to_jsonb(code_requests)::text from code_requests where tenant_id = $1`,
      [place.tenantId],
    );
    expect(kept.map(({ found }) => found).join()).not.toContain("sealed");
  });

  test("is sent once however often and by however many it is tried, and the box is told", async () => {
    const place = await openPlace();
    const id = await ask(place);
    await Promise.all([send(place, id), send(place, id), send(place, id)]);
    await send(place, id);
    expect(takenBy(place)).toEqual([1]);
    const text = place.providers[0]?.taken[0]?.text;
    expect(text).toBe("493027 la ma Wi-Fi cua ban tai Ho Guom. Ma co hieu luc 5 phut.");
    const position = expect.any(Number);
    expect(await answersOf(place)).toEqual([
      { messageId: id, position, state: "sent", by: "sms", failure: null },
    ]);
  });

  test("the code stands nowhere in the log, and with the contact nowhere once it was sent", async () => {
    const place = await openPlace();
    const id = await ask(place);
    const everywhere = () =>
      query<{ found: string }>(
        `select payload::text as found from events where tenant_id = $1
         union all select fields::text from event_personal where tenant_id = $1
         union all select to_jsonb(code_requests)::text from code_requests where tenant_id = $1
         union all select to_jsonb(code_attempts)::text from code_attempts where tenant_id = $1`,
        [place.tenantId],
      );
    const log = await query<{ found: string }>(
      "select coalesce((select string_agg(payload::text, '') from events where tenant_id = $1), '') as found",
      [place.tenantId],
    );
    expect(log[0]?.found).not.toMatch(/493027|912345678/);
    await send(place, id);
    const rows = (await everywhere()).map(({ found }) => found).join("\n");
    expect(rows).not.toContain("493027");
    // The log's own erasable row says whom it was for, as it does of every code that was asked for.
    expect(rows.match(/912345678/g)).toHaveLength(1);
  });

  test("that the first sender refuses is sent by the second, with the same digits", async () => {
    const place = await openPlace(2);
    place.providers[0]?.behave("bad key");
    const id = await ask(place);
    await send(place, id);
    expect(takenBy(place)).toEqual([0, 1]);
    expect((await answersOf(place)).at(-1)).toMatchObject({ state: "sent" });
  });

  test("that may have gone out is not sent by the second", async () => {
    const place = await openPlace(2);
    place.providers[0]?.behave("breaks off");
    const id = await ask(place);
    await send(place, id);
    await send(place, id);
    expect(takenBy(place)).toEqual([1, 0]);
    expect((await answersOf(place)).at(-1)).toMatchObject({ state: "unknown", failure: null });
  });

  test("is tried again by a sender that asked for patience, within its time and not before", async () => {
    const place = await openPlace();
    place.providers[0]?.behave("busy");
    const id = await ask(place);
    await send(place, id);
    place.providers[0]?.behave("takes");
    await send(place, id);
    expect(takenBy(place)).toEqual([0]);
    cloud.passSeconds(4);
    await send(place, id);
    expect(takenBy(place)).toEqual([1]);
    expect(place.providers[0]?.calls()).toBe(2);
  });

  test("whose sender died between claim and answer is unknown, and sent by nobody else", async () => {
    const place = await openPlace();
    const id = await ask(place);
    await query(
      `insert into code_attempts (tenant_id, request_id, number, step, sender_id, state, claimed_at,
         ends_at)
       values ($1, $2, 1, 0, $3, 'claimed', $4, $4)`,
      [place.tenantId, id, randomUUID(), cloud.clock()],
    );
    await send(place, id);
    expect(await answersOf(place)).toEqual([]);
    cloud.passSeconds(60);
    await send(place, id);
    expect((await answersOf(place)).at(-1)).toMatchObject({ state: "unknown" });
    expect(takenBy(place)).toEqual([0]);
  });

  test("is not sent once its life is over, whatever the box's clock says", async () => {
    const place = await openPlace();
    const id = await ask(place, requestOf({ secondsLeft: 30 }));
    cloud.passSeconds(31);
    await send(place, id);
    expect(takenBy(place)).toEqual([0]);
    expect((await answersOf(place)).at(-1)).toMatchObject({ state: "failed", failure: "expired" });
  });

  test("is sent though the box's clock is an hour off", async () => {
    const place = await openPlace();
    const { box, tenantId } = place;
    for (const hours of [-1, 1]) {
      const at = new Date(cloud.clock().getTime() + hours * 3_600_000);
      const payload = requestOf();
      const event = box.write("code.requested", payload, at);
      const caller = { tenantId, branchId: box.branchId, boxId: box.boxId };
      await storePush(cloud.database, caller, { epoch: box.epoch, events: [event] });
      await cloud.follow(tenantId);
      await send(place, payload.message?.id ?? "");
    }
    expect(takenBy(place)).toEqual([2]);
  });

  test("that nobody has sent when its life ends is told to have failed, and erased", async () => {
    const place = await openPlace();
    const id = await ask(place);
    await run("channels.close", place, id);
    expect((await answersOf(place)).at(-1)).toMatchObject({ state: "failed", failure: "expired" });
    const [row] = await query<{ contact: string | null; code: string | null }>(
      "select contact, code from code_requests where id = $1",
      [id],
    );
    expect(row).toEqual({ contact: null, code: null });
    await send(place, id);
    expect(takenBy(place)).toEqual([0]);
  });

  test("that comes twice is one request; without a message, or of the first version, it is none", async () => {
    const place = await openPlace();
    const payload = requestOf();
    const id = await ask(place, payload);
    await ask(place, payload);
    const { message: _message, ...told } = payload;
    await ask(place, { ...told, channel: "none" });
    const old = { codeId: randomUUID(), nasId: NAS_ID, phone: PHONE, language: "vi" };
    const { box, tenantId } = place;
    const event = box.write("code.requested", requestOf());
    await storePush(
      cloud.database,
      { tenantId, branchId: box.branchId, boxId: box.boxId },
      {
        epoch: box.epoch,
        events: [{ ...event, version: 1, payload: { ...old, channel: "outbox", sending: 1 } }],
      },
    );
    await cloud.follow(tenantId);
    const rows = await query("select id from code_requests where tenant_id = $1", [tenantId]);
    expect(rows).toEqual([{ id }]);
    // One to send, one that looks after it, one that closes it.
    expect(await countJobs(id)).toBe(3);
  });

  test("a number nobody can have is told to be the guest's to correct", async () => {
    const place = await openPlace();
    const payload = requestOf();
    await ask(place, { ...payload, contact: { kind: "phone", value: "0912" } });
    expect((await answersOf(place)).at(-1)).toMatchObject({
      state: "failed",
      failure: "recipient",
    });
  });

  test("a replay puts in no job and makes no request", async () => {
    const place = await openPlace();
    const handler = channels.handlers?.["code.requested"];
    const payload = requestOf();
    const event = {
      ...{ position: 1, id: newId(), type: "code.requested" as const, version: 2, payload },
      ...{ occurredAt: cloud.clock(), receivedAt: cloud.clock(), branchId: place.branchId },
      origin: { boxId: place.box.boxId, epoch: place.box.epoch, seq: 1 },
    };
    await cloud.database.inTenant(place.tenantId, (tx) =>
      (handler ?? (async () => []))({ ...tx, replaying: true }, event),
    );
    expect(await countJobs(payload.message?.id ?? "")).toBe(0);
    expect(await answersOf(place)).toEqual([]);
  });
});

describe("a way that a guest has chosen", () => {
  test("is the only one by which their code is tried", async () => {
    const place = await openPlace(2);
    await makeZalo(place, 0);
    const request = await ask(place, requestOf({ way: "sms" }));
    await send(place, request);
    expect(takenBy(place)).toEqual([0, 1]);
    const tried = await query<{ step: number }>(
      "select step from code_attempts where request_id = $1",
      [request],
    );
    expect(tried).toEqual([{ step: 0 }]);
  });

  test("that the branch has no sender for any more leaves the code to its order", async () => {
    const place = await openPlace(1);
    const request = await ask(place, requestOf({ way: "zalo" }));
    await send(place, request);
    expect(takenBy(place)).toEqual([1]);
  });
});

/** Whatever it was before, this sender of the list is a Zalo account. */
const makeZalo = ({ senderIds }: Place, at: number) =>
  query("update senders set kind = 'zalo' where id = $1", [senderIds[at]]);

describe("the budget of a day", () => {
  test("is kept to under parallel requests, alarms once, and counts nothing that was not sent", async () => {
    const place = await openPlace(1, { messagesPerBranchDay: 2 });
    place.providers[0]?.behave("bad key");
    const lost = await ask(place);
    await send(place, lost);
    place.providers[0]?.behave("takes");
    const ids = [];
    for (let each = 0; each < 4; each += 1) ids.push(await ask(place));
    await Promise.all(ids.map((id) => send(place, id)));
    expect(takenBy(place)).toEqual([2]);
    const answers = await answersOf(place);
    expect(answers.filter(({ failure }) => failure === "budget")).toHaveLength(2);
    const alarms = await query("select id from events where tenant_id = $1 and type = $2", [
      place.tenantId,
      "budget.reached",
    ]);
    expect(alarms).toHaveLength(1);
  });
});

describe("what a box is told", () => {
  test("begins after what it holds, also when this cloud was restored from a back-up", async () => {
    const place = await openPlace();
    const first = await ask(place);
    await send(place, first);
    const [{ position: last } = { position: 0 }] = await answersOf(place);
    expect(await answersOf(place, last)).toEqual([]);
    // Its clock stands below what it has said before.
    const held = 2 ** 45;
    // What was sent before it said so is told again above that.
    expect(await answersOf(place, held)).toMatchObject([{ messageId: first, position: held + 1 }]);
    expect(await answersOf(place, held + 1)).toEqual([]);
    const second = await ask(place);
    await send(place, second);
    const told = await answersOf(place, held + 1);
    expect(told).toMatchObject([{ messageId: second, state: "sent" }]);
    expect(told[0]?.position).toBeGreaterThan(held + 1);
  });

  test("is told of a code that a restored cloud has sent before its box has said what it holds", async () => {
    const place = await openPlace();
    const id = await ask(place);
    await send(place, id);
    expect(await answersOf(place, 40)).toMatchObject([{ messageId: id, state: "sent" }]);
  });

  test("is about its own codes alone", async () => {
    const [one, other] = [await openPlace(), await openPlace()];
    await send(one, await ask(one));
    expect(await answersOf(other)).toEqual([]);
  });
});
