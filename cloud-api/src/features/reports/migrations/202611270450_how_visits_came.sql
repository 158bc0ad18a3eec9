-- By which way in, and on which kind of device, a visit came: what reports are narrowed by
-- (docs/decisions/0038-narrowed-reports.md).
alter table report_visits add column device_kind text not null default 'unknown'
  check (device_kind in ('given', 'made-up', 'unknown'));
alter table report_visits add column method text not null default 'unknown';
create index report_visits_by_end on report_visits (tenant_id, ended_at);

-- When a device was let online at a branch, and by which way: as boxes tell it.
create table report_ways_in (
  tenant_id uuid not null default current_tenant(),
  event_id uuid not null,
  branch_id uuid not null,
  device_id uuid not null,
  at timestamptz not null,
  method text not null,
  primary key (tenant_id, event_id)
);
select distribute('report_ways_in');
create index report_ways_in_by_device on report_ways_in (tenant_id, branch_id, device_id, at);
select isolate_tenants('report_ways_in');
select scope_to_branches('report_ways_in', 'branch_id');

insert into report_ways_in (tenant_id, event_id, branch_id, device_id, at, method)
select tenant_id, id, branch_id, (payload ->> 'deviceId')::uuid, occurred_at, payload ->> 'method'
from events
where type = 'guest.connected' and branch_id is not null
on conflict (tenant_id, event_id) do nothing;

update report_visits set
  device_kind = coalesce((select case when devices.randomised then 'made-up' else 'given' end
    from devices where devices.tenant_id = visits.tenant_id and devices.id = visits.device_id),
    'unknown'),
  method = coalesce((select ways.method from report_ways_in as ways
    where ways.tenant_id = visits.tenant_id and ways.branch_id = visits.branch_id
      and ways.device_id = visits.device_id
      and ways.at >= visits.started_at - interval '10 minutes'
      and ways.at <= visits.started_at + interval '10 minutes'
    order by ways.at, ways.event_id limit 1), 'unknown')
from visits
where visits.tenant_id = report_visits.tenant_id and visits.id = report_visits.visit_id;
