-- Where the tenant's branches may send guests after access: an address with all below it.
create table allowed_destinations (
  tenant_id uuid not null default current_tenant(),
  url text not null check (url ~ '^https?://'),
  primary key (tenant_id, url)
);
select distribute('allowed_destinations');
select isolate_tenants('allowed_destinations');
-- Addresses that branches had before there was a list stay good.
insert into allowed_destinations (tenant_id, url)
  select distinct tenant_id, settings -> 'signIn' ->> 'landingUrl' from branches
  where settings -> 'signIn' ->> 'landingUrl' is not null
on conflict do nothing;
