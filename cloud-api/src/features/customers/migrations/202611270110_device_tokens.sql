-- Secrets that branches gave to browsers, by their SHA-256: a guest's browser is known at every branch.
create table device_tokens (
  tenant_id uuid not null default current_tenant(),
  device_id uuid not null,
  token_hash text not null,
  told_at timestamptz not null,
  primary key (tenant_id, device_id, token_hash)
);
select distribute('device_tokens');
select isolate_tenants('device_tokens');

-- Whose a device is, and which device has a MAC, is asked by boxes while a guest waits.
create index guest_devices_by_device on guest_devices (tenant_id, device_id);
create index devices_by_mac on devices (tenant_id, mac) where mac is not null;
