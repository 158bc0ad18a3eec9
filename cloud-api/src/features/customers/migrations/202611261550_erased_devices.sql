-- Devices of people who were forgotten: their addresses are not kept again, though a box that meets one
-- anew tells it, since visits that are nobody's any more still name the device. A replay leaves these
-- rows standing.
create table erased_devices (
  tenant_id uuid not null default current_tenant(),
  device_id uuid not null,
  primary key (tenant_id, device_id)
);
select distribute('erased_devices');
select isolate_tenants('erased_devices');
