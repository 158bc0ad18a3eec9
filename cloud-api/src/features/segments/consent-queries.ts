import type { RawBuilder } from "kysely";
import { sql, type TenantTransaction } from "../../platform/db.ts";
import { spokenChannels } from "../customers/index.ts";
import type { ConsentFact } from "./evaluate.ts";
import { askedChannel } from "./rules.ts";
import type { Condition } from "./schema.ts";

type ConsentCondition = Extract<Condition, { kind: "consent" }>;

/** The last word of each customer on each purpose, of messages on each channel. */
export const selectLastConsents = (
  { tenantId }: TenantTransaction,
  isAsked: RawBuilder<unknown>,
) => sql<ConsentFact & { customerId: string }>`
  select distinct on (guests.customer_id, acts.purpose, spoken.channel)
    guests.customer_id as "customerId", acts.purpose, spoken.channel, acts.given, acts.at
  from guests
  join customer_consents as acts
    on acts.tenant_id = guests.tenant_id and acts.guest_id = guests.id
  cross join lateral ${spokenChannels} as spoken (channel)
  where guests.tenant_id = ${tenantId} and guests.customer_id ${isAsked}
  order by guests.customer_id, acts.purpose, spoken.channel, acts.at desc, acts.event_id desc`;

/** Whether the customer of the row `customers` has said so last. */
export function compileConsent(condition: ConsentCondition, tx: TenantTransaction) {
  const { purpose, state } = condition;
  const channel = askedChannel(condition);
  const acts = sql`from guests
    join customer_consents as acts
      on acts.tenant_id = ${tx.tenantId} and acts.guest_id = guests.id
    where guests.tenant_id = ${tx.tenantId} and acts.purpose = ${purpose}
      ${channel === null ? sql`` : sql`and (acts.channel is null or acts.channel = ${channel})`}`;
  if (state === "never")
    return sql<boolean>`(not exists (select ${acts} and guests.customer_id = customers.id))`;
  const last = sql`select distinct on (guests.customer_id) guests.customer_id, acts.given, acts.channel
    ${acts} and guests.customer_id is not null
    order by guests.customer_id, acts.at desc, acts.event_id desc`;
  const given = channel === null ? isAnyGiven(tx) : sql`found.given`;
  return sql<boolean>`exists (
    select from (${last}) as found
    where found.customer_id = customers.id and ${given} = ${state === "given"}::boolean)`;
}

/** Where the last word took back one channel of messages, another may still be given. */
function isAnyGiven({ tenantId }: TenantTransaction) {
  return sql`case when found.given or found.channel is null then found.given else (
    select bool_or(words.given) from (
      select distinct on (spoken.channel) acts.given
      from guests
      join customer_consents as acts on acts.tenant_id = ${tenantId} and acts.guest_id = guests.id
      cross join lateral ${spokenChannels} as spoken (channel)
      where guests.tenant_id = ${tenantId} and guests.customer_id = found.customer_id
        and acts.purpose = 'marketing'
      order by spoken.channel, acts.at desc, acts.event_id desc
    ) as words) end`;
}
