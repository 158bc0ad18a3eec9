import { BOX_API, type CertificateReply } from "@foyer/contract";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { signJson } from "../../../test/box-calls.ts";
import { makeChain } from "../../../test/certificate-chain.ts";
import { enrolBox } from "../../../test/enrol-box.ts";
import { openLimitingAuthority } from "../../../test/limiting-authority.ts";
import { openTestApp, type TestApp } from "../../../test/open-test-app.ts";
import { newId } from "../../platform/clock.ts";
import { workOnOrder } from "./jobs.ts";
import { findCertificate, lockCertificate, noteIssued, noteOrdered } from "./queries.ts";
import { makeLabel } from "./rules.ts";
import type { BoxCertificate } from "./schema.ts";
import { forgetTurns } from "./turn-queries.ts";
import { awaitTurn, findTurnTime } from "./turns.ts";

const DAY = 24 * 3600;
const ZONE = "wifi.example.com";
let site: TestApp;
let authority: Awaited<ReturnType<typeof openLimitingAuthority>>;
let companies: [string, string];
/** Each test has an authority of its own name, and so a queue of its own. */
let named = 0;
let settings: Parameters<typeof awaitTurn>[2];
let asked = 0;

beforeAll(async () => {
  authority = await openLimitingAuthority();
  const pace = { aWeek: 1, countsRenewals: true };
  site = await openTestApp({ certificates: { ...authority.settings, pace } });
  companies = [await site.addTenant("One"), await site.addTenant("Other")];
});
afterAll(async () => {
  authority?.close();
  await site?.close();
});
beforeEach(() => {
  named += 1;
  const pace = { aWeek: 1, countsRenewals: true };
  settings = { directoryUrl: `https://acme.example/${named}`, zone: ZONE, pace };
});

type Waiting = { tenantId: string; boxId: string };

/** A box that has asked; `days`: for how long the certificate before is good. */
async function addWaiting(tenantId: string, days: number | null = null): Promise<Waiting> {
  const [boxId, branchId] = [newId(), newId()];
  asked += 1;
  const label = makeLabel(Uint8Array.from({ length: 12 }, (_, at) => asked >> (5 * at)));
  await site.database.inTenant(tenantId, async (tx) => {
    await lockCertificate(tx, { boxId, branchId, label });
    await noteOrdered(tx, { boxId, csr: "one", nextTryAt: tx.now });
    if (days === null) return;
    const validUntil = new Date(tx.now.getTime() + days * DAY * 1000);
    const chain = makeChain(`${label}.${ZONE}`);
    await noteIssued(tx, { boxId, csr: "one", chain, validUntil });
    await noteOrdered(tx, { boxId, csr: "next", nextTryAt: tx.now });
  });
  site.passSeconds(1);
  return { tenantId, boxId };
}

/** In how many days its turn comes; 0: it has come, and is taken. */
const ask = ({ tenantId, boxId }: Waiting) =>
  site.database.inTenant(tenantId, async (tx) => {
    const row = await findCertificate(tx, boxId);
    if (!row) throw new Error("there is no such row");
    const turn = await awaitTurn(tx, row, settings);
    return turn === null ? 0 : Math.round((turn.getTime() - tx.now.getTime()) / 1000 / DAY);
  });
/** A week on, all of whom ask on meanwhile: who has had a turn, and waits no more. */
async function passWeek(waiting: Set<Waiting>): Promise<string[]> {
  site.passSeconds(7 * DAY - 3600);
  for (const each of waiting) await ask(each);
  site.passSeconds(3600);
  const taken: string[] = [];
  for (const each of waiting)
    if ((await ask(each)) === 0 && waiting.delete(each)) taken.push(each.tenantId);
  return taken;
}
const look = ({ tenantId, boxId }: Waiting) =>
  site.database.inTenant(tenantId, async (tx) =>
    findTurnTime(tx, await findCertificate(tx, boxId), settings),
  );

describe("the queue before an authority that counts", () => {
  test("has a company's hundred wait for another's first, and renewals go before all", async () => {
    const [one, other] = companies;
    const [first, second, third] = [
      await addWaiting(one),
      await addWaiting(one),
      await addWaiting(one),
    ];
    const lone = await addWaiting(other);
    expect(await ask(first)).toBe(0);
    expect([await ask(second), await ask(third), await ask(lone)]).toEqual([7, 14, 14]);
    expect(await ask(third)).toBe(21);
    const [late, soon] = [await addWaiting(other, 20), await addWaiting(one, 10)];
    expect([await ask(late), await ask(soon)]).toEqual([7, 7]);
    const all = [soon, late, second, lone, third];
    expect(await Promise.all(all.map(ask))).toEqual([7, 14, 21, 28, 35]);
  });

  test("has one turn of a company that rolls out before another's one box, turn after turn", async () => {
    const [one, other] = companies;
    const third = await site.addTenant("Third");
    const waiting = new Set<Waiting>();
    const add = async (tenantId: string) => {
      const box = await addWaiting(tenantId);
      waiting.add(box);
      return await ask(box);
    };
    expect(await ask(await addWaiting(one))).toBe(0);
    for (let boxes = 0; boxes < 8; boxes += 1) await add(one);
    expect(await add(other)).toBe(14);
    expect(await passWeek(waiting)).toEqual([one]);
    expect(await passWeek(waiting)).toEqual([other]);
    // Whoever comes meanwhile has one of each before it, and so has whoever rolls out.
    expect([await add(third), await add(other), await add(third)]).toEqual([14, 21, 35]);
    const turns: string[] = [];
    for (let week = 0; week < 6; week += 1) {
      turns.push(...(await passWeek(waiting)));
      await site.database.inDirectory(forgetTurns);
    }
    expect(turns).toEqual([one, third, other, one, third, one]);
  });

  test("gives one turn to one of two who ask at once, and each again to whoever has it", async () => {
    const both = [await addWaiting(companies[0]), await addWaiting(companies[1])];
    const days = await Promise.all(both.map(ask));
    expect(days.toSorted()).toEqual([0, 7]);
    expect(await Promise.all(both.map(ask))).toEqual(days);
    const [taken] = both.filter((_, at) => days[at] === 0);
    expect(taken && (await look(taken))).toBeNull();
  });

  test("waits for nobody who has not asked for hours", async () => {
    const [gone, here] = [await addWaiting(companies[0]), await addWaiting(companies[0])];
    expect(await ask(await addWaiting(companies[1]))).toBe(0);
    expect([await ask(gone), await ask(here)]).toEqual([7, 14]);
    site.passSeconds(4 * 3600);
    expect(await ask(here)).toBe(7);
    expect(await look(gone)).toBeNull();
  });

  test("is none for renewals that are not counted, and none without a limit", async () => {
    const [renewed, other] = [await addWaiting(companies[0], 10), await addWaiting(companies[0])];
    expect(await ask(await addWaiting(companies[1]))).toBe(0);
    settings = { ...settings, pace: { aWeek: 1, countsRenewals: false } };
    expect([await ask(renewed), await ask(other)]).toEqual([0, 7]);
    settings = { ...settings, zone: "another.example" };
    expect([await ask(await addWaiting(companies[1])), await ask(renewed)]).toEqual([0, 7]);
    expect(await ask(await addWaiting(companies[1]))).not.toBe(0);
    settings = { ...settings, pace: null };
    expect(await ask(await addWaiting(companies[1]))).toBe(0);
  });
});

describe("a box in the queue", () => {
  async function addBox() {
    const owner = await site.signUp();
    const place = { name: "Huế", country: "VN", languages: ["vi"], timeZone: "Asia/Ho_Chi_Minh" };
    const { body } = await owner.ask<{ id: string }>("POST", "/api/v1/branches", place);
    const box = await enrolBox(site, owner, body.id);
    const { tenantId, branchId, boxId, boxKey } = box;
    asked += 1;
    const label = makeLabel(Uint8Array.from({ length: 12 }, (_, at) => asked >> (5 * at)));
    await site.database.inTenant(tenantId, async (tx) => {
      await lockCertificate(tx, { boxId, branchId, label });
      await noteOrdered(tx, { boxId, csr: "unread", nextTryAt: tx.now });
    });
    const { certificates } = site.context;
    return {
      work: () => workOnOrder({ ...site.jobContext, certificates }, { tenantId, boxId }),
      see: async () =>
        (await owner.ask<BoxCertificate>("GET", `/api/v1/boxes/${boxId}/certificate`)).body,
      call: async () => {
        const { content, headers } = signJson(boxKey, BOX_API.certificate, { servedUntil: null });
        const url = BOX_API.certificate;
        const answer = await site.app.inject({ method: "POST", url, payload: content, headers });
        return answer.json() as CertificateReply;
      },
      find: () => site.database.inTenant(tenantId, (tx) => findCertificate(tx, boxId)),
    };
  }
  const daysUntil = (at: string | null) =>
    at && Math.round((Date.parse(at) - site.clock().getTime()) / 1000 / DAY);

  test("is ordered for in its turn; staff and the box are told when that comes, whoever has taken it", async () => {
    const [first, second] = [await addBox(), await addBox()];
    await first.work();
    await second.work();
    expect(authority.counted.orders).toBe(1);
    expect(await second.see()).toMatchObject({ state: "ordered", trouble: null });
    expect(daysUntil((await second.see()).turnAt)).toBe(7);
    expect((await second.call()).trouble).toMatch(/^in the queue: its turn comes about 20/);
    expect(await second.find()).toMatchObject({ failures: 0, turnAt: null });
    // What the authority refused is tried again in the same turn.
    expect((await first.see()).turnAt).toBeNull();
    site.passSeconds(7 * DAY);
    await second.work();
    expect(authority.counted.orders).toBe(2);
  });

  test("waits, in every company, for as long as the authority gives its zone nothing", async () => {
    site.passSeconds(30 * DAY);
    const [first, second] = [await addBox(), await addBox()];
    const before = authority.counted.orders;
    authority.counted.retryAfter = String(10 * DAY);
    authority.counted.detail = 'too many certificates (50) already issued for "example.com"';
    await first.work();
    await second.work();
    expect(authority.counted.orders).toBe(before + 1);
    expect(daysUntil((await first.see()).nextTryAt)).toBe(10);
    expect(daysUntil((await second.see()).turnAt)).toBe(10);
  });
});
