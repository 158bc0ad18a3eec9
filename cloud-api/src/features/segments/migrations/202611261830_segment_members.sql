-- Who is in which segment. Ids alone; rows of who is forgotten go with them.
create table segment_members (
  tenant_id uuid not null default current_tenant(),
  segment_id uuid not null,
  customer_id uuid not null,
  -- Since when, as far as this was seen.
  since timestamptz not null,
  primary key (tenant_id, segment_id, customer_id)
);
select distribute('segment_members');
alter table segment_members add foreign key (tenant_id, segment_id) references segments
  on delete cascade;
create index segment_members_by_customer on segment_members (tenant_id, customer_id);
select isolate_tenants('segment_members');

-- How many they are, kept with every change of the rows.
alter table segments add column members integer not null default 0;

-- Segments whose definition has changed: everybody is judged anew, by the order of ids. Those up to
-- `done_to` have been; whoever comes after is in it as of the definition before.
create table segment_judgings (
  tenant_id uuid not null default current_tenant(),
  segment_id uuid not null,
  done_to uuid not null,
  done integer not null default 0,
  -- How many there were to be judged when it began.
  total integer not null default 0,
  begun_at timestamptz not null,
  primary key (tenant_id, segment_id)
);
select distribute('segment_judgings');
alter table segment_judgings add foreign key (tenant_id, segment_id) references segments
  on delete cascade;
select isolate_tenants('segment_judgings');

-- The next moment at which some segment may say something else of a customer though nothing happens.
-- Never later than that; it may be earlier.
create table segment_due (
  tenant_id uuid not null default current_tenant(),
  customer_id uuid not null,
  due_at timestamptz not null,
  primary key (tenant_id, customer_id)
);
select distribute('segment_due');
create index segment_due_by_time on segment_due (tenant_id, due_at);
select isolate_tenants('segment_due');

-- The row lock under which members are judged, and the moment for which the alarm is set.
create table segment_alarms (
  tenant_id uuid not null default current_tenant(),
  due_at timestamptz,
  primary key (tenant_id)
);
select distribute('segment_alarms');
select isolate_tenants('segment_alarms');

-- The clocks that calendars were read by: a branch that moves to another zone has everybody judged anew.
create table segment_zones (
  tenant_id uuid not null default current_tenant(),
  branch_id uuid not null,
  time_zone text not null,
  primary key (tenant_id, branch_id)
);
select distribute('segment_zones');
select isolate_tenants('segment_zones');

-- Segments from before have no members yet: everybody is judged with the next event of the tenant.
insert into segment_judgings (tenant_id, segment_id, done_to, begun_at)
  select tenant_id, id, '00000000-0000-0000-0000-000000000000', changed_at from segments;
