import { listRows, sql, type TenantTransaction } from "../../platform/db.ts";
import { spokenChannels } from "./channel-queries.ts";

/** What somebody agrees to now, of messages channel by channel, with the act that says so. */
export type StandingConsent = {
  purpose: string;
  channel: string | null;
  guestId: string;
  deviceId: string;
  branchId: string;
  textVersion: number;
  textSha256: string;
  language: string;
  at: Date;
};

export function listStandingConsents(
  tx: TenantTransaction,
  customerId: string,
): Promise<StandingConsent[]> {
  const { tenantId } = tx;
  return listRows(
    tx,
    sql<StandingConsent>`
      select last.purpose, last.channel, last.guest_id as "guestId", last.device_id as "deviceId",
        last.branch_id as "branchId", last.text_version as "textVersion",
        last.text_sha256 as "textSha256", last.language, last.at
      from (
        select distinct on (acts.purpose, spoken.channel) acts.purpose, spoken.channel, acts.given,
          acts.guest_id, acts.device_id, acts.branch_id, acts.text_version, acts.text_sha256,
          acts.language, acts.at
        from guests
        join customer_consents as acts
          on acts.tenant_id = guests.tenant_id and acts.guest_id = guests.id
        cross join lateral ${spokenChannels} as spoken (channel)
        where guests.tenant_id = ${tenantId} and guests.customer_id = ${customerId}
        order by acts.purpose, spoken.channel, acts.at desc, acts.event_id desc
      ) as last
      where last.given order by last.purpose, last.channel`,
  );
}
