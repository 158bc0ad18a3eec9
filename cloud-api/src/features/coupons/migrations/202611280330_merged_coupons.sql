-- The coupons that a record brought into a merge: theirs again when the two are parted.
create table merged_coupons (
  tenant_id uuid not null default current_tenant(),
  merge_id uuid not null,
  coupon_id uuid not null,
  primary key (tenant_id, merge_id, coupon_id)
);
select distribute('merged_coupons');
alter table merged_coupons add foreign key (tenant_id, coupon_id)
  references coupons (tenant_id, id) on delete cascade;
create index merged_coupons_by_coupon on merged_coupons (tenant_id, coupon_id);
select isolate_tenants('merged_coupons');

-- Of merges before this: a profile's coupon says whose it was.
insert into merged_coupons (tenant_id, merge_id, coupon_id)
  select merges.tenant_id, merges.id, coupons.id
  from customer_merges as merges
  join coupons on coupons.tenant_id = merges.tenant_id
    and coupons.claim = 'profile ' || merges.gone_id::text
  where merges.state in ('merged', 'parting') and coupons.customer_id <> merges.gone_id;
