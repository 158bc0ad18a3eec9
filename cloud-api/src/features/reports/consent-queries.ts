import type { RawBuilder } from "kysely";
import { listRows, sql, type TenantTransaction } from "../../platform/db.ts";
import { spokenChannels } from "../customers/index.ts";
import { selectVisitors } from "./figure-queries.ts";
import type { Filter } from "./filter.ts";

export type Answer = "given" | "withdrawn";

/**
 * What the last word of customers is, purpose by purpose: yes where it is so for any channel of messages.
 * Of whoever said nothing there is no row.
 */
export const selectAnswers = (tx: TenantTransaction, among: RawBuilder<unknown>) => sql`
  select said.customer_id, said.purpose,
    case when bool_or(said.given) then 'given' else 'withdrawn' end as answer
  from (
    select distinct on (guests.customer_id, acts.purpose, spoken.channel) guests.customer_id,
      acts.purpose, acts.given
    from (${among}) as asked
    join guests
      on guests.tenant_id = ${tx.tenantId} and guests.customer_id = asked.customer_id
    join customer_consents as acts
      on acts.tenant_id = ${tx.tenantId} and acts.guest_id = guests.id
    cross join lateral ${spokenChannels} as spoken (channel)
    order by guests.customer_id, acts.purpose, spoken.channel, acts.at desc, acts.event_id desc
  ) as said group by said.customer_id, said.purpose`;

export type AnswerRow = { purpose: string; answer: Answer; customers: number };

/** Of those who came in the period, how many have which last word. */
export function countAnswers(tx: TenantTransaction, filter: Filter): Promise<AnswerRow[]> {
  const came = selectVisitors(tx, filter);
  return listRows(
    tx,
    sql<AnswerRow>`
      select answers.purpose, answers.answer, count(*)::integer as customers
      from (${selectAnswers(tx, came)}) as answers group by 1, 2`,
  );
}
