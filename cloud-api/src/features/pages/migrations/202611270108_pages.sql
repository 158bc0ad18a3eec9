-- The pages that a company makes for its guests. What stands on a branch is in the branch's settings.
create table pages (
  tenant_id uuid not null default current_tenant(),
  id uuid not null,
  -- Whose page it is: of a brand, of one branch, or (both null) of the company.
  brand_id uuid,
  branch_id uuid,
  -- What somebody is writing: name, when, blocks, greet, landingUrl.
  draft jsonb not null,
  -- Rises with each change of the draft: who saves says which one they changed.
  revision integer not null default 1 check (revision > 0),
  -- The last version that was made of it; 0: none yet.
  version integer not null default 0 check (version >= 0),
  created_at timestamptz not null,
  created_by uuid,
  changed_at timestamptz not null,
  changed_by uuid,
  archived_at timestamptz,
  check (brand_id is null or branch_id is null),
  primary key (tenant_id, id)
);
select distribute('pages');
alter table pages add constraint pages_brand
  foreign key (tenant_id, brand_id) references brands (tenant_id, id);
alter table pages add constraint pages_branch
  foreign key (tenant_id, branch_id) references branches (tenant_id, id);
select isolate_tenants('pages');
-- Pages of the company and of brands are seen by all who see pages; whose they may change, rules say.
create policy branches on pages as restrictive to foyer_scoped
  using (branch_id is null or branch_id = any (current_branches()))
  with check (branch_id is null or branch_id = any (current_branches()));

-- A version never changes.
create table page_versions (
  tenant_id uuid not null default current_tenant(),
  page_id uuid not null,
  version integer not null check (version > 0),
  content jsonb not null,
  made_at timestamptz not null,
  made_by uuid,
  primary key (tenant_id, page_id, version)
);
select distribute('page_versions');
alter table page_versions add constraint page_versions_page
  foreign key (tenant_id, page_id) references pages (tenant_id, id);
select isolate_tenants('page_versions');

-- When a version was put on a branch, by whom, and with which version of the branch's settings.
create table page_placements (
  tenant_id uuid not null default current_tenant(),
  page_id uuid not null,
  branch_id uuid not null,
  version integer not null,
  settings_version integer not null,
  placed_at timestamptz not null,
  placed_by uuid,
  primary key (tenant_id, page_id, branch_id)
);
select distribute('page_placements');
alter table page_placements add constraint page_placements_version
  foreign key (tenant_id, page_id, version) references page_versions (tenant_id, page_id, version);
alter table page_placements add constraint page_placements_branch
  foreign key (tenant_id, branch_id) references branches (tenant_id, id);
select isolate_tenants('page_placements');
select scope_to_branches('page_placements', 'branch_id');

-- What is to be put on a branch later. `state` says what became of it.
create table page_plans (
  tenant_id uuid not null default current_tenant(),
  id uuid not null,
  page_id uuid not null,
  branch_id uuid not null,
  version integer not null,
  due_at timestamptz not null,
  state text not null check (state in ('waiting', 'done', 'failed', 'cancelled')),
  -- Why it could not be done.
  reason text,
  made_at timestamptz not null,
  made_by uuid,
  primary key (tenant_id, id)
);
select distribute('page_plans');
alter table page_plans add constraint page_plans_version
  foreign key (tenant_id, page_id, version) references page_versions (tenant_id, page_id, version);
alter table page_plans add constraint page_plans_branch
  foreign key (tenant_id, branch_id) references branches (tenant_id, id);
create index page_plans_by_page on page_plans (tenant_id, page_id, due_at);
select isolate_tenants('page_plans');
select scope_to_branches('page_plans', 'branch_id');
