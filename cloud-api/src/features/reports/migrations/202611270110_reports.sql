-- Visits counted by place and time (docs/decisions/0030-numbers-that-add-up.md). Everything here is made
-- of `visits` and can be made again.

-- The clock that a branch's visits are counted by. What staff wish is taken over when all of the
-- branch is counted anew.
create table report_clocks (
  tenant_id uuid not null default current_tenant(),
  branch_id uuid not null,
  time_zone text not null,
  -- Until this hour of its clock a branch's day is still the one before.
  day_starts_hour smallint not null default 0 check (day_starts_hour between 0 and 11),
  wanted_hour smallint not null default 0 check (wanted_hour between 0 and 11),
  primary key (tenant_id, branch_id)
);
select distribute('report_clocks');
select isolate_tenants('report_clocks');
select scope_to_branches('report_clocks', 'branch_id');

-- Each visit as it is counted at present: what is taken out again when it changes.
create table report_visits (
  tenant_id uuid not null default current_tenant(),
  visit_id uuid not null,
  branch_id uuid not null,
  -- Null: an anonymous visit.
  customer_id uuid,
  -- The branch's day and hour in which it began.
  day date not null,
  hour smallint not null,
  number integer,
  number_at_branch integer,
  started_at timestamptz not null,
  ended_at timestamptz,
  connected_seconds bigint not null,
  upload_bytes bigint not null,
  download_bytes bigint not null,
  primary key (tenant_id, visit_id)
);
select distribute('report_visits');
create index report_visits_by_branch on report_visits (tenant_id, branch_id, day);
create index report_visits_by_customer on report_visits (tenant_id, customer_id, day);
create index report_visits_by_day on report_visits (tenant_id, day);
select isolate_tenants('report_visits');
select scope_to_branches('report_visits', 'branch_id');

-- What happened at a branch in one hour of one of its days. Visits, and what they used, stand in the
-- hour in which they began, by which of the customer's visits it was: everywhere (visits_…) and at this
-- branch (here_…); visits_0 are those of nobody.
create table report_hours (
  tenant_id uuid not null default current_tenant(),
  branch_id uuid not null,
  day date not null,
  hour smallint not null check (hour between 0 and 23),
  visits integer not null default 0,
  visits_0 integer not null default 0,
  visits_1 integer not null default 0,
  visits_2 integer not null default 0,
  visits_3 integer not null default 0,
  visits_6 integer not null default 0,
  visits_11 integer not null default 0,
  here_1 integer not null default 0,
  here_2 integer not null default 0,
  here_3 integer not null default 0,
  here_6 integer not null default 0,
  here_11 integer not null default 0,
  -- Those among the visits that are over, and how long they were.
  ended integer not null default 0,
  dwell_seconds bigint not null default 0,
  connected_seconds bigint not null default 0,
  upload_bytes bigint not null default 0,
  download_bytes bigint not null default 0,
  -- Visits that ended in this hour, that were there in it, and for how long within it.
  departures integer not null default 0,
  present integer not null default 0,
  present_seconds bigint not null default 0,
  primary key (tenant_id, branch_id, day, hour)
);
select distribute('report_hours');
create index report_hours_by_day on report_hours (tenant_id, day);
select isolate_tenants('report_hours');
select scope_to_branches('report_hours', 'branch_id');

-- The sums of a day's hours.
create table report_days (
  tenant_id uuid not null default current_tenant(),
  branch_id uuid not null,
  day date not null,
  visits integer not null default 0,
  visits_0 integer not null default 0,
  visits_1 integer not null default 0,
  visits_2 integer not null default 0,
  visits_3 integer not null default 0,
  visits_6 integer not null default 0,
  visits_11 integer not null default 0,
  here_1 integer not null default 0,
  here_2 integer not null default 0,
  here_3 integer not null default 0,
  here_6 integer not null default 0,
  here_11 integer not null default 0,
  ended integer not null default 0,
  dwell_seconds bigint not null default 0,
  connected_seconds bigint not null default 0,
  upload_bytes bigint not null default 0,
  download_bytes bigint not null default 0,
  departures integer not null default 0,
  present_seconds bigint not null default 0,
  -- When a number of this day last became another.
  changed_at timestamptz not null,
  primary key (tenant_id, branch_id, day)
);
select distribute('report_days');
create index report_days_by_day on report_days (tenant_id, day);
select isolate_tenants('report_days');
select scope_to_branches('report_days', 'branch_id');

-- Who came to a branch on one of its days: of whom a report says how many, it can say who.
create table report_day_customers (
  tenant_id uuid not null default current_tenant(),
  branch_id uuid not null,
  day date not null,
  customer_id uuid not null,
  visits integer not null,
  primary key (tenant_id, branch_id, day, customer_id)
);
select distribute('report_day_customers');
create index report_day_customers_by_customer
  on report_day_customers (tenant_id, customer_id, day, branch_id);
create index report_day_customers_by_day on report_day_customers (tenant_id, day, customer_id);
select isolate_tenants('report_day_customers');
select scope_to_branches('report_day_customers', 'branch_id');

-- The same over all days: since when somebody comes to a branch, and when they came last.
create table report_branch_customers (
  tenant_id uuid not null default current_tenant(),
  branch_id uuid not null,
  customer_id uuid not null,
  first_day date not null,
  last_day date not null,
  visits integer not null,
  primary key (tenant_id, customer_id, branch_id)
);
select distribute('report_branch_customers');
create index report_branch_customers_by_branch
  on report_branch_customers (tenant_id, branch_id, first_day);
select isolate_tenants('report_branch_customers');
select scope_to_branches('report_branch_customers', 'branch_id');

-- Branches that are to be counted anew.
create table report_recounts (
  tenant_id uuid not null default current_tenant(),
  branch_id uuid not null,
  asked_at timestamptz not null,
  primary key (tenant_id, branch_id)
);
select distribute('report_recounts');
select isolate_tenants('report_recounts');
select scope_to_branches('report_recounts', 'branch_id');

-- Each night's days are counted a second time, out of the visits themselves.
create table report_checks (
  tenant_id uuid not null default current_tenant(),
  checked_at timestamptz not null,
  first_day date not null,
  last_day date not null,
  branch_days integer not null,
  faults integer not null,
  primary key (tenant_id, checked_at, first_day)
);
select distribute('report_checks');
select isolate_tenants('report_checks');

-- Days of which a report had said something else than the visits do.
create table report_faults (
  tenant_id uuid not null default current_tenant(),
  branch_id uuid not null,
  day date not null,
  found_at timestamptz not null,
  -- Name of the number → what the report said, what the visits say.
  numbers jsonb not null,
  -- When the branch was counted anew; null: the report still says so.
  mended_at timestamptz,
  primary key (tenant_id, branch_id, day, found_at)
);
select distribute('report_faults');
select isolate_tenants('report_faults');
select scope_to_branches('report_faults', 'branch_id');

-- One counts a company's visits at a time.
create table report_locks (
  tenant_id uuid not null default current_tenant(),
  taken_at timestamptz not null,
  primary key (tenant_id)
);
select distribute('report_locks');
select isolate_tenants('report_locks');
