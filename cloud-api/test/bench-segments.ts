import type { Tree, TreeNode } from "../src/features/segments/schema.ts";
import { BRANCH, idOf, MARK } from "./bench-tenant.ts";

const all = (...of: TreeNode[]): Tree => ({ kind: "all", of });
const within = (amount: number) => ({ is: "within", amount, unit: "day" }) as const;
const GROUP = idOf(MARK, 0);
const TAGS = [idOf(MARK, 10), idOf(MARK, 11)];
const BRANCHES = [0, 1, 2, 3, 4].map((index) => idOf(BRANCH, index));
const list = (ids: readonly string[]) => ids.map((id) => `'${id}'`).join(", ");

/** A segment, and the same question as somebody writes it by hand who knows the tables. $1: the tenant. */
export type StatedSegment = { name: string; tree: Tree; byHand: string };

const customers = "customers.tenant_id = $1 and customers.erased_position is null";
const lasts = "purpose = 'marketing' and acts.tenant_id = $1 and guests.tenant_id = $1";

export const STATED: readonly StatedSegment[] = [
  {
    name: "three-visits",
    tree: all({ kind: "visit-count", count: { min: 3 }, visits: {} }),
    byHand: `select count(*) from customers where ${customers} and visits >= 3`,
  },
  {
    name: "came-within-30-days",
    tree: all({ kind: "visit-count", count: { min: 1 }, visits: {}, when: within(30) }),
    byHand: `select count(*) from customers where ${customers}
      and last_visit_at > now() - interval '30 days'`,
  },
  {
    name: "away-for-60-days",
    tree: all({
      ...{ kind: "visit-time", which: "last", visits: {} },
      when: { is: "before", amount: 60, unit: "day" },
    }),
    byHand: `select count(*) from customers where ${customers}
      and last_visit_at <= now() - interval '60 days'`,
  },
  {
    name: "either-tag",
    tree: all({ kind: "mark", mark: "tag", has: "any", ids: TAGS }),
    byHand: `select count(distinct customers.id) from customers join customer_marks as held
      on held.tenant_id = $1 and held.customer_id = customers.id and held.mark_id in (${list(TAGS)})
      where ${customers}`,
  },
  {
    name: "in-group-or-below",
    tree: all({ kind: "mark", mark: "group", has: "any", ids: [GROUP] }),
    byHand: `select count(*) from customers where ${customers} and exists (
      select from customer_marks as held join marks on marks.tenant_id = $1
        and marks.id = held.mark_id and (marks.id = '${GROUP}' or marks.parent_id = '${GROUP}')
      where held.tenant_id = $1 and held.customer_id = customers.id and held.kind = 'group')`,
  },
  {
    name: "birthday-in-7-days",
    tree: all({ kind: "field", field: "birthday", test: { is: "in-next-days", days: 7 } }),
    byHand: `select count(*) from customers
      join branches on branches.tenant_id = $1 and branches.id = source_branch_id
      where ${customers} and right(birthday, 5) = any (array(select to_char(
        (now() at time zone branches.time_zone)::date + ahead, 'MM-DD')
        from generate_series(0, 7) as ahead))`,
  },
  {
    name: "agreed-and-came-twice",
    tree: all(
      { kind: "consent", purpose: "marketing", state: "given" },
      { kind: "visit-count", count: { min: 2 }, visits: {} },
    ),
    byHand: `select count(*) from customers join (
        select distinct on (guests.customer_id) guests.customer_id, acts.given
        from customer_consents as acts join guests on guests.id = acts.guest_id
        where ${lasts} order by guests.customer_id, acts.at desc, acts.event_id desc
      ) as last on last.customer_id = customers.id and last.given
      where ${customers} and visits >= 2`,
  },
  {
    name: "weekend-evenings",
    tree: all({
      ...{ kind: "visit-count", count: { min: 2 }, when: within(90) },
      visits: { weekdays: [6, 7], hours: { from: "17:00", to: "22:00" } },
    }),
    byHand: `select count(*) from (
        select visits.customer_id from visits
        join branches on branches.tenant_id = $1 and branches.id = visits.branch_id
        cross join lateral (
          select visits.started_at at time zone branches.time_zone as at) as local
        where visits.tenant_id = $1 and visits.started_at > now() - interval '90 days'
          and visits.started_at <= now() and extract(isodow from local.at) in (6, 7)
          and local.at::time >= '17:00' and local.at::time < '22:00'
        group by visits.customer_id having count(*) >= 2
      ) as counted join customers on customers.id = counted.customer_id where ${customers}`,
  },
  {
    name: "stays-long-at-five",
    tree: all({
      ...{ kind: "visit-length", which: "average", minutes: { min: 60 } },
      visits: { branchIds: BRANCHES },
    }),
    byHand: `select count(*) from (
        select customer_id from visits where tenant_id = $1 and ended_at is not null
          and branch_id in (${list(BRANCHES)})
        group by customer_id having avg(ended_at - started_at) >= interval '60 minutes'
      ) as long join customers on customers.id = long.customer_id where ${customers}`,
  },
  {
    name: "new-signed-in-untagged",
    tree: all(
      { kind: "event", event: "guest.connected", count: { min: 1 }, when: within(30) },
      { kind: "mark", mark: "tag", has: "none", ids: TAGS },
      { kind: "joined", when: within(365) },
    ),
    byHand: `select count(*) from customers where ${customers}
      and source_at > now() - interval '365 days' and source_at <= now()
      and id in (select guests.customer_id from guest_moments as told
        join guests on guests.tenant_id = $1 and guests.id = told.guest_id
        where told.tenant_id = $1 and told.event = 'guest.connected'
          and told.occurred_at > now() - interval '30 days' and told.occurred_at <= now())
      and not exists (select from customer_marks as held where held.tenant_id = $1
        and held.customer_id = customers.id and held.mark_id in (${list(TAGS)}))`,
  },
];

/** So many segments as a company may come to have: the stated ones with other numbers in them. */
export function listVariants(count: number): Tree[] {
  return Array.from({ length: count }, (_, index) => {
    const { tree } = STATED[index % STATED.length] ?? { tree: all() };
    const text = JSON.stringify(tree).replace(/"(amount|days)":(\d+)/g, (_all, name, said) => {
      const other = Number(said) + Math.floor(index / STATED.length);
      return `"${name}":${other}`;
    });
    return JSON.parse(text) as Tree;
  });
}
