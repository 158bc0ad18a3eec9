import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  everywhere,
  openTestApp,
  type TestApp,
  type TestBrowser,
} from "../../../test/open-test-app.ts";
import { addWholeBranch, type Company, openCompany } from "../../../test/whole-company.ts";
import { eraseAudit, noteChange } from "../../platform/audit.ts";
import { newId } from "../../platform/clock.ts";
import { withClient } from "../../platform/roles.ts";
import type { AuditReply } from "./schema.ts";

let site: TestApp;
let company: Company;
beforeAll(async () => {
  site = await openTestApp();
});
beforeEach(async () => {
  company = await openCompany(site, "Quán Gió");
});
afterAll(() => site?.close());

const read = async (query = "", by: TestBrowser = company.owner) =>
  (await by.ask<AuditReply>("GET", `/api/v1/audit${query}`)).body;
const idOf = async (browser: TestBrowser) =>
  (await browser.ask<{ staff: { id: string } }>("GET", "/api/v1/session")).body.staff.id;

describe("the audit log", () => {
  test("tells who changed what of which record, with the parts before and after", async () => {
    const path = `/api/v1/tags/${company.ids.tags}`;
    await company.owner.ask("PATCH", path, { name: "Khách quen" });
    const [entry] = (await read("?kind=tags")).entries;
    expect(entry).toMatchObject({
      ...{ actorKind: "staff", actorId: await idOf(company.owner), actorName: "Lan" },
      ...{ action: "PATCH /api/v1/tags/:id", kind: "tags", recordId: company.ids.tags },
      ...{ before: { name: "Tag" }, after: { name: "Khách quen" } },
    });
  });

  test("says what the records are called that it tells of, to whoever may read these", async () => {
    const { owner, ids } = company;
    const tagged = { kind: "mark", mark: "tag", has: "any", ids: [ids.tags] };
    const tree = { kind: "all", of: [tagged] };
    const segment = await owner.ask<{ id: string }>("POST", "/api/v1/segments", {
      ...{ name: "Khách quen", tree },
    });
    expect(segment.status, JSON.stringify(segment.body)).toBe(201);
    const segmentName = { id: segment.body.id, name: "Khách quen" };
    const tagName = { id: ids.tags, name: "Tag" };
    const of = `?kind=segments&recordId=${segment.body.id}`;
    expect((await read(of)).names).toEqual(expect.arrayContaining([segmentName, tagName]));
    expect((await read("?kind=nothing")).names).toEqual([]);
    const role = await owner.ask<{ id: string }>("POST", "/api/v1/roles", {
      ...{ name: "Kiểm toán", permissions: ["audit.read", "marks.read"] },
    });
    const grant = { role: null, ownRoleId: role.body.id, scope: { kind: "tenant" } } as const;
    const auditor = await site.invite(owner, grant);
    expect((await read(of, auditor)).names).toEqual([tagName]);
  });

  test("names nobody of another company, whose id somebody wrote where a name goes", async () => {
    const { owner, ids } = company;
    const stranger = await idOf((await openCompany(site, "Quán Mây")).owner);
    await owner.ask("PATCH", `/api/v1/tags/${ids.tags}`, { name: stranger });
    const { entries, names } = await read("?kind=tags");
    expect(entries[0]).toMatchObject({ after: { name: stranger }, actorName: "Lan" });
    expect(names).not.toContainEqual(expect.objectContaining({ id: stranger }));
    const own = await idOf(owner);
    await owner.ask("PATCH", `/api/v1/tags/${ids.tags}`, { name: own });
    expect((await read("?kind=tags")).names).toContainEqual({ id: own, name: "Lan" });
  });

  test("goes on to name who has left the company, where they are told of too", async () => {
    const { owner, ids } = company;
    const grant = { role: "admin", ownRoleId: null, scope: { kind: "tenant" } } as const;
    const minh = await site.invite(owner, grant);
    const id = await idOf(minh);
    await minh.ask("PATCH", `/api/v1/tags/${ids.tags}`, { name: id });
    const named = async () => (await read("?kind=tags")).names.find((each) => each.id === id);
    const before = await named();
    expect(before?.name).toBeTypeOf("string");
    expect((await owner.ask("DELETE", `/api/v1/staff/${id}`)).status).toBeLessThan(300);
    expect(await named()).toEqual(before);
  });

  test("is searched by what was changed, as it was and as it is, and not by what the parts are called", async () => {
    const { owner, ids } = company;
    await owner.ask("PATCH", `/api/v1/tags/${ids.tags}`, { name: "Khách quen" });
    const place = (await addWholeBranch(site, company)).ids.branches;
    const customer = { values: { name: "Nguyễn Thị Lan" }, branchId: place };
    const made = await owner.ask("POST", "/api/v1/customers", customer);
    expect(made.status).toBe(201);
    const find = (words: string) => read(`?search=${encodeURIComponent(words)}`);
    expect((await find("khách QUEN")).entries).toMatchObject([
      { kind: "tags", after: { name: "Khách quen" } },
    ]);
    expect((await find("Thị Lan")).entries).toMatchObject([{ kind: "customers" }]);
    const before = await find("Tag");
    expect(before.entries).toContainEqual(
      expect.objectContaining({ after: { name: "Khách quen" } }),
    );
    expect(before.total).toBe(before.entries.length);
    expect(await find("accentcolour")).toMatchObject({ entries: [], total: 0 });
    // Neither is a pattern.
    expect((await find("K%n")).total).toBe(0);
    const table = await owner.ask<string>("GET", "/api/v1/audit.csv?search=quen");
    expect(table.status).toBe(200);
  });

  test("tells of every route that changes something, also where nothing more was noted", async () => {
    const { ids } = await addWholeBranch(site, company);
    const told = await read("?kind=boxes");
    // An order to it; and that it was made.
    expect(told.entries).toMatchObject([
      { recordId: ids.boxes, before: null, after: { command: expect.any(String) } },
      { recordId: ids.boxes, before: null, after: { branchId: ids.branches } },
    ]);
    expect((await read()).kinds).toContain("access-code-batches");
  });

  test("tells what became of a box, of the watch over it, of events tried again and of a log read again", async () => {
    const { ids } = await addWholeBranch(site, company);
    const [branchId, boxId] = [ids.branches ?? "", ids.boxes ?? ""];
    const ask = async (method: "POST" | "PATCH" | "DELETE", path: string, body?: object) => {
      const answer = await company.owner.ask(method, `/api/v1${path}`, body);
      expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
    };
    await ask("PATCH", `/branches/${branchId}/watch`, { silentMinutes: 45 });
    const [watch] = (await read(`?recordId=${branchId}`)).entries;
    expect(watch).toMatchObject({
      before: { watch: { silentMinutes: 30 } },
      after: { watch: { silentMinutes: 45 } },
    });
    await ask("POST", `/branches/${branchId}/boxes/${boxId}/enrolment`);
    await ask("DELETE", `/branches/${branchId}/boxes/${boxId}`);
    const [removed, offered] = (await read(`?kind=boxes&recordId=${boxId}`)).entries;
    expect(removed).toMatchObject({ before: { branchId }, after: null });
    expect(Object.keys(offered?.after as object)).toEqual(["enrolmentUntil"]);
    await ask("POST", "/replays", { feature: "visits" });
    await ask("POST", "/unread-events/read-again", {});
    expect((await read("?kind=replays")).entries).toMatchObject([
      {
        recordId: "visits",
        before: null,
        after: { feature: "visits", events: expect.any(Number) },
      },
    ]);
    await withClient(site.administratorUrl, (client) =>
      client.query(
        `insert into event_failures (tenant_id, feature, event_id, position, attempts, reason,
           failed_at, retry_at, set_aside)
         select tenant_id, 'customers', id, position, 5, 'a reason', now(), now(), true
         from events where tenant_id = $1 and type = 'guest.registered' limit 1`,
        [company.tenantId],
      ),
    );
    type SetAside = { events: { eventId: string; feature: string }[] };
    const aside = await company.owner.ask<SetAside>("GET", "/api/v1/set-aside");
    const [event] = aside.body.events;
    await ask("POST", "/set-aside/retry", { feature: "customers", eventId: event?.eventId });
    expect((await read("?kind=set-aside")).entries).toMatchObject([
      {
        ...{ recordId: event?.eventId, after: null },
        before: { feature: "customers", type: "guest.registered", attempts: 5 },
      },
    ]);
  });

  test("tells of nothing that was refused, and of nothing that stayed as it was", async () => {
    const before = (await read()).total;
    const path = `/api/v1/tags/${company.ids.tags}`;
    expect((await company.owner.ask("PATCH", path, { name: " " })).status).toBe(400);
    expect((await company.owner.ask("DELETE", `/api/v1/tags/${newId()}`)).status).toBe(404);
    await company.owner.ask("PATCH", path, { name: "Tag" });
    expect((await read()).total).toBe(before);
  });

  test("shows no secret of the settings, and no guest's name", async () => {
    const { ids } = await addWholeBranch(site, company);
    const path = `/api/v1/branches/${ids.branches}/settings`;
    const { body } = await company.owner.ask<Record<string, unknown>>("GET", path);
    const nas = {
      ...{ id: newId(), name: "Cổng", kind: "coova", source: "10.1.0.1", disconnectPort: null },
      ...{ radiusSecret: "a-secret-of-radius", uamSecret: "a-secret-of-the-gate" },
      ...{ uamServer: "https://wifi.example.test/portal", nasIdentifier: "cong" },
      ...{ loginOrigins: ["http://10.10.0.1:3990"], handBack: "chap" },
    };
    const stay = {
      ...{ id: newId(), room: "101", name: "Nguyễn Tuyết" },
      ...{ validFrom: "2026-11-26T00:00:00Z", validUntil: "2026-11-30T00:00:00Z" },
    };
    const saved = await company.owner.ask("PUT", path, {
      ...body,
      nas: [nas],
      roomStays: [stay],
    });
    const told = JSON.stringify(await read(`?kind=branches&recordId=${ids.branches}`));
    expect(saved.status, JSON.stringify(saved.body)).toBe(200);
    expect(told).toContain("Cổng");
    expect(told).toContain("•••");
    for (const secret of ["a-secret", "Nguyễn"]) expect(told).not.toContain(secret);
  });

  test("is searched by person, record, kind and time, a page at a time", async () => {
    const admin = await site.invite(company.owner, everywhere("admin"));
    const from = site.clock().toISOString();
    for (const name of ["A", "B", "C"])
      await admin.ask("PATCH", `/api/v1/tags/${company.ids.tags}`, { name });
    await company.owner.ask("PATCH", `/api/v1/tiers/${company.ids.tiers}`, { name: "Vàng" });
    const by = `?actorId=${await idOf(admin)}&limit=2`;
    const first = await read(by);
    expect(first.total).toBe(3);
    const second = await read(`${by}&cursor=${first.nextCursor}`);
    const names = [...first.entries, ...second.entries].map(({ after }) => after);
    expect(names).toEqual([{ name: "C" }, { name: "B" }, { name: "A" }]);
    expect(second.nextCursor).toBeNull();
    expect((await read(`?recordId=${company.ids.tiers}&from=${from}`)).total).toBe(1);
    expect((await read(`?to=${from}&actorId=${await idOf(admin)}`)).total).toBe(0);
    expect(await read("?cursor=x")).toMatchObject({ code: "invalid" });
  });

  test("goes out as a table, and is for admins and owners of the company alone", async () => {
    const answer = await company.owner.ask<string>("GET", "/api/v1/audit.csv?kind=tags");
    expect(answer.headers["content-type"]).toContain("text/csv");
    expect(answer.body).toContain('"POST /api/v1/tags"');
    const manager = await site.invite(company.owner, "manager");
    expect((await manager.ask("GET", "/api/v1/audit")).status).toBe(403);
    const stranger = await site.signUp();
    expect((await read("", stranger)).total).toBe(0);
  });

  test("is written with the change or not at all, and nobody who serves edits it", async () => {
    const { tenantId } = company;
    const doer = {
      ...{ actor: { kind: "staff", id: newId() } as const, action: "POST /test" },
      ...{ record: { kind: "tests", id: null }, isTold: false },
    };
    const broken = site.database.inTenant({ tenantId, branchIds: null, doer }, async (tx) => {
      noteChange(tx, { kind: "tests", id: "1", before: null, after: { name: "A" } });
      throw new Error("afterwards it broke");
    });
    await expect(broken).rejects.toThrow("broke");
    expect((await read("?kind=tests")).total).toBe(0);
    await withClient(site.urls.app, async (client) => {
      for (const statement of [
        "update audit_entries set action = 'x'",
        "delete from audit_entries",
        "truncate audit_entries",
        "update audit_personal set after = null",
      ]) {
        await client.query("begin");
        await client.query("select enter_tenant($1)", [tenantId]);
        await expect(client.query(statement)).rejects.toMatchObject({ code: "42501" });
        await client.query("rollback");
      }
    });
  });

  test("forgets what it tells of a customer with them, and keeps that something was done", async () => {
    const { tenantId } = company;
    const customerId = newId();
    const doer = {
      ...{ actor: { kind: "staff", id: newId() } as const, action: "PATCH /test" },
      ...{ record: { kind: "people", id: customerId }, isTold: false },
    };
    await site.database.inTenant({ tenantId, branchIds: null, doer }, async (tx) => {
      const change = { before: { name: "Lan" }, after: { name: "Tuyết Lan" } };
      noteChange(tx, { kind: "people", id: customerId, customerId, ...change });
    });
    const told = async () => (await read("?kind=people")).entries;
    expect(await told()).toMatchObject([{ after: { name: "Tuyết Lan" } }]);
    await site.database.inTenant(tenantId, (tx) => eraseAudit(tx, [customerId]));
    expect(await told()).toMatchObject([{ recordId: customerId, before: null, after: null }]);
  });
});
