-- SHA-256 of the key by which whoever answered adds files to their answer. Null: none are asked for.
alter table survey_answers add column files_key_hash bytea;
create index survey_answers_by_files_key on survey_answers (tenant_id, files_key_hash)
  where files_key_hash is not null;

-- Pictures and other files that customers sent with an answer. They are not in the log, so that a replay
-- of it, which makes all answers anew, leaves them: no foreign key leads to an answer.
create table survey_files (
  tenant_id uuid not null default current_tenant(),
  id uuid not null,
  answer_id uuid not null,
  branch_id uuid not null,
  question_id text not null,
  kind text not null check (kind in ('jpeg', 'pdf')),
  bytes bytea not null,
  byte_count integer not null check (byte_count > 0),
  -- Of a picture, in pixels.
  width integer,
  height integer,
  -- SHA-256 of what was sent: the same file sent twice is one.
  sent_hash bytea not null,
  answered_at timestamptz not null,
  added_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, answer_id, question_id, sent_hash)
);
-- JPEG and PDF are packed already. Citus takes no such change of a table that is distributed.
alter table survey_files alter column bytes set storage external;
select distribute('survey_files');
create index survey_files_by_time on survey_files (tenant_id, answered_at, id);
select isolate_tenants('survey_files');
select scope_to_branches('survey_files', 'branch_id');
