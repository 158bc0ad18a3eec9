-- The brand a branch belongs to: whoever works for a brand reaches its branches. New branches are of
-- the company's first.
alter table branches add column brand_id uuid;
update branches set brand_id = (
  select brands.id from brands
  where brands.tenant_id = branches.tenant_id order by brands.created_at, brands.id limit 1);
alter table branches add constraint branches_brand
  foreign key (tenant_id, brand_id) references brands (tenant_id, id);
create index branches_by_brand on branches (tenant_id, brand_id);

select scope_to_branches('branches', 'id');
select scope_to_branches('boxes', 'branch_id');
select scope_to_branches('commands', 'branch_id');
