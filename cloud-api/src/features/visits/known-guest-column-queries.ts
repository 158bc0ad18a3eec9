import {
  KNOWN_DEVICES_MAX,
  KNOWN_EMAILS_MAX,
  KNOWN_PHONES_MAX,
  KNOWN_TOKENS_MAX,
} from "@foyer/contract";
import type { RawBuilder } from "kysely";
import { sql, type TenantTransaction } from "../../platform/db.ts";
import { SAID_ELSEWHERE, spokenChannels } from "../customers/index.ts";

/** As many as a box takes in of one guest (KnownGuest.groups): the nearest. */
const GROUPS_TOLD_MAX = 50;

export type KnownGuestPlace = {
  branchId: string;
  boxId: string;
  epoch: string | null;
  /** Devices proved before these are believed no more. */
  provedSince: { given: Date; randomised: Date };
};

/**
 * What a box is told of a customer, beside their row's own columns, which are `told`'s. Staff may have
 * written down another number: the box is told one that is theirs by proof.
 */
export const personColumns = sql`customers.tenant_id, customers.id, customers.name,
  (select proved.value from customer_identifiers as proved
    where proved.tenant_id = customers.tenant_id and proved.customer_id = customers.id
      and proved.kind = 'phone'
    order by proved.value is distinct from customers.phone, proved.value limit 1) as phone,
  array(select own.id from guests as own
    where own.tenant_id = customers.tenant_id and own.customer_id = customers.id
    order by own.id) as guest_ids,
  customers.language, right(customers.birthday, 5) as birthday,
  to_char(customers.last_seen_at at time zone 'UTC', 'YYYY-MM-DD') as last_seen_on,
  coalesce(here.visits, 0) as visits, customers.visits as tenant_visits,
  customers.restricted_at is not null as restricted`;

/** The marks of a customer as a box is told them. */
export const markColumns = (tx: TenantTransaction, customerId: RawBuilder<unknown>) => sql`
  -- Their own, and all that it stands in: what is for a group is for those below it.
  array(
    with recursive around as (
      select customer_marks.mark_id as id, 1 as depth from customer_marks
      where customer_marks.tenant_id = ${tx.tenantId} and customer_marks.kind = 'group'
        and customer_marks.customer_id = ${customerId}
      union all
      select marks.parent_id, around.depth + 1 from around
      join marks on marks.tenant_id = ${tx.tenantId} and marks.id = around.id
      where marks.parent_id is not null and around.depth < ${GROUPS_TOLD_MAX}::integer
    ) select around.id from around order by around.depth)::text[] as groups,
  array(select customer_marks.mark_id from customer_marks
    where customer_marks.tenant_id = ${tx.tenantId} and customer_marks.kind = 'tag'
      and customer_marks.customer_id = ${customerId}
    order by customer_marks.mark_id)::text[] as tags,
  (select customer_marks.mark_id::text from customer_marks
    where customer_marks.tenant_id = ${tx.tenantId} and customer_marks.kind = 'tier'
      and customer_marks.customer_id = ${customerId}) as tier`;

/**
 * The columns of a KnownGuestRow that are of a customer; they are `told`. Who they are at branches is
 * looked up once and not for each of these.
 */
export const guestColumns = (tx: TenantTransaction, { provedSince }: KnownGuestPlace) => sql`
  told.id as "customerId", told.phone, told.name, told.language, told.visits, told.birthday,
  told.tenant_visits as "tenantVisits", told.restricted, told.last_seen_on as "lastSeenOn",
  coalesce(told.guest_ids, '{}')::text[] as "guestIds",
  array(select proved.value from customer_identifiers as proved
    where proved.tenant_id = ${tx.tenantId} and proved.kind = 'phone'
      and proved.customer_id = told.id and proved.value <> told.phone
    order by proved.value limit ${KNOWN_PHONES_MAX}::integer)::text[] as phones,
  array(select proved.value from customer_identifiers as proved
    where proved.tenant_id = ${tx.tenantId} and proved.kind = 'email'
      and proved.customer_id = told.id
    order by proved.value limit ${KNOWN_EMAILS_MAX}::integer)::text[] as emails,
  ${markColumns(tx, sql`told.id`)},
  array(select distinct filled.field from customer_fields as filled
    where filled.tenant_id = ${tx.tenantId} and filled.guest_id = any(told.guest_ids)
    order by filled.field)::text[] as "filledFields",
  (select json_build_object('id', codes.code_id, 'salt', codes.salt, 'hash', codes.hash,
      'issuedAt', to_char(codes.issued_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
    from member_codes as codes
    where codes.tenant_id = ${tx.tenantId} and codes.guest_id = any(told.guest_ids)
    order by codes.issued_at desc, codes.code_id limit 1) as "memberCode",
  array(select distinct latest.purpose from (
      select distinct on (acts.purpose, spoken.channel) acts.purpose, acts.given
      from customer_consents as acts
      cross join lateral ${spokenChannels} as spoken (channel)
      where acts.tenant_id = ${tx.tenantId} and acts.guest_id = any(told.guest_ids)
      order by acts.purpose, spoken.channel, acts.at desc, acts.event_id desc) as latest
    where latest.given order by latest.purpose)::text[] as consents,
  coalesce((select json_agg(json_build_object('mac', proved.mac, 'randomised', proved.randomised,
      'provedOn', to_char(proved.at at time zone 'UTC', 'YYYY-MM-DD')) order by proved.at desc)
    from (
      select devices.mac, devices.randomised, max(owned.last_at) as at
      from guest_devices as owned
      join devices on devices.tenant_id = owned.tenant_id and devices.id = owned.device_id
      where owned.tenant_id = ${tx.tenantId} and owned.guest_id = any(told.guest_ids)
        and devices.mac is not null
        and owned.last_at > case when devices.randomised then ${provedSince.randomised}::timestamptz
          else ${provedSince.given}::timestamptz end
      group by devices.mac, devices.randomised
      order by at desc limit ${KNOWN_DEVICES_MAX}) as proved), '[]'::json) as devices,
  coalesce((select json_agg(json_build_object('hash', held.token_hash,
      'provedOn', to_char(held.at at time zone 'UTC', 'YYYY-MM-DD')) order by held.at desc)
    from (
      select tokens.token_hash, max(owned.last_at) as at
      from guest_devices as owned
      join device_tokens as tokens
        on tokens.tenant_id = owned.tenant_id and tokens.device_id = owned.device_id
      where owned.tenant_id = ${tx.tenantId} and owned.guest_id = any(told.guest_ids)
        and owned.last_at > ${provedSince.given}::timestamptz
        -- Not of a device that has gone over to somebody else since.
        and not exists (
          select from guest_devices as later
          where later.tenant_id = owned.tenant_id and later.device_id = owned.device_id
            and later.last_at > owned.last_at)
      group by tokens.token_hash
      order by at desc, tokens.token_hash limit ${KNOWN_TOKENS_MAX}) as held), '[]'::json) as tokens,
  coalesce((select json_agg(json_build_object('purpose', back.purpose, 'channel', back.channel,
      'at', to_char(back.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by back.at)
    from (
      select acts.purpose, acts.channel, max(acts.at) as at from customer_consents as acts
      where acts.tenant_id = ${tx.tenantId} and acts.guest_id = any(told.guest_ids)
        and not acts.given and acts.method = any(${[...SAID_ELSEWHERE]}::text[])
      group by acts.purpose, acts.channel) as back), '[]'::json) as "takenBack"`;
