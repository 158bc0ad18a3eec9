-- A report as somebody keeps it: which one, of which days, narrowed by what, set against what.
create table saved_reports (
  tenant_id uuid not null default current_tenant(),
  id uuid not null,
  -- Staff.
  owner_id uuid not null,
  name text not null check (name <> ''),
  report text not null,
  -- By its name, so that it is of other days each morning; null: the days below.
  period text,
  first_day text,
  last_day text,
  compared text not null check (compared in ('nothing', 'before', 'last-year')),
  -- As the reports of the API are asked, but for the days.
  query jsonb not null,
  -- Whether everybody of the company who reads reports sees it.
  shared boolean not null,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  primary key (tenant_id, id),
  check ((period is null) = (first_day is not null and last_day is not null))
);
select distribute('saved_reports');
create unique index saved_reports_by_name on saved_reports (tenant_id, owner_id, name);
select isolate_tenants('saved_reports');
