import type { Narrowing } from "../src/features/customers/narrow.ts";
import { countedMax } from "../src/features/customers/page-queries.ts";
import { readSearch } from "../src/features/customers/rules.ts";
import { BROAD_SEGMENT, GROUP, NARROW_SEGMENT, TAG } from "./bench-records.ts";
import { BRANCH, idOf } from "./bench-tenant.ts";

/** Rows of a page, and one more that says whether there is another. */
export const PAGE_ROWS = 51;

/** One page of customers, as staff ask for it and as somebody writes it who knows the tables. */
export type Asked = {
  narrowing: Narrowing;
  /** Narrows customers; $1: the tenant. */
  where: string;
  /** Of those who reach some branches alone. */
  branchIds: readonly string[] | null;
};

/** Pages that belong to one figure, and what the product aims at for each. */
export type Question = { name: string; aimMs: number; asked: readonly Asked[] };

const SEARCH_AIM_MS = 100;
const LIST_AIM_MS = 200;
const REACHED = 5;

/** What somebody types, letter by letter as the screen asks it. */
function type(name: string, text: string): Question {
  const typed = Array.from(text, (_, index) => text.slice(0, index + 1).trim());
  const asked = [...new Set(typed)].map((search) => ({
    narrowing: { search },
    where: (readSearch(search) ?? [])
      .map((ranges) => {
        const words = ranges.map(({ from, to }) => `(word >= '${from}' and word < '${to}')`);
        return `and customers.id in (select customer_id from customer_words as found
          where found.tenant_id = $1 and (${words.join(" or ")}))`;
      })
      .join(" "),
    branchIds: null,
  }));
  return { name: `search-${name}`, aimMs: SEARCH_AIM_MS, asked };
}

const list = (name: string, asked: Partial<Asked>): Question => {
  const whole = { narrowing: {}, where: "", branchIds: null, ...asked };
  return { name: `list-${name}`, aimMs: LIST_AIM_MS, asked: [whole] };
};

const member = (segmentId: string): Partial<Asked> => ({
  narrowing: { segmentId },
  where: `and customers.id in (select customer_id from segment_members as held
    where held.tenant_id = $1 and held.segment_id = '${segmentId}')`,
});

const marked = (markId: string): Partial<Asked> => ({
  narrowing: { markId },
  where: `and customers.id in (select customer_id from customer_marks as held
    where held.tenant_id = $1 and held.mark_id in (
      select id from marks where tenant_id = $1 and (id = '${markId}' or parent_id = '${markId}')))`,
});

/** What the database shows to whoever reaches some branches, written by hand. */
const reached = (branchIds: readonly string[]) => `and customers.id in (
  select customer_id from guests as met
  where met.tenant_id = $1 and met.branch_id = any('{${branchIds.join()}}'::uuid[])
    and met.customer_id is not null)`;

/** Whom one is looked for: a number that is there in a company of `customers`. */
export function listQuestions(customers: number, branches: number): Question[] {
  const number = String(Math.floor(customers / 2)).padStart(7, "0");
  const branchIds = Array.from({ length: Math.min(REACHED, branches) }, (_, index) =>
    idOf(BRANCH, index),
  );
  return [
    type("name", "nguyễn thị xuyến"),
    type("common-name", "nguyen van"),
    type("phone", `091${number}`),
    type("last-digits", number.slice(-5)),
    type("email", `k${Math.floor(customers / 2)}@example.com`),
    list("everybody", {}),
    list("segment-of-a-third", member(BROAD_SEGMENT)),
    list("segment-of-few", member(NARROW_SEGMENT)),
    list("tag", marked(TAG)),
    list("group-and-below", marked(GROUP)),
    list("reach-of-five-branches", { branchIds, where: reached(branchIds) }),
    list("search-in-segment", {
      narrowing: { search: "lan", segmentId: BROAD_SEGMENT },
      where: `${member(BROAD_SEGMENT).where} and customers.id in (
        select customer_id from customer_words as found where found.tenant_id = $1
          and word >= 'lan' and word < 'lan\u{10ffff}')`,
    }),
  ];
}

/** The rows of a page, and how many there are, as far as anybody counts. $1: the tenant. */
export function writePage({ narrowing, where }: Asked): { rows: string; total: string } {
  const max = countedMax({ search: readSearch(narrowing.search ?? ""), among: [] });
  const fits = `customers.tenant_id = $1 and customers.merged_into is null ${where}`;
  return {
    rows: `select customers.id, customers.name, phone, visits, first_seen_at, last_visit_at,
        last_seen_at, source_branch_id, branches.name as branch
      from customers left join branches
        on branches.tenant_id = $1 and branches.id = source_branch_id
      where ${fits} order by last_seen_at desc, customers.id desc limit ${PAGE_ROWS}`,
    total: `select count(*)::integer as total from (
      select from customers where ${fits} limit ${max + 1}) as counted`,
  };
}

/** Everything of one customer in one statement. $1: the tenant, $2: the customer. */
export const BY_HAND_RECORD = `
  with own as (select id from guests where tenant_id = $1 and customer_id = $2)
  select customers.*, branches.name as branch, branches.time_zone,
    (select json_agg(held) from customer_identifiers as held
      where held.tenant_id = $1 and held.customer_id = $2) as proved,
    (select json_agg(last) from (
      select distinct on (told.field) told.*, place.name as branch
      from own join customer_fields as told on told.tenant_id = $1 and told.guest_id = own.id
      left join branches as place on place.tenant_id = $1 and place.id = told.branch_id
      order by told.field, told.given_at desc, told.event_id desc) as last) as fields,
    (select json_agg(met) from (
      select devices.*, linked.first_at, linked.last_at
      from own join guest_devices as linked on linked.tenant_id = $1 and linked.guest_id = own.id
      join devices on devices.tenant_id = $1 and devices.id = linked.device_id) as met) as devices,
    (select json_agg(acts order by acts.at desc) from own join customer_consents as acts
      on acts.tenant_id = $1 and acts.guest_id = own.id) as consents,
    (select json_agg(asked) from guest_requests as asked
      where asked.tenant_id = $1 and asked.customer_id = $2) as requests,
    (select json_agg(kept) from own_fields as kept where kept.tenant_id = $1) as own_fields
  from customers left join branches
    on branches.tenant_id = $1 and branches.id = source_branch_id
  where customers.tenant_id = $1 and customers.id = $2`;
