-- What people ask for beside a copy and to be forgotten, also at the counter, by mail or telephone.
alter table guest_requests drop constraint guest_requests_kind_check;
alter table guest_requests add constraint guest_requests_kind_check
  check (kind in ('copy', 'deletion', 'correction', 'restriction'));
-- By which law its days are counted, as the company had chosen then.
alter table guest_requests add column law text not null default 'vn'
  check (law in ('vn', 'gdpr'));
-- Who of the staff wrote it down; null: the guest asked at a box.
alter table guest_requests add column noted_by uuid;
alter table guest_requests add column note text;
-- What became of it, and who says so.
alter table guest_requests add column outcome text check (outcome in ('done', 'refused'));
alter table guest_requests add column outcome_note text;
alter table guest_requests add column finished_by uuid;
create index guest_requests_open on guest_requests (tenant_id, asked_at)
  where finished_at is null;
create index guest_requests_finished on guest_requests (tenant_id, finished_at desc)
  where finished_at is not null;

-- Their record is kept and not used: no box knows them, and no segment holds them.
alter table customers add column restricted_at timestamptz;

-- The law that a company counts the days of requests by; none chosen: Vietnam's.
create table privacy_laws (
  tenant_id uuid not null default current_tenant(),
  law text not null check (law in ('vn', 'gdpr')),
  primary key (tenant_id)
);
select distribute('privacy_laws');
select isolate_tenants('privacy_laws');
