import type { Hooks } from "../../feature.ts";
import { listRows, sql, type TenantTransaction } from "../../platform/db.ts";
import type { Parts } from "./list-rules.ts";

type Asked = { hooks: Hooks; parts: Parts; ids: readonly string[] };
type NamedMark = { id: string; name: string };
type More = {
  own?: Record<string, string>;
  marks?: { group: NamedMark | null; tier: NamedMark | null; tags: NamedMark[] };
  consents?: Record<string, boolean>;
};

/** What the columns of a page show beside the customers' table: one question for each part. */
export async function readMore(
  tx: TenantTransaction,
  { hooks, parts, ids }: Asked,
): Promise<(id: string) => More> {
  const own = parts.fields.length > 0 ? await listOwn(tx, ids, parts.fields) : [];
  const consents = parts.consents ? await listLastConsents(tx, ids) : [];
  const marks = parts.marks ? await hooks.listMarksOf?.(tx, ids) : undefined;
  const ownOf = Map.groupBy(own, ({ customerId }) => customerId);
  const consentsOf = Map.groupBy(consents, ({ customerId }) => customerId);
  return (id) => {
    const more: More = {};
    if (parts.fields.length > 0)
      more.own = Object.fromEntries((ownOf.get(id) ?? []).map((row) => [row.field, row.value]));
    if (parts.consents)
      more.consents = Object.fromEntries(
        (consentsOf.get(id) ?? []).map(({ purpose, given }) => [purpose, given]),
      );
    if (parts.marks) {
      const held = marks?.get(id) ?? [];
      const nameOf = (kind: string) =>
        held.filter((mark) => mark.kind === kind).map((mark) => ({ id: mark.id, name: mark.name }));
      const [[group = null], [tier = null]] = [nameOf("group"), nameOf("tier")];
      more.marks = { group, tier, tags: nameOf("tag") };
    }
    return more;
  };
}

/** The last word on each of some fields. */
function listOwn(tx: TenantTransaction, ids: readonly string[], fields: readonly string[]) {
  return listRows(
    tx,
    sql<{ customerId: string; field: string; value: string }>`
      select latest.* from (
        select distinct on (guests.customer_id, told.field)
          guests.customer_id as "customerId", told.field, told.value
        from guests
        join customer_fields as told
          on told.tenant_id = guests.tenant_id and told.guest_id = guests.id
        where guests.tenant_id = ${tx.tenantId} and guests.customer_id = any(${ids}::uuid[])
          and told.field = any(${fields}::text[])
        order by guests.customer_id, told.field, told.given_at desc, told.event_id desc
      ) as latest where latest.value <> ''`,
  );
}

/** The last act on each purpose. */
function listLastConsents(tx: TenantTransaction, ids: readonly string[]) {
  return listRows(
    tx,
    sql<{ customerId: string; purpose: string; given: boolean }>`
      select distinct on (guests.customer_id, acts.purpose)
        guests.customer_id as "customerId", acts.purpose, acts.given
      from guests
      join customer_consents as acts
        on acts.tenant_id = guests.tenant_id and acts.guest_id = guests.id
      where guests.tenant_id = ${tx.tenantId} and guests.customer_id = any(${ids}::uuid[])
      order by guests.customer_id, acts.purpose, acts.at desc, acts.event_id desc`,
  );
}
