import type { BranchStore } from "@foyer/branch-store";

/** What happened at a branch: each thing by its id, with what must be right about it, as one text. */
export type Truth = {
  visits: Map<string, string>;
  guests: Map<string, string>;
  consents: Map<string, string>;
};

export const noTruth = (): Truth => ({ visits: new Map(), guests: new Map(), consents: new Map() });

type Row = { id: string; told: string };

// Milliseconds since 1970 in both stores, so that the texts can be held against each other. A session of
// which its NAS counted no second, as one whose Stop came at once and was heard late, lasted from its start
// to its end.
const OF_BOX = {
  visits: `select visits.id, visits.started_at || ' ' || coalesce(visits.ended_at, 'open') || ' '
      || coalesce(sum(case when sessions.connected_seconds > 0 then sessions.connected_seconds
        else cast(round((coalesce(sessions.ended_at, sessions.started_at) - sessions.started_at)
          / 1000.0) as integer) end), 0) as told
    from visits left join sessions on sessions.visit_id = visits.id group by visits.id`,
  guests: "select id, coalesce(name, '') as told from guests",
  consents: `select id, guest_id || ' ' || purpose || coalesce(' ' || channel, '') || ' ' || given
      as told from consents`,
} as const;

/** The same of the cloud: `$1` is the tenant. */
export const OF_CLOUD = {
  visits: `select id::text, (extract(epoch from started_at) * 1000)::bigint || ' '
      || coalesce((extract(epoch from ended_at) * 1000)::bigint::text, 'open') || ' '
      || connected_seconds as told
    from visits where tenant_id = $1`,
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

const KINDS = ["visits", "guests", "consents"] as const;

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
