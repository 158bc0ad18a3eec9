import { setTimeout as pause } from "node:timers/promises";
import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeOnEngines } from "../../test/engines.ts";
import { cloudEvent } from "../../test/events.ts";
import type { TestCloud } from "../../test/open-test-cloud.ts";
import { newId } from "./clock.ts";
import { DatabaseAway } from "./database-away.ts";
import { findRow, listRows, run, sql, type TenantEntry, type TenantTransaction } from "./db.ts";
import { refuseUnboundRole, withClient } from "./roles.ts";

async function waitUntilGone(client: Client, pid: number | undefined): Promise<void> {
  const isThere = async () => {
    const { rowCount } = await client.query("select from pg_stat_activity where pid = $1", [pid]);
    return rowCount !== 0;
  };
  await expect.poll(isThere, { timeout: 20_000 }).toBe(false);
}

describeOnEngines("tenancy", (open) => {
  let cloud: TestCloud;
  let here: string;
  let there: string;

  beforeAll(async () => {
    cloud = await open();
    here = await cloud.addTenant("Here");
    there = await cloud.addTenant("There");
  });
  afterAll(() => cloud?.close());

  describe("row-level security", () => {
    test("a statement that forgot its tenant sees the tenant's own rows and no others", async () => {
      const forgetful = sql<{ name: string }>`select name from brands`;
      const names = await cloud.database.inTenant(here, (tx) => listRows(tx, forgetful));
      expect(names).toEqual([{ name: "Here" }]);
    });

    test("a statement that names another tenant sees nothing of it", async () => {
      const foreign = sql<{ id: string }>`select id from brands where tenant_id = ${there}`;
      expect(await cloud.database.inTenant(here, (tx) => listRows(tx, foreign))).toEqual([]);
    });

    test("a row cannot be written for another tenant", async () => {
      const work = cloud.database.inTenant(here, (tx) =>
        run(
          tx,
          sql`insert into brands (tenant_id, id, name, accent_colour, created_at)
            values (${there}, ${newId()}, 'Stolen', '#000000', ${tx.now})`,
        ),
      );
      await expect(work).rejects.toMatchObject({ code: "42501" });
    });

    test("an update and a delete without a tenant leave other tenants' rows alone", async () => {
      await cloud.database.inTenant(here, async (tx) => {
        await run(tx, sql`update brands set logo = 'mine'`);
        await run(tx, sql`delete from brands where name = 'There'`);
      });
      const mine = sql<{ logo: string | null }>`select logo from brands`;
      expect(await cloud.database.inTenant(there, (tx) => findRow(tx, mine))).toEqual({
        logo: null,
      });
    });

    test("without a tenant every statement on a tenant's table fails", async () => {
      const attempt = () =>
        cloud.database.inDirectory((tx) => listRows(tx, sql`select * from brands`));
      // Whether the setting was never made or its transaction is over depends on the connection.
      await expect(attempt()).rejects.toMatchObject({ code: expect.stringMatching(/42704|22P02/) });
    });

    test("a transaction whose connection breaks between two statements fails, and nothing else does", async () => {
      const nameOf = sql<{ name: string }>`select name from brands`;
      const cut = cloud.database.inTenant(here, async (tx) => {
        const own = await findRow(tx, sql<{ pid: number }>`select pg_backend_pid() as pid`);
        await withClient(cloud.administratorUrl, (client) =>
          client.query("select pg_terminate_backend($1)", [own?.pid]),
        );
        // Nobody asks it anything while it breaks.
        await withClient(cloud.administratorUrl, (client) => waitUntilGone(client, own?.pid));
        await pause(50);
        return await findRow(tx, nameOf);
      });
      await expect(cut).rejects.toBeInstanceOf(DatabaseAway);
      expect(await cloud.database.inTenant(here, (tx) => findRow(tx, nameOf))).toEqual({
        name: "Here",
      });
    });

    test("the tenant does not outlive its transaction on the same connection", async () => {
      await withClient(cloud.urls.app, async (client) => {
        await client.query("begin");
        await client.query("select enter_tenant($1)", [here]);
        await client.query("commit");
        await expect(client.query("select * from brands")).rejects.toMatchObject({ code: "22P02" });
      });
    });

    test("every tenant table forces its policies on its owner too", async () => {
      const owned = await withClient(cloud.administratorUrl, (client) =>
        client.query(`select relname from pg_class join pg_namespace as space on space.oid = relnamespace
        where space.nspname = 'public' and relkind in ('r', 'p')
          and not (relrowsecurity and relforcerowsecurity)`),
      );
      expect(owned.rows).toEqual([]);
    });

    test("every tenant table has one policy for all commands and a key that begins with its tenant", async () => {
      const { rows } = await withClient(cloud.administratorUrl, (client) =>
        client.query<{ relname: string; policies: string; first: string }>(`
        select class.relname,
          (select string_agg(qual || '|' || with_check || '|' || cmd, ';') from pg_policies
            where schemaname = 'public' and tablename = class.relname
              and permissive = 'PERMISSIVE') as policies,
          (select attname from pg_index join pg_attribute on attrelid = indrelid and attnum = indkey[0]
            where indrelid = class.oid and indisprimary) as first
        from pg_class as class join pg_namespace as space on space.oid = class.relnamespace
        where space.nspname = 'public' and class.relkind in ('r', 'p')`),
      );
      expect(rows.length).toBeGreaterThan(5);
      const bound = "(tenant_id = current_tenant())|(tenant_id = current_tenant())|ALL";
      for (const row of rows) expect(row).toEqual({ ...row, policies: bound, first: "tenant_id" });
    });

    test("whoever is bound to branches sees and writes what is of these, and nothing unnamed", async () => {
      const [mine, theirs] = [newId(), newId()];
      const happened = (branchId: string) => cloudEvent({ branchId });
      const append = (entry: TenantEntry, branchId: string) =>
        cloud.database.changeTenant(entry, async () => ({
          result: null,
          events: [happened(branchId)],
        }));
      await append(here, theirs);
      const bound = { tenantId: here, branchIds: [mine] };
      await append(bound, mine);
      await expect(append(bound, theirs)).rejects.toMatchObject({ code: "42501" });
      const seen = sql<{ branchId: string }>`
        select branch_id as "branchId" from events where tenant_id = ${here}
          and branch_id in (${mine}, ${theirs})`;
      const seenBy = (entry: TenantEntry) =>
        cloud.database.readTenant(entry, (tx) => listRows(tx, seen));
      expect(await seenBy(here)).toHaveLength(2);
      expect(await seenBy(bound)).toEqual([{ branchId: mine }]);
      expect(await seenBy({ tenantId: here, branchIds: [] })).toEqual([]);
      await withClient(cloud.urls.scoped, async (client) => {
        await client.query("begin");
        await client.query("select enter_tenant($1)", [here]);
        await expect(client.query("select * from events")).rejects.toMatchObject({
          code: expect.stringMatching(/42704|22P02/),
        });
      });
    });

    test("the serving role reads no table of the directory", async () => {
      const attempt = cloud.database.inTenant(here, (tx) =>
        listRows(tx, sql`select * from directory.tenants`),
      );
      await expect(attempt).rejects.toMatchObject({ code: "42501" });
    });
  });

  describe("a reading", () => {
    const count = sql<{ brands: number }>`
      select count(*) as brands from brands where tenant_id = current_tenant()`;
    const add = (tx: TenantTransaction) =>
      run(
        tx,
        sql`insert into brands (tenant_id, id, name, accent_colour, created_at)
            values (${tx.tenantId}, ${newId()}, 'Meanwhile', '#000000', ${tx.now})`,
      );

    test("sees one moment, whatever is committed meanwhile", async () => {
      const tenantId = await cloud.addTenant("Busy");
      const counts = await cloud.database.readTenant(tenantId, async (tx) => {
        const before = await findRow(tx, count);
        await cloud.database.inTenant(tenantId, add);
        return [before?.brands, (await findRow(tx, count))?.brands];
      });
      expect(counts).toEqual([1, 1]);
    });

    test("cannot write", async () => {
      const tenantId = await cloud.addTenant("Read");
      await expect(cloud.database.readTenant(tenantId, add)).rejects.toMatchObject({
        code: "25006",
      });
    });
  });

  describe("the serving role", () => {
    const serveAs = async (attributes: string, extra: string[] = []) => {
      const role = `intruder_${newId().slice(-8)}`;
      await withClient(cloud.administratorUrl, async (client) => {
        await client.query(`create role ${role} login ${attributes} password 'x'`);
        for (const statement of extra) await client.query(statement.replaceAll("$role", role));
      });
      const url = new URL(cloud.administratorUrl);
      url.username = role;
      url.password = "x";
      try {
        return await refuseUnboundRole(url.href);
      } finally {
        await withClient(cloud.administratorUrl, async (client) => {
          await client.query(`drop owned by ${role}`);
          await client.query(`drop role ${role}`);
        });
      }
    };

    test("is accepted when policies bind it", async () => {
      await expect(refuseUnboundRole(cloud.urls.app)).resolves.toBeUndefined();
    });

    test("is refused when it is the administrator", async () => {
      await expect(refuseUnboundRole(cloud.administratorUrl)).rejects.toThrow("superuser");
    });

    test("is refused when it owns the tables and has BYPASSRLS", async () => {
      const attempt = refuseUnboundRole(cloud.urls.owner);
      await expect(attempt).rejects.toThrow("BYPASSRLS, owns tables of Foyer");
    });

    test("is refused when it has BYPASSRLS alone", async () => {
      await expect(serveAs("bypassrls")).rejects.toThrow("has, or may take, BYPASSRLS");
    });

    test("is refused when it owns a table alone", async () => {
      const owning = [
        "create table public.$role_own (id integer)",
        "alter table public.$role_own owner to $role",
      ];
      await expect(serveAs("", owning)).rejects.toThrow("owns tables of Foyer");
    });

    test("is refused when it may become a role that policies do not bind", async () => {
      await expect(serveAs("", ["grant foyer_owner to $role"])).rejects.toThrow("may take");
    });
  });
});
