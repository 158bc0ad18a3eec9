-- As before, but: who asks for what is so already takes nothing away of what boxes have said.
create or replace function directory.take_rollout_step(step uuid, wanted text, new_stage text, reason text,
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
  if reason is null and new_deed is not null then
    delete from directory.release_outcomes where sha256 = wanted and outcome <> 'upgraded';
  end if;
  if new_deed is not null then
    insert into directory.rollout_steps
        (id, sha256, at, deed, stage, by, staff_id, words, grounds)
      values (step, wanted, now, new_deed, new_stage, new_by, person, new_words, new_grounds);
  end if;
  return new_deed is not null;
end $$;
