import type { RawBuilder } from "kysely";
import { sql, type TenantTransaction } from "../../platform/db.ts";
import { type Bool, compileField, zoneOf } from "./compile-field-queries.ts";
import { compileConsent } from "./consent-queries.ts";
import { findMomentAgo } from "./rules.ts";
import type { Condition, CountRange, Tree, TreeNode, VisitFilter, When } from "./schema.ts";
import type { Trees } from "./tree.ts";
import { isInWeek } from "./week-queries.ts";

type Compiling = { tx: TenantTransaction; trees: Trees };

/**
 * Whether the customer of the row `customers` fits a tree, as SQL that is never null. It says the
 * same as `judge` of `evaluate.ts`: a test holds both equal. Every select in it names the tenant.
 */
export function compile(node: TreeNode, compiling: Compiling): Bool {
  if (!("of" in node)) return compileCondition(node, compiling);
  const parts = node.of.map((each) => compile(each, compiling));
  if (node.kind === "all") return sql<boolean>`(${sql.join(parts, sql` and `)})`;
  const any = sql<boolean>`(${sql.join(parts, sql` or `)})`;
  return node.kind === "any" ? any : sql<boolean>`(not ${any})`;
}

/**
 * The ids of all customers who fit, as one select, also for an "in" of another feature's list. Who was
 * forgotten is a blank record and in no segment.
 */
export function selectMembers(tree: Tree, compiling: Compiling): RawBuilder<{ id: string }> {
  return sql<{ id: string }>`
    select customers.id from customers
    where customers.tenant_id = ${compiling.tx.tenantId} and customers.erased_position is null
      and customers.merged_into is null and customers.restricted_at is null
      and ${compile(tree, compiling)}`;
}

type Of<Kind extends Condition["kind"]> = Extract<Condition, { kind: Kind }>;

function compileCondition(condition: Condition, compiling: Compiling): Bool {
  switch (condition.kind) {
    case "field":
      return compileField(condition, compiling.tx);
    case "joined":
      return compileJoined(condition, compiling);
    case "mark":
      return compileMarks(condition, compiling);
    case "visit-count":
      return compileVisitCount(condition, compiling);
    case "visit-time":
      return compileVisitTime(condition, compiling);
    case "visit-length":
      return compileVisitLength(condition, compiling);
    case "score":
      return compileScore(condition, compiling);
    case "event":
      return compileEvents(condition, compiling);
    case "consent":
      return compileConsent(condition, compiling.tx);
    case "segment": {
      const tree = compiling.trees.get(condition.id);
      if (!tree) throw new Error(`Segment ${condition.id} is named and is not there.`);
      const inner = compile(tree, compiling);
      return condition.member ? inner : sql<boolean>`(not ${inner})`;
    }
  }
}

type Moment = {
  at: RawBuilder<unknown>;
  branchId: RawBuilder<unknown>;
  /** Of the branch's clock. */
  zone: RawBuilder<string>;
};
type Place = { branchIds?: readonly string[] | undefined; when?: When | undefined };

/** The conditions on where and when something was. */
function fits(moment: Moment, { branchIds, when }: Place, { tx }: Compiling): Bool[] {
  const { branchId } = moment;
  const places = branchIds ? [sql<boolean>`${branchId} = any(${branchIds}::uuid[])`] : [];
  return when ? [...places, isWhen(moment, when, tx)] : places;
}

function isWhen({ at, zone }: Moment, when: When, tx: TenantTransaction): Bool {
  if (when.is === "before")
    return sql<boolean>`${at} <= ${findMomentAgo(tx.now, when)}::timestamptz`;
  if (when.is === "within")
    return sql<boolean>`(${at} > ${findMomentAgo(tx.now, when)}::timestamptz
      and ${at} <= ${tx.now}::timestamptz)`;
  const day = sql`(${at} at time zone ${zone})::date`;
  return sql<boolean>`(${when.from}::date is null or ${day} >= ${when.from}::date)
    and (${when.to}::date is null or ${day} <= ${when.to}::date)`;
}

function compileJoined(condition: Of<"joined">, compiling: Compiling): Bool {
  const branchId = sql`customers.source_branch_id`;
  const zone = zoneOf(branchId, compiling.tx);
  const joined = { at: sql`customers.source_at`, branchId, zone };
  return sql<boolean>`(${sql.join(fits(joined, condition, compiling), sql` and `)})`;
}

function compileMarks({ mark, has, ids }: Of<"mark">, { tx }: Compiling): Bool {
  const holdsOne = (wanted: readonly string[]) => sql<boolean>`exists (
    select from customer_marks
    where customer_marks.tenant_id = ${tx.tenantId} and customer_marks.customer_id = customers.id
      and customer_marks.kind = ${mark} and ${isMark(wanted, { mark, tx })})`;
  if (has === "all")
    return sql<boolean>`(${sql.join(
      ids.map((id) => holdsOne([id])),
      sql` and `,
    )})`;
  return has === "any" ? holdsOne(ids) : sql<boolean>`(not ${holdsOne(ids)})`;
}

/** Tags and tiers stand in nothing; of a group it is also whoever is in one below it. */
function isMark(
  wanted: readonly string[],
  { mark, tx }: { mark: Of<"mark">["mark"]; tx: TenantTransaction },
): Bool {
  if (mark !== "group") return sql<boolean>`customer_marks.mark_id = any(${wanted}::uuid[])`;
  return sql<boolean>`customer_marks.mark_id in (
    with recursive within as (
      select marks.id from marks
      where marks.tenant_id = ${tx.tenantId} and marks.id = any(${wanted}::uuid[])
      union
      select marks.id from marks join within on marks.parent_id = within.id
      where marks.tenant_id = ${tx.tenantId}
    ) select within.id from within)`;
}

const PLACE_ZONE = sql<string>`coalesce(place.time_zone, 'UTC')`;
const VISIT: Moment = {
  ...{ at: sql`visits.started_at`, branchId: sql`visits.branch_id` },
  zone: PLACE_ZONE,
};

/** The conditions on one visit. */
function fitsVisit(filter: VisitFilter, tx: TenantTransaction): Bool[] {
  const { brandIds, branchKinds, source, weekdays, hours, minutesMin, minutesMax } = filter;
  const { systems, forms } = filter;
  const parts: Bool[] = [];
  const isAtOne = (which: RawBuilder<unknown>) => sql<boolean>`visits.branch_id in (
    select branches.id from branches where branches.tenant_id = ${tx.tenantId} and ${which})`;
  if (brandIds) parts.push(isAtOne(sql`branches.brand_id = any(${brandIds}::uuid[])`));
  if (branchKinds) parts.push(isAtOne(sql`branches.kind = any(${branchKinds}::text[])`));
  const isOnOne = (which: RawBuilder<unknown>) => sql<boolean>`visits.device_id in (
    select devices.id from devices where devices.tenant_id = ${tx.tenantId} and ${which})`;
  if (systems) parts.push(isOnOne(sql`devices.system = any(${systems}::text[])`));
  if (forms) parts.push(isOnOne(sql`devices.form = any(${forms}::text[])`));
  if (source) parts.push(sql<boolean>`visits.source = ${source}`);
  if (weekdays || hours) parts.push(isInWeek(VISIT, { weekdays, hours }));
  const length = sql`(visits.ended_at - visits.started_at)`;
  if (minutesMin)
    parts.push(sql<boolean>`${length} >= make_interval(mins => ${minutesMin}::integer)`);
  if (minutesMax)
    parts.push(sql<boolean>`${length} < make_interval(mins => ${minutesMax}::integer)`);
  return parts;
}

/** Rows that are somebody's: what they stand in and fit, and whose they are. */
type Owned = { from: RawBuilder<unknown>; owner: RawBuilder<unknown> };

/**
 * Whether a customer has as many rows as wanted. The rows are counted for everybody at once, by their
 * owners: the planner joins that to the customers, or looks up one where another condition left few.
 */
function isCount({ from, owner }: Owned, { min = 0, max }: CountRange): Bool {
  if (min === 1 && max === undefined)
    return sql<boolean>`exists (select ${from} and ${owner} = customers.id)`;
  const counted = (having: RawBuilder<unknown>) =>
    isAmong(
      sql`select ${owner} as customer_id ${from} and ${owner} is not null group by ${owner} having ${having}`,
    );
  if (min === 0 && max === undefined) return sql<boolean>`true`;
  if (min === 0) return sql<boolean>`(not ${counted(sql`count(*) > ${max}::integer`)})`;
  if (max === undefined) return counted(sql`count(*) >= ${min}::integer`);
  return counted(sql`count(*) between ${min}::integer and ${max}::integer`);
}

/** Whether the customer is one of those that a select gives. */
function isAmong(found: RawBuilder<unknown>, also: RawBuilder<unknown> = sql`true`): Bool {
  return sql<boolean>`exists (
    select from (${found}) as found where found.customer_id = customers.id and ${also})`;
}

const isEveryVisit = (visits: VisitFilter) => Object.keys(visits).length === 0;

function compileVisitCount(condition: Of<"visit-count">, compiling: Compiling): Bool {
  const { visits, when, count } = condition;
  const counted = isCount(visitRows({ ...visits, when }, compiling), count);
  if (!isEveryVisit(visits) || when?.is === "days") return counted;
  const { min = 0, max = null } = count;
  // What the visits' own handlers count for each customer.
  if (when === undefined)
    return sql<boolean>`(customers.visits >= ${min}::integer
      and (${max}::integer is null or customers.visits <= ${max}::integer))`;
  if (when.is !== "within" || min !== 1 || max !== null) return counted;
  // A last visit told by a clock that is ahead says nothing of those before it.
  return isKnownLast(sql`
    customers.last_visit_at > ${findMomentAgo(compiling.tx.now, when)}::timestamptz
    and (customers.last_visit_at <= ${compiling.tx.now}::timestamptz or ${counted})`);
}

/** Nobody who never came fits. Not by coalesce, which no index answers. */
const isKnownLast = (fits: RawBuilder<unknown>): Bool =>
  sql<boolean>`(customers.last_visit_at is not null and ${fits})`;

function visitRows(filter: VisitFilter & Place, compiling: Compiling): Owned {
  const parts = [...fits(VISIT, filter, compiling), ...fitsVisit(filter, compiling.tx)];
  const { tenantId } = compiling.tx;
  const asksClock = filter.weekdays ?? filter.hours ?? (filter.when?.is === "days" || undefined);
  const clocks = sql`left join branches as place
      on place.tenant_id = ${tenantId} and place.id = visits.branch_id`;
  return {
    from: sql`from visits ${asksClock ? clocks : sql``}
      where visits.tenant_id = ${tenantId} ${also(parts)}`,
    owner: sql`visits.customer_id`,
  };
}

function also(parts: readonly Bool[]) {
  return sql.join(
    parts.map((part) => sql`and ${part}`),
    sql` `,
  );
}

function compileVisitTime(condition: Of<"visit-time">, compiling: Compiling): Bool {
  const { which, visits, when } = condition;
  const { tx } = compiling;
  const found = {
    ...{ at: sql`found.started_at`, branchId: sql`found.branch_id` },
    zone: zoneOf(sql`found.branch_id`, tx),
  };
  if (which === "last" && isEveryVisit(visits) && when.is !== "days") {
    const last = { ...found, at: sql`customers.last_visit_at` };
    return isKnownLast(isWhen(last, when, tx));
  }
  const { from, owner } = visitRows(visits, compiling);
  const order =
    which === "first"
      ? sql`visits.started_at, visits.id`
      : sql`visits.started_at desc, visits.id desc`;
  return isAmong(
    sql`select distinct on (${owner}) ${owner} as customer_id, visits.started_at, visits.branch_id
      ${from} and ${owner} is not null order by ${owner}, ${order}`,
    isWhen(found, when, tx),
  );
}

function compileVisitLength(condition: Of<"visit-length">, compiling: Compiling): Bool {
  const { which, minutes, visits, when } = condition;
  const each = sql`(visits.ended_at - visits.started_at)`;
  const length = which === "longest" ? sql`max(${each})` : sql`sum(${each})`;
  // A mean is left as its sum and its count; in numbers of seconds, sums of intervals took twice as long.
  const times = which === "average" ? sql`* count(*)` : sql``;
  const lasts = (bound: number) => sql`make_interval(mins => ${bound}::integer) ${times}`;
  const { min = 0, max } = minutes;
  const below = max === undefined ? sql`true` : sql`${length} < ${lasts(max)}`;
  const { from, owner } = visitRows({ ...visits, when }, compiling);
  return isAmong(sql`select ${owner} as customer_id ${from}
    and ${owner} is not null and visits.ended_at is not null group by ${owner}
    having ${length} >= ${lasts(min)} and ${below}`);
}

const POINTS = {
  length: sql`scored.length_points`,
  recency: sql`scored.recency_points`,
  frequency: sql`scored.frequency_points`,
  total: sql`scored.total_points`,
};

function compileScore({ part, points }: Of<"score">, { tx }: Compiling): Bool {
  const { min = 0, max = null } = points;
  return sql<boolean>`exists (
    select from customer_scores as scored
    where scored.tenant_id = ${tx.tenantId} and scored.customer_id = customers.id
      and ${POINTS[part]} >= ${min}::integer
      and (${max}::integer is null or ${POINTS[part]} <= ${max}::integer))`;
}

function compileEvents(condition: Of<"event">, compiling: Compiling): Bool {
  const { event, detail, count } = condition;
  const { tenantId } = compiling.tx;
  const moment = {
    ...{ at: sql`told.occurred_at`, branchId: sql`told.branch_id` },
    zone: zoneOf(sql`told.branch_id`, compiling.tx),
  };
  const parts = fits(moment, condition, compiling);
  if (detail !== undefined) parts.push(sql<boolean>`told.detail = ${detail}`);
  const from = sql`from guests
    join guest_moments as told on told.tenant_id = ${tenantId} and told.guest_id = guests.id
    where guests.tenant_id = ${tenantId} and told.event = ${event} ${also(parts)}`;
  return isCount({ from, owner: sql`guests.customer_id` }, count);
}
