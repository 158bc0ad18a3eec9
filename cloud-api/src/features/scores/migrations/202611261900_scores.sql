-- How a company scores its customers and which tiers it gives for it (rules.ts). Without a row: as the
-- product begins.
create table score_settings (
  tenant_id uuid not null default current_tenant(),
  settings jsonb not null,
  changed_at timestamptz not null,
  primary key (tenant_id)
);
select distribute('score_settings');
select isolate_tenants('score_settings');

-- What each customer's visits come to, and the points they have for it. Nobody without a visit.
create table customer_scores (
  tenant_id uuid not null default current_tenant(),
  customer_id uuid not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  -- Within the days that the settings say.
  visits integer not null,
  length_points integer not null,
  recency_points integer not null,
  frequency_points integer not null,
  total_points integer not null,
  scored_at timestamptz not null,
  primary key (tenant_id, customer_id)
);
select distribute('customer_scores');
create index customer_scores_by_total on customer_scores (tenant_id, total_points);
select isolate_tenants('customer_scores');

-- Everybody is scored anew, by the order of ids: because the settings changed, or a day has passed.
create table score_runs (
  tenant_id uuid not null default current_tenant(),
  done_to uuid not null,
  done integer not null default 0,
  total integer not null default 0,
  because text not null check (because in ('settings', 'time')),
  primary key (tenant_id)
);
select distribute('score_runs');
select isolate_tenants('score_runs');
