import type { BranchStore } from "@foyer/branch-store";

/** What happened at a branch: each thing by its id, with what must be right about it, as one text. */
export type Truth = {
  visits: Map<string, string>;
  sessions: Map<string, string>;
  guests: Map<string, string>;
  consents: Map<string, string>;
};

export const noTruth = (): Truth => ({
  ...{ visits: new Map(), sessions: new Map() },
  ...{ guests: new Map(), consents: new Map() },
});

export type Row = { id: string; told: string };

// Milliseconds since 1970 in both stores, so that the texts can be held against each other. A session of
// which its NAS counted no second, as one whose Stop came at once and was heard late, lasted from its start
// to its end.
const OF_BOX = {
  visits: `select visits.id, visits.started_at || ' ' || coalesce(visits.ended_at, 'open') || ' '
      || coalesce(sum(case when sessions.connected_seconds > 0 then sessions.connected_seconds
        else cast(round((coalesce(sessions.ended_at, sessions.started_at) - sessions.started_at)
          / 1000.0) as integer) end), 0)
      || ' s ' || coalesce(sum(sessions.upload_bytes), 0) || ' up '
      || coalesce(sum(sessions.download_bytes), 0) || ' down' as told
    from visits left join sessions on sessions.visit_id = visits.id group by visits.id`,
  sessions: `select id, visit_id || ' ' || case when ended_at is null then 'open'
      else upload_bytes || ' up ' || download_bytes || ' down' end as told from sessions`,
  guests: "select id, coalesce(name, '') as told from guests",
  consents: `select id, guest_id || ' ' || purpose || coalesce(' ' || channel, '') || ' ' || given
      as told from consents`,
} as const;

/** The same of the cloud: `$1` is the tenant. */
export const OF_CLOUD = {
  visits: `select id::text, (extract(epoch from started_at) * 1000)::bigint || ' '
      || coalesce((extract(epoch from ended_at) * 1000)::bigint::text, 'open') || ' '
      || connected_seconds || ' s ' || upload_bytes || ' up ' || download_bytes || ' down' as told
    from visits where tenant_id = $1`,
  sessions: `select id::text, visit_id || ' ' || case when not ended then 'open'
      else upload_bytes || ' up ' || download_bytes || ' down' end as told
    from sessions where tenant_id = $1`,
  guests: `select guests.id::text, coalesce((select customer_fields.value from customer_fields
      where customer_fields.tenant_id = guests.tenant_id
        and customer_fields.guest_id = guests.id and customer_fields.field = 'name'
      order by customer_fields.given_at desc limit 1), '') as told
    from guests where guests.tenant_id = $1`,
  consents: `select consent_id::text as id,
      guest_id || ' ' || purpose || coalesce(' ' || channel, '') || ' ' || case when given then 1 else 0 end as told
    from customer_consents where tenant_id = $1`,
} as const;

/** What a portal and a RADIUS server have answered, as the cloud has it: each once. */
export const ANSWERED_OF_CLOUD = {
  letIn: `select value as thing from customer_identifiers where tenant_id = $1 and kind = 'phone'`,
  ended: `select download_bytes::text as thing from sessions where tenant_id = $1 and ended`,
} as const;

/** What visits come to, as one text. */
const USED = `coalesce(sum(visits), 0) || ', ' || coalesce(sum(connected_seconds), 0) || ' s, '
  || coalesce(sum(upload_bytes), 0) || ' up ' || coalesce(sum(download_bytes), 0) || ' down'`;

/**
 * What no fault is to leave behind once a box is empty and all has been read, by what it is: a log with a
 * hole, events that nobody could read or a feature gave up, alarms of something lost where nothing was,
 * and figures that are not the sum of the visits they count.
 */
export const WRONG_IN_CLOUD = {
  "the log has a hole": `select max(position) || ' places hold ' || count(*) || ' events' as thing
    from events where tenant_id = $1 having count(*) <> coalesce(max(position), 0)`,
  "an event is unread": `select seq || ' of ' || epoch || ', ' || reason as thing
    from set_aside_events where tenant_id = $1`,
  "an event was set aside": `select feature || ' at ' || position || ', ' || reason as thing
    from event_failures where tenant_id = $1 and set_aside`,
  "something is said to be missing": `select from_seq || ' to ' || to_seq || ' of ' || epoch as thing
    from box_gaps where tenant_id = $1 and filled_at is null`,
  "a customer's visits are not those that there are": `
    select customers.id || ' has ' || customers.visits || ' of ' || count(visits.id) as thing
    from customers left join visits
      on visits.tenant_id = customers.tenant_id and visits.customer_id = customers.id
    where customers.tenant_id = $1
    group by customers.id, customers.visits having customers.visits <> count(visits.id)`,
  "a visit has another number than its place": `
    select id || ' is ' || coalesce(number::text, 'none') || ' of ' || place as thing
    from (select id, number, row_number() over (partition by customer_id order by started_at, id)
        as place
      from visits where tenant_id = $1 and customer_id is not null) as placed
    where number is distinct from place`,
  "the reports say another thing than the visits": `
    select 'days of ' || days.told || ', visits of ' || those.told as thing
    from (select ${USED} as told from report_days where tenant_id = $1) as days,
      (select ${USED.replace("sum(visits)", "count(*)")} as told from visits
        where tenant_id = $1) as those
    where days.told <> those.told`,
  "a feature has not read the log to its end": `
    select feature || ' is at ' || cursors.position || ' of ' || tenant_log.position as thing
    from cursors join tenant_log on tenant_log.tenant_id = cursors.tenant_id
    where cursors.tenant_id = $1 and cursors.position <> tenant_log.position`,
  "a job was given up": `select task_identifier || ', ' || coalesce(last_error, '') as thing
    from graphile_worker.jobs where attempts >= max_attempts and $1::uuid is not null`,
} as const;

/** Two stores under one name, where nobody has made a second one. */
export const TWINS_IN_CLOUD = "select box_id::text as thing from box_twins where tenant_id = $1";

/** Whom the box knows by the cloud's word, with their visits as this has counted them. */
export const KNOWN_OF_BOX =
  "select lower(hex(customer_id)) as id, visits || ' visits' as told from known_guests";

/** Whom it is to know: all who can be found by what they proved, for the branch is the only one. */
export const KNOWN_OF_CLOUD = `
  select replace(customers.id::text, '-', '') as id, coalesce(here.visits, 0) || ' visits' as told
  from customers left join branch_customers as here
    on here.tenant_id = customers.tenant_id and here.customer_id = customers.id
  where customers.tenant_id = $1 and exists (select from customer_identifiers as proved
    where proved.tenant_id = customers.tenant_id and proved.customer_id = customers.id)`;

/** How the guests whom the box was told of differ from those whom the cloud knows, in sentences. */
export function listUntold(held: readonly Row[], known: readonly Row[]): string[] {
  const onBox = new Map(held.map(({ id, told }) => [id, told]));
  const inCloud = new Set(known.map(({ id }) => id));
  return [
    ...known
      .filter(({ id, told }) => onBox.get(id) !== told)
      .map(
        ({ id, told }) => `known: ${id} has ${told}, the box knows ${onBox.get(id) ?? "nothing"}`,
      ),
    ...held
      .filter(({ id }) => !inCloud.has(id))
      .map(({ id }) => `known: ${id} lies on the box and is nobody`),
  ];
}

/** As the guests of the harness call themselves. */
const GUEST = /^Khách /;

/** What a box's store has lost is in no truth that is read from it: those who came are counted beside it. */
export function listForgotten({ guests }: Truth, came: number): string[] {
  const known = [...guests.values()].filter((name) => GUEST.test(name)).length;
  return known >= came ? [] : [`${came} guests came and went, and the boxes knew ${known} of them`];
}

/** What was answered and is not in the cloud, or is there more than once, in sentences. */
export function listBroken(
  answered: { letIn: ReadonlySet<string>; ended: ReadonlySet<number> },
  held: Readonly<Record<keyof typeof ANSWERED_OF_CLOUD, readonly string[]>>,
): string[] {
  return (["letIn", "ended"] as const).flatMap((kind) => {
    const counts = Map.groupBy(held[kind], (thing) => thing);
    return [...answered[kind]].flatMap((thing) => {
      const count = counts.get(String(thing))?.length ?? 0;
      return count === 1
        ? []
        : [`${kind}: ${thing} was answered, and is in the cloud ${count} times`];
    });
  });
}

const KINDS = ["visits", "sessions", "guests", "consents"] as const;

/** Adds what a box has in its store. What a later look says of the same thing counts. */
export function addTruthOf(store: BranchStore, truth: Truth): void {
  store.read((tx) => {
    for (const kind of KINDS)
      for (const { id, told } of tx.sql(OF_BOX[kind]).all() as Row[])
        truth[kind].set(id, kind === "guests" ? tx.columns.unlock("guests.name", told) : told);
  });
}

/** How the cloud's rows differ from what happened, in sentences; none where they agree. */
export function listDifferences(
  truth: Truth,
  held: Readonly<Record<(typeof KINDS)[number], readonly Row[]>>,
): string[] {
  return KINDS.flatMap((kind) => {
    const inCloud = new Map<string, string>();
    const twice = held[kind].filter(({ id, told }) => {
      const isSecond = inCloud.has(id);
      inCloud.set(id, told);
      return isSecond;
    });
    return [
      ...twice.map(({ id }) => `${kind}: ${id} is in the cloud twice`),
      ...[...truth[kind]].flatMap(([id, told]) => {
        const there = inCloud.get(id);
        if (there === undefined) return [`${kind}: ${id} (${told}) is not in the cloud`];
        return there === told ? [] : [`${kind}: ${id} is ${told}, the cloud says ${there}`];
      }),
      ...[...inCloud.keys()]
        .filter((id) => !truth[kind].has(id))
        .map((id) => `${kind}: ${id} is in the cloud and never happened`),
    ];
  });
}
