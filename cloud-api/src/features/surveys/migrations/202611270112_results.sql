-- What an answer's ratings come to, and which wording they were given to. Null: it has none.
alter table survey_answers add column survey_version integer;
alter table survey_answers add column score double precision;
alter table survey_answers add column lowest smallint;
update survey_answers set
  score = (select avg(value::integer) from jsonb_each_text(ratings)),
  lowest = (select min(value::integer) from jsonb_each_text(ratings))
where ratings <> '{}';
create index survey_answers_by_time on survey_answers (tenant_id, answered_at desc, id desc);

-- The words of what guests wrote, folded, so that they are found; erased with the texts.
create table survey_words (
  tenant_id uuid not null default current_tenant(),
  word text collate "C" not null,
  answer_id uuid not null,
  branch_id uuid not null,
  primary key (tenant_id, word, answer_id)
);
select distribute('survey_words');
alter table survey_words add foreign key (tenant_id, answer_id)
  references survey_answers (tenant_id, id) on delete cascade;
create index survey_words_by_answer on survey_words (tenant_id, answer_id);
select isolate_tenants('survey_words');
select scope_to_branches('survey_words', 'branch_id');

-- Each wording of a survey, from 1; none is changed or removed.
create table survey_versions (
  tenant_id uuid not null default current_tenant(),
  survey_id text not null,
  version integer not null check (version > 0),
  document jsonb not null,
  made_at timestamptz not null,
  -- Staff, or a key of the API.
  made_by uuid not null,
  primary key (tenant_id, survey_id, version)
);
select distribute('survey_versions');
select isolate_tenants('survey_versions');

-- From which ratings on a guest is content, up to which not, and what follows from it.
create table survey_rules (
  tenant_id uuid not null default current_tenant(),
  satisfied_from smallint not null,
  low_up_to smallint not null,
  case_hours integer not null check (case_hours > 0),
  satisfied_tag_id uuid,
  unsatisfied_tag_id uuid,
  -- The parts of the company that questions are about: ids and names.
  parts jsonb not null,
  changed_at timestamptz not null,
  check (low_up_to >= 1 and low_up_to < satisfied_from and satisfied_from <= 5),
  primary key (tenant_id)
);
select distribute('survey_rules');
select isolate_tenants('survey_rules');
