-- Releases that boxes are offered: whoever runs this Foyer puts them in, for the boxes of all companies.
create table directory.releases (
  -- Of the tarball.
  sha256 text primary key check (sha256 ~ '^[0-9a-f]{64}$'),
  version text not null,
  architecture text not null check (architecture in ('x64', 'arm64')),
  bytes bigint not null check (bytes > 0),
  -- As it was signed, to the letter.
  signed_at text not null,
  signature text not null,
  added_at timestamptz not null,
  -- How far it is offered; null: to nobody yet.
  stage text check (stage in ('early', 'most', 'last')),
  staged_at timestamptz,
  -- Why it is offered no further; null: it is.
  halted_reason text,
  check ((stage is null) = (staged_at is null)),
  check (halted_reason is null or stage is not null)
);

-- The tarball, in parts of one length but the last.
create table directory.release_parts (
  sha256 text not null references directory.releases (sha256) on delete cascade,
  part integer not null check (part >= 0),
  bytes bytea not null,
  primary key (sha256, part)
);

-- What became of a release at each box, by the box's own word.
create table directory.release_outcomes (
  sha256 text not null references directory.releases (sha256) on delete cascade,
  box_id uuid not null,
  tenant_id uuid not null references directory.tenants (id) on delete cascade,
  outcome text not null check (outcome in ('upgraded', 'rolled-back', 'refused')),
  reason text,
  at timestamptz not null,
  primary key (sha256, box_id)
);

-- False: it is there already.
create function directory.add_release(new_sha256 text, new_version text, new_architecture text,
    new_bytes bigint, new_signed_at text, new_signature text, now timestamptz) returns boolean
  language plpgsql security definer set search_path = directory, public, pg_temp as $$
begin
  insert into directory.releases
      (sha256, version, architecture, bytes, signed_at, signature, added_at)
    values (new_sha256, new_version, new_architecture, new_bytes, new_signed_at, new_signature, now)
    on conflict (sha256) do nothing;
  return found;
end $$;

create function directory.put_release_part(wanted text, new_part integer, new_bytes bytea)
  returns void language sql security definer set search_path = directory, public, pg_temp as $$
  insert into directory.release_parts (sha256, part, bytes) values (wanted, new_part, new_bytes)
    on conflict (sha256, part) do update set bytes = excluded.bytes
$$;

create function directory.find_release_part(wanted text, wanted_part integer) returns bytea
  language sql stable security definer set search_path = directory, public, pg_temp as $$
  select bytes from directory.release_parts where sha256 = wanted and part = wanted_part
$$;

-- The newest first, with what became of each: counts, and the last reason of one that went wrong.
create function directory.list_releases()
  returns table (sha256 text, version text, architecture text, bytes bigint, signed_at text,
    signature text, added_at timestamptz, stage text, staged_at timestamptz, halted_reason text,
    parts integer, upgraded integer, rolled_back integer, refused integer, last_reason text)
  language sql stable security definer set search_path = directory, public, pg_temp as $$
  select held.sha256, held.version, held.architecture, held.bytes, held.signed_at, held.signature,
      held.added_at, held.stage, held.staged_at, held.halted_reason,
      (select count(*)::integer from directory.release_parts part where part.sha256 = held.sha256),
      count(*) filter (where became.outcome = 'upgraded')::integer,
      count(*) filter (where became.outcome = 'rolled-back')::integer,
      count(*) filter (where became.outcome = 'refused')::integer,
      (array_agg(became.reason order by became.at desc)
        filter (where became.outcome <> 'upgraded'))[1]
    from directory.releases held
    left join directory.release_outcomes became on became.sha256 = held.sha256
    group by held.sha256
    order by held.added_at desc, held.sha256
$$;

-- Offers it as far as a stage, or no further (a reason). What goes on is tried anew where it went wrong.
create function directory.stage_release(wanted text, new_stage text, reason text, now timestamptz)
  returns boolean
  language plpgsql security definer set search_path = directory, public, pg_temp as $$
begin
  update directory.releases
    set stage = new_stage, halted_reason = reason,
      staged_at = case when stage = new_stage then staged_at else now end
    where sha256 = wanted;
  if not found then return false; end if;
  if reason is null then
    delete from directory.release_outcomes where sha256 = wanted and outcome <> 'upgraded';
  end if;
  return true;
end $$;

-- What a box of the entered company says. One that had to go back keeps it from all others.
create function directory.note_release_outcome(wanted text, box uuid, new_outcome text,
    new_reason text, now timestamptz) returns void
  language plpgsql security definer set search_path = directory, public, pg_temp as $$
begin
  insert into directory.release_outcomes (sha256, box_id, tenant_id, outcome, reason, at)
    select sha256, box, current_tenant(), new_outcome, new_reason, now
      from directory.releases where sha256 = wanted
    on conflict (sha256, box_id) do update
      set outcome = excluded.outcome, reason = excluded.reason, at = excluded.at;
  if new_outcome = 'rolled-back' then
    update directory.releases
      set halted_reason = coalesce(halted_reason, 'rolled-back: ' || coalesce(new_reason, ''))
      where sha256 = wanted and stage is not null;
  end if;
end $$;

-- What a box is to have: the newest that is offered to its ring and that it has not said no to. Null: nothing.
create function directory.find_release_offer(box uuid, wanted_architecture text, stages text[])
  returns table (sha256 text, version text, architecture text, bytes bigint, signed_at text,
    signature text)
  language sql stable security definer set search_path = directory, public, pg_temp as $$
  select held.sha256, held.version, held.architecture, held.bytes, held.signed_at, held.signature
    from directory.releases held
    where held.architecture = wanted_architecture and held.stage = any(stages)
      and held.halted_reason is null
      and not exists (select from directory.release_outcomes became
        where became.sha256 = held.sha256 and became.box_id = box)
    order by held.signed_at desc, held.sha256
    limit 1
$$;

grant execute on function directory.add_release(text, text, text, bigint, text, text, timestamptz)
  to foyer_app;
grant execute on function directory.put_release_part(text, integer, bytea) to foyer_app;
grant execute on function directory.find_release_part(text, integer) to foyer_app;
grant execute on function directory.list_releases() to foyer_app;
grant execute on function directory.stage_release(text, text, text, timestamptz) to foyer_app;
grant execute on function directory.note_release_outcome(text, uuid, text, text, timestamptz)
  to foyer_app;
grant execute on function directory.find_release_offer(uuid, text, text[]) to foyer_app;

-- How a box stands with releases: when it is to have one, and what became of the last.
create table box_upgrades (
  tenant_id uuid not null default current_tenant(),
  box_id uuid not null,
  branch_id uuid not null,
  ring text not null default 'most' check (ring in ('early', 'most', 'last')),
  -- The release that runs, as the box said last; null: it has never asked.
  release text,
  asked_at timestamptz,
  -- What became of the last that it was offered; null: of none anything.
  outcome text check (outcome in ('upgraded', 'rolled-back', 'refused')),
  outcome_version text,
  outcome_reason text,
  outcome_at timestamptz,
  primary key (tenant_id, box_id)
);
select distribute('box_upgrades');
select isolate_tenants('box_upgrades');
select scope_to_branches('box_upgrades', 'branch_id');
