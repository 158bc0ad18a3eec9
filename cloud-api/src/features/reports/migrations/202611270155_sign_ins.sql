-- How far guests came on their way online, by the hour of their branch's clock in which they did. Each
-- event is counted once, when it is read; the clock that held then stays, until the log is read again.
create table report_sign_ins (
  tenant_id uuid not null default current_tenant(),
  branch_id uuid not null,
  day date not null,
  hour smallint not null check (hour between 0 and 23),
  step text not null check (step in ('seen', 'page', 'code-asked', 'code-right', 'online')),
  -- Of `online` the way in, of `code-asked` the channel; else empty.
  detail text not null,
  count integer not null,
  primary key (tenant_id, branch_id, day, hour, step, detail)
);
select distribute('report_sign_ins');
create index report_sign_ins_by_day on report_sign_ins (tenant_id, day);
select isolate_tenants('report_sign_ins');
select scope_to_branches('report_sign_ins', 'branch_id');
