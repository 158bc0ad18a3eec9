-- Links that staff make, each good for one answer.
create table survey_links (
  tenant_id uuid not null default current_tenant(),
  -- The answer's as well, which comes of it once.
  id uuid not null,
  token_hash bytea not null,
  survey_id text not null,
  branch_id uuid not null,
  -- Whose answer it will be; null: nobody's in particular. The record may be part of another since.
  customer_id uuid,
  made_at timestamptz not null,
  made_by uuid not null,
  ends_at timestamptz not null,
  answered_at timestamptz,
  withdrawn_at timestamptz,
  primary key (tenant_id, id)
);
select distribute('survey_links');
create unique index survey_links_by_token on survey_links (tenant_id, token_hash);
create index survey_links_newest on survey_links (tenant_id, made_at desc, id desc);
select isolate_tenants('survey_links');
select scope_to_branches('survey_links', 'branch_id');
