-- In which ring the box was when it said so; null: before this was kept.
alter table directory.release_outcomes
  add column ring text check (ring in ('early', 'most', 'last'));

-- Whether a release that has come to a stage is offered to a ring.
create function directory.stage_reaches(stage text, ring text) returns boolean
  language sql immutable as $$
  select array_position(array['early', 'most', 'last'], ring)
    <= array_position(array['early', 'most', 'last'], stage)
$$;

-- As before, and in which ring: a box that is put into another takes with it nothing of what was seen there.
create or replace function directory.note_release_outcome(wanted text, box uuid, new_outcome text,
    new_reason text, now timestamptz) returns void
  language plpgsql security definer set search_path = directory, public, pg_temp as $$
begin
  perform from directory.releases where sha256 = wanted for no key update;
  insert into directory.release_outcomes (sha256, box_id, tenant_id, outcome, reason, at, ring)
    select held.sha256, box, current_tenant(), new_outcome, new_reason, now, asking.ring
      from directory.releases held
      left join directory.release_boxes asking on asking.box_id = box
      where held.sha256 = wanted
    on conflict (sha256, box_id) do update
      set outcome = excluded.outcome, reason = excluded.reason, at = excluded.at,
        -- What it says twice it said where it was.
        ring = case when release_outcomes.outcome = excluded.outcome
          then coalesce(release_outcomes.ring, excluded.ring) else excluded.ring end;
end $$;

-- As before, but: a box that went back counts for the ring in which it did, and only where the release was
-- offered to that; and a newer release takes an older one's place in those rings alone that it has come to.
create or replace function directory.list_rollout_standings(wanted text, only_ring text,
    heard_after timestamptz, silent_before timestamptz, late_before timestamptz)
  returns table (sha256 text, standing text, boxes integer, own integer, last_well timestamptz, examples jsonb)
  language sql stable security definer set search_path = directory, public, pg_temp as $$
  with placed as (
    select held.sha256, held.stage, box.box_id, box.tenant_id, seen.ring, box.asked_at, box.well_since,
        coalesce(became.reason, box.trouble) as reason,
        case
          when became.outcome is not null then became.outcome
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
      left join directory.release_outcomes became on became.sha256 = held.sha256
        and became.box_id = box.box_id and became.outcome <> 'upgraded'
        and box.release <> held.version
      cross join lateral (select coalesce(became.ring, box.ring) as ring) seen
      where (wanted is null or held.sha256 = wanted)
        and directory.stage_reaches(held.stage, seen.ring)
        and (only_ring is null or seen.ring = only_ring)
        and exists (select from directory.box_keys key where key.box_id = box.box_id)
        and not exists (select from directory.releases newer
          where newer.architecture = held.architecture and newer.signed_at > held.signed_at
            and directory.stage_reaches(newer.stage, seen.ring) and newer.halted_reason is null)),
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
