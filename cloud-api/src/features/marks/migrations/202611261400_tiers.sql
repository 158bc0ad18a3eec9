-- A third kind of mark: the tier that staff give a customer by hand, one at most.
alter table marks drop constraint marks_kind_check;
alter table marks add constraint marks_kind_check check (kind in ('group', 'tag', 'tier'));
-- Tiers stand in an order of their own, the lowest first. Groups and tags have none.
alter table marks add column place integer not null default 0;
create unique index customer_marks_one_tier on customer_marks (tenant_id, customer_id)
  where kind = 'tier';
