-- A change of a release's rule is a step too: it offers the release no further, also before it is offered to anybody.
alter table directory.rollout_steps
  alter column stage drop not null,
  -- The rule `from` and `to`, each as the API has it.
  add column ruled jsonb,
  drop constraint rollout_steps_deed_check,
  add constraint rollout_steps_deed_check
    check (deed in ('start', 'next', 'back', 'halt', 'resume', 'rule')),
  add constraint rollout_steps_stage_or_rule
    check ((deed = 'rule') = (ruled is not null) and (deed = 'rule' or stage is not null));

-- Under the lock of every other step. Who sets it as it is has changed nothing, and no step is noted.
create function directory.take_rule_step(step uuid, wanted text, new_hours integer, new_boxes integer,
    new_percent integer, person uuid, now timestamptz) returns boolean
  language plpgsql security definer set search_path = directory, public, pg_temp as $$
declare
  former directory.releases;
  was jsonb;
  becomes jsonb := jsonb_build_object(
    'advanceHours', new_hours, 'haltBoxes', new_boxes, 'haltPercent', new_percent);
begin
  select * into former from directory.releases where sha256 = wanted for no key update;
  if not found then return false; end if;
  was := jsonb_build_object('advanceHours', former.advance_hours,
    'haltBoxes', former.halt_boxes, 'haltPercent', former.halt_percent);
  if was = becomes then return false; end if;
  update directory.releases
    set advance_hours = new_hours, halt_boxes = new_boxes, halt_percent = new_percent
    where sha256 = wanted;
  insert into directory.rollout_steps (id, sha256, at, deed, stage, by, staff_id, ruled)
    values (step, wanted, now, 'rule', former.stage, 'person', person,
      jsonb_build_object('from', was, 'to', becomes));
  return true;
end $$;

-- The last 200 of all releases, the last first.
create function directory.list_rollout_deeds()
  returns table (sha256 text, at timestamptz, deed text, stage text, by text, name text,
    words text, grounds jsonb, ruled jsonb)
  language sql stable security definer set search_path = directory, public, pg_temp as $$
  select step.sha256, step.at, step.deed, step.stage, step.by, person.name, step.words, step.grounds,
      step.ruled
    from directory.rollout_steps step
    left join directory.staff person on person.id = step.staff_id
    order by step.at desc, step.id desc
    limit 200
$$;

-- As the release before this one calls it: it knows no rules among the steps.
create or replace function directory.list_rollout_steps()
  returns table (sha256 text, at timestamptz, deed text, stage text, by text, name text,
    words text, grounds jsonb)
  language sql stable security definer set search_path = directory, public, pg_temp as $$
  select deed.sha256, deed.at, deed.deed, deed.stage, deed.by, deed.name, deed.words, deed.grounds
    from directory.list_rollout_deeds() deed where deed.ruled is null
$$;

grant execute on function directory.take_rule_step(uuid, text, integer, integer, integer, uuid,
  timestamptz) to foyer_app;
grant execute on function directory.list_rollout_deeds() to foyer_app;
