-- How each box stands with releases, for whoever runs this Foyer: one statement counts the boxes of all companies.
create table directory.release_boxes (
  box_id uuid primary key,
  tenant_id uuid not null references directory.tenants (id) on delete cascade,
  ring text not null check (ring in ('early', 'most', 'last')),
  architecture text not null check (architecture in ('x64', 'arm64')),
  -- As it said last.
  release text not null,
  asked_at timestamptz not null,
  -- What is wrong with it that a release may have caused; null: nothing.
  trouble text,
  -- Since when it runs this release without a trouble; null: it has one.
  well_since timestamptz,
  check ((trouble is null) = (well_since is not null))
);
insert into directory.release_boxes
    (box_id, tenant_id, ring, architecture, release, asked_at, well_since)
  select box_id, tenant_id, ring, architecture, release, asked_at, asked_at
    from box_upgrades
    where tenant_id is not null and architecture is not null and release is not null
      and asked_at is not null;

alter table directory.releases
  -- For so long all boxes have to be well before the next ring is offered it by the clock; null: by hand alone.
  add column advance_hours integer check (advance_hours between 1 and 336),
  -- So many boxes of a ring that went back, and more than this part of it, halt it for all.
  add column halt_boxes integer not null default 2 check (halt_boxes between 2 and 1000),
  add column halt_percent integer not null default 5 check (halt_percent between 0 and 100),
  -- When it was last started, taken on or resumed.
  add column offered_since timestamptz;
update directory.releases set offered_since = staged_at where stage is not null;

-- What was done with a release, by whom and why.
create table directory.rollout_steps (
  id uuid primary key,
  sha256 text not null references directory.releases (sha256) on delete cascade,
  at timestamptz not null,
  deed text not null check (deed in ('start', 'next', 'back', 'halt', 'resume')),
  stage text not null check (stage in ('early', 'most', 'last')),
  by text not null check (by in ('person', 'clock', 'boxes')),
  -- The person; null: nobody did.
  staff_id uuid,
  -- A person's own words.
  words text,
  -- On what it rests: `boxes` of `of`, and some of them with what each said.
  grounds jsonb
);
create index rollout_steps_by_release on directory.rollout_steps (sha256, at);

-- A box of the entered company asks. Wellness begins anew with another release, and after a trouble.
create function directory.note_release_box(box uuid, new_ring text, new_architecture text,
    new_release text, new_trouble text, now timestamptz) returns void
  language sql security definer set search_path = directory, public, pg_temp as $$
  insert into directory.release_boxes
      (box_id, tenant_id, ring, architecture, release, asked_at, trouble, well_since)
    values (box, current_tenant(), new_ring, new_architecture, new_release, now, new_trouble,
      case when new_trouble is null then now end)
    on conflict (box_id) do update
      set ring = excluded.ring, architecture = excluded.architecture, release = excluded.release,
        asked_at = excluded.asked_at, trouble = excluded.trouble,
        well_since = case when excluded.trouble is not null then null
          when release_boxes.release = excluded.release
            then coalesce(release_boxes.well_since, excluded.well_since)
          else excluded.well_since end
      where release_boxes.tenant_id = excluded.tenant_id
$$;

create function directory.choose_release_ring(box uuid, new_ring text) returns void
  language sql security definer set search_path = directory, public, pg_temp as $$
  update directory.release_boxes set ring = new_ring
    where box_id = box and tenant_id = current_tenant()
$$;

-- How many boxes of all companies said last that they run which; one that was removed has no key.
create function directory.count_running_releases() returns table (release text, boxes integer)
  language sql stable security definer set search_path = directory, public, pg_temp as $$
  select held.release, count(*)::integer from directory.release_boxes held
    where exists (select from directory.box_keys key where key.box_id = held.box_id)
    group by held.release
    order by count(*) desc, held.release
$$;

-- Whoever holds it knows all that boxes have said of the release, until the transaction's end.
create function directory.lock_release(wanted text) returns boolean
  language plpgsql security definer set search_path = directory, public, pg_temp as $$
begin
  perform from directory.releases where sha256 = wanted for no key update;
  return found;
end $$;

-- How the boxes stand that releases are offered to (or those of one ring alone): counts by standing, how
-- many of those are of the stage's own ring, since when the last is well, and twenty by name, those first that
-- were not heard for longest.
create function directory.list_rollout_standings(wanted text, only_ring text,
    heard_after timestamptz, silent_before timestamptz, late_before timestamptz)
  returns table (sha256 text, standing text, boxes integer, own integer, last_well timestamptz, examples jsonb)
  language sql stable security definer set search_path = directory, public, pg_temp as $$
  with placed as (
    select held.sha256, held.stage, box.box_id, box.tenant_id, box.ring, box.asked_at, box.well_since,
        coalesce(became.reason, box.trouble) as reason,
        case
          when became.outcome is not null and box.release <> held.version then became.outcome
          -- It was well for long enough by its own word, wherever it is now.
          when box.release = held.version and box.asked_at - box.well_since
            >= make_interval(hours => coalesce(held.advance_hours, 24)) then 'well'
          when box.asked_at <= silent_before and box.asked_at < held.offered_since
            then 'silent-before'
          when box.asked_at <= silent_before then 'silent-since'
          when box.asked_at <= heard_after then 'unheard'
          when box.release <> held.version and held.offered_since <= late_before then 'late'
          when box.release <> held.version then 'waits'
          when box.trouble is not null then 'troubled'
          else 'well'
        end as standing
      from directory.releases held
      join directory.release_boxes box on box.architecture = held.architecture
        and case when only_ring is not null then box.ring = only_ring
          when held.stage = 'early' then box.ring = 'early'
          when held.stage = 'most' then box.ring in ('early', 'most')
          else true end
      left join directory.release_outcomes became on became.sha256 = held.sha256
        and became.box_id = box.box_id and became.outcome <> 'upgraded'
      where held.stage is not null and (wanted is null or held.sha256 = wanted)
        and exists (select from directory.box_keys key where key.box_id = box.box_id)
        and not exists (select from directory.releases newer
          where newer.architecture = held.architecture and newer.signed_at > held.signed_at
            and newer.stage is not null and newer.halted_reason is null)),
  numbered as (
    select placed.*, row_number() over (
        partition by placed.sha256, placed.standing order by placed.asked_at, placed.box_id) as place
      from placed)
  select numbered.sha256, numbered.standing, count(*)::integer,
      count(*) filter (where numbered.ring = numbered.stage)::integer, max(numbered.well_since),
      jsonb_agg(jsonb_build_object('boxId', numbered.box_id, 'tenantId', numbered.tenant_id,
          'tenant', tenant.name, 'reason', numbered.reason, 'askedAt', numbered.asked_at)
        order by numbered.place) filter (where numbered.place <= 20)
    from numbered join directory.tenants tenant on tenant.id = numbered.tenant_id
    group by numbered.sha256, numbered.standing
$$;

-- How each release goes on by itself, and whether a newer one that is offered has taken its place.
create function directory.list_rollout_rules()
  returns table (sha256 text, advance_hours integer, halt_boxes integer, halt_percent integer,
    offered_since timestamptz, is_superseded boolean)
  language sql stable security definer set search_path = directory, public, pg_temp as $$
  select held.sha256, held.advance_hours, held.halt_boxes, held.halt_percent, held.offered_since,
      exists (select from directory.releases newer
        where newer.architecture = held.architecture and newer.signed_at > held.signed_at
          and newer.stage is not null and newer.halted_reason is null)
    from directory.releases held
$$;

create function directory.rule_rollout(wanted text, new_hours integer, new_boxes integer,
    new_percent integer) returns void
  language sql security definer set search_path = directory, public, pg_temp as $$
  update directory.releases
    set advance_hours = new_hours, halt_boxes = new_boxes, halt_percent = new_percent
    where sha256 = wanted
$$;

-- Offers it as far as a stage, or no further (a reason), and writes down who did. What a person lets go on is
-- tried anew where it went wrong. Who asks for what is so already has changed nothing, and no step is noted.
create function directory.take_rollout_step(step uuid, wanted text, new_stage text, reason text,
    new_by text, person uuid, new_words text, new_grounds jsonb, now timestamptz) returns boolean
  language plpgsql security definer set search_path = directory, public, pg_temp as $$
declare
  former directory.releases;
  new_deed text;
begin
  select * into former from directory.releases where sha256 = wanted for no key update;
  if not found then return false; end if;
  -- A halt is for wherever it has come to.
  if reason is not null then new_stage := coalesce(former.stage, new_stage); end if;
  new_deed := case
    when reason is not null and former.halted_reason is null then 'halt'
    when reason is not null then null
    when former.stage is null then 'start'
    when former.halted_reason is not null then 'resume'
    when former.stage = new_stage then null
    when array_position(array['early', 'most', 'last'], new_stage)
      > array_position(array['early', 'most', 'last'], former.stage) then 'next'
    else 'back' end;
  update directory.releases
    set stage = new_stage, halted_reason = reason,
      staged_at = case when stage = new_stage then staged_at else now end,
      offered_since = case when reason is null and new_deed is not null then now
        else coalesce(offered_since, now) end
    where sha256 = wanted;
  if reason is null then
    delete from directory.release_outcomes where sha256 = wanted and outcome <> 'upgraded';
  end if;
  if new_deed is not null then
    insert into directory.rollout_steps
        (id, sha256, at, deed, stage, by, staff_id, words, grounds)
      values (step, wanted, now, new_deed, new_stage, new_by, person, new_words, new_grounds);
  end if;
  return new_deed is not null;
end $$;

-- As the release before this one calls it.
create or replace function directory.stage_release(wanted text, new_stage text, reason text,
    now timestamptz) returns boolean
  language sql security definer set search_path = directory, public, pg_temp as $$
  select directory.take_rollout_step(gen_random_uuid(), wanted, new_stage, reason, 'person', null,
    reason, null, now)
$$;

-- The last 200 of all releases, the last first.
create function directory.list_rollout_steps()
  returns table (sha256 text, at timestamptz, deed text, stage text, by text, name text,
    words text, grounds jsonb)
  language sql stable security definer set search_path = directory, public, pg_temp as $$
  select step.sha256, step.at, step.deed, step.stage, step.by, person.name, step.words, step.grounds
    from directory.rollout_steps step
    left join directory.staff person on person.id = step.staff_id
    order by step.at desc, step.id desc
    limit 200
$$;

-- What a box of the entered company says. Whether that halts it for all is judged in the same transaction, in
-- which nobody else takes the release a step.
create or replace function directory.note_release_outcome(wanted text, box uuid, new_outcome text,
    new_reason text, now timestamptz) returns void
  language plpgsql security definer set search_path = directory, public, pg_temp as $$
begin
  perform from directory.releases where sha256 = wanted for no key update;
  insert into directory.release_outcomes (sha256, box_id, tenant_id, outcome, reason, at)
    select sha256, box, current_tenant(), new_outcome, new_reason, now
      from directory.releases where sha256 = wanted
    on conflict (sha256, box_id) do update
      set outcome = excluded.outcome, reason = excluded.reason, at = excluded.at;
end $$;

grant execute on function directory.note_release_box(uuid, text, text, text, text, timestamptz)
  to foyer_app;
grant execute on function directory.choose_release_ring(uuid, text) to foyer_app;
grant execute on function directory.count_running_releases() to foyer_app;
grant execute on function directory.lock_release(text) to foyer_app;
grant execute on function directory.list_rollout_standings(text, text, timestamptz, timestamptz,
  timestamptz) to foyer_app;
grant execute on function directory.list_rollout_rules() to foyer_app;
grant execute on function directory.rule_rollout(text, integer, integer, integer) to foyer_app;
grant execute on function directory.take_rollout_step(uuid, text, text, text, text, uuid, text,
  jsonb, timestamptz) to foyer_app;
grant execute on function directory.list_rollout_steps() to foyer_app;
