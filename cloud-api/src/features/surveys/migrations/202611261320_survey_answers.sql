-- What guests answered, as boxes tell it. Free texts stay in the erasable rows beside the log.
create table survey_answers (
  tenant_id uuid not null default current_tenant(),
  id uuid not null,
  event_id uuid not null,
  survey_id text not null,
  branch_id uuid not null,
  -- The table or spot of a printed link.
  place text,
  -- Null: nobody knows whose device it was.
  guest_id uuid,
  told_by text not null check (told_by in ('page', 'link')),
  language text not null,
  -- By question: lists of options, and numbers from 1.
  choices jsonb not null,
  ratings jsonb not null,
  answered_at timestamptz not null,
  primary key (tenant_id, id)
);
select distribute('survey_answers');
create index survey_answers_newest on survey_answers (tenant_id, survey_id, answered_at desc, id desc);
create index survey_answers_by_guest on survey_answers (tenant_id, guest_id);
select isolate_tenants('survey_answers');
