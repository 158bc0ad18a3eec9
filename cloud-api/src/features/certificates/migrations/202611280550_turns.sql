-- What an authority gives the names of a zone is one for all companies (Let's Encrypt counts by registered
-- domain): how much of it is used up, and which boxes wait for their turn. Nothing in it says whose names they are.
create table directory.certificate_paces (
  directory_url text not null,
  zone text not null,
  -- When all that was taken will have been given anew; rules.ts of certificates reckons with it.
  full_at timestamptz not null,
  primary key (directory_url, zone)
);
create table directory.certificate_turns (
  directory_url text not null,
  zone text not null,
  box_id uuid not null,
  tenant_id uuid not null references directory.tenants (id) on delete cascade,
  is_renewal boolean not null,
  -- Of a renewal the end of the certificate before, else when it was first asked for: the earlier goes first.
  urgent_at timestamptz not null,
  -- Whoever has not asked for long is waited for no more.
  asked_at timestamptz not null,
  primary key (directory_url, zone, box_id)
);
create index certificate_turns_by_tenant on directory.certificate_turns (tenant_id);
-- What the queue remembers of a company's turns, for as long as more of its boxes wait.
create table directory.certificate_turns_taken (
  directory_url text not null,
  zone text not null,
  tenant_id uuid not null references directory.tenants (id) on delete cascade,
  -- When a first order of the company had its turn last; renewals go before all and are not counted.
  taken_at timestamptz not null,
  primary key (directory_url, zone, tenant_id)
);
create index certificate_turns_taken_by_tenant on directory.certificate_turns_taken (tenant_id);

alter table box_certificates
  -- When its turn came for an order that has not been finished; null: it has none.
  add column turn_at timestamptz;

-- Puts a box of the entered company into the queue, or leaves it in its place. Nobody else's turn changes
-- until the transaction's end.
create function directory.ask_certificate_turn(of_directory text, of_zone text, box uuid,
    new_is_renewal boolean, new_urgent_at timestamptz, now timestamptz) returns void
  language plpgsql security definer set search_path = directory, public, pg_temp as $$
begin
  insert into directory.certificate_paces (directory_url, zone, full_at)
    values (of_directory, of_zone, now) on conflict (directory_url, zone) do nothing;
  perform from directory.certificate_paces pace
    where pace.directory_url = of_directory and pace.zone = of_zone for no key update;
  insert into directory.certificate_turns
      (directory_url, zone, box_id, tenant_id, is_renewal, urgent_at, asked_at)
    values (of_directory, of_zone, box, current_tenant(), new_is_renewal, new_urgent_at, now)
    on conflict (directory_url, zone, box_id) do update
      set asked_at = excluded.asked_at, is_renewal = excluded.is_renewal,
        urgent_at = case when excluded.is_renewal then excluded.urgent_at
          else certificate_turns.urgent_at end
      where certificate_turns.tenant_id = excluded.tenant_id;
end $$;

-- How many go before a box of the entered company, and when all that was taken will have been given anew; no
-- row: it does not wait. Renewals by the end of what they renew, then first orders: each company's first,
-- each one's second. The company goes first that has been without a turn for longest, since it asked or since
-- it had one: whoever asks has one turn at most of each other company before it, however many boxes those have.
create function directory.find_certificate_turn(of_directory text, of_zone text, box uuid,
    asked_after timestamptz) returns table (full_at timestamptz, ahead integer)
  language sql stable security definer set search_path = directory, public, pg_temp as $$
  with waiting as (
    select turn.box_id, turn.tenant_id, turn.is_renewal, turn.urgent_at,
        row_number() over own_ones as own,
        greatest(taken.taken_at, first_value(turn.urgent_at) over own_ones) as without_since
      from directory.certificate_turns turn
      left join directory.certificate_turns_taken taken
        on taken.directory_url = turn.directory_url and taken.zone = turn.zone
          and taken.tenant_id = turn.tenant_id
      where turn.directory_url = of_directory and turn.zone = of_zone and turn.asked_at > asked_after
      window own_ones as (
        partition by turn.is_renewal, turn.tenant_id order by turn.urgent_at, turn.box_id)),
  lined_up as (
    select waiting.box_id, waiting.tenant_id, row_number() over (order by waiting.is_renewal desc,
        case when waiting.is_renewal then 0 else waiting.own end,
        case when waiting.is_renewal then waiting.urgent_at else waiting.without_since end,
        waiting.box_id) - 1 as ahead
      from waiting)
  select pace.full_at, lined_up.ahead::integer
    from lined_up join directory.certificate_paces pace
      on pace.directory_url = of_directory and pace.zone = of_zone
    where lined_up.box_id = box and lined_up.tenant_id = current_tenant()
$$;

create function directory.take_certificate_turn(of_directory text, of_zone text, box uuid,
    new_full_at timestamptz, now timestamptz) returns void
  language sql security definer set search_path = directory, public, pg_temp as $$
  with gone as (
    delete from directory.certificate_turns turn
      where turn.directory_url = of_directory and turn.zone = of_zone and turn.box_id = box
        and turn.tenant_id = current_tenant()
      returning turn.tenant_id, turn.is_renewal)
  insert into directory.certificate_turns_taken as taken (directory_url, zone, tenant_id, taken_at)
    select of_directory, of_zone, gone.tenant_id, now from gone where not gone.is_renewal
    on conflict (directory_url, zone, tenant_id) do update set taken_at = excluded.taken_at;
  update directory.certificate_paces set full_at = new_full_at
    where directory_url = of_directory and zone = of_zone
$$;

-- The authority has said that it gives the zone nothing before: of two that were told the later counts.
create function directory.delay_certificate_turns(of_directory text, of_zone text,
    new_full_at timestamptz) returns void
  language sql security definer set search_path = directory, public, pg_temp as $$
  update directory.certificate_paces set full_at = new_full_at
    where directory_url = of_directory and zone = of_zone and full_at < new_full_at
$$;

create function directory.forget_certificate_turns(asked_before timestamptz) returns void
  language sql security definer set search_path = directory, public, pg_temp as $$
  delete from directory.certificate_turns where asked_at < asked_before;
  -- Whoever comes anew has been without a turn since then alone.
  delete from directory.certificate_turns_taken taken
    where not exists (select from directory.certificate_turns turn
      where turn.directory_url = taken.directory_url and turn.zone = taken.zone
        and turn.tenant_id = taken.tenant_id)
$$;

grant execute on function directory.ask_certificate_turn(text, text, uuid, boolean, timestamptz,
  timestamptz) to foyer_app;
grant execute on function directory.find_certificate_turn(text, text, uuid, timestamptz)
  to foyer_app;
grant execute on function directory.take_certificate_turn(text, text, uuid, timestamptz,
  timestamptz) to foyer_app;
grant execute on function directory.delay_certificate_turns(text, text, timestamptz) to foyer_app;
grant execute on function directory.forget_certificate_turns(timestamptz) to foyer_app;
