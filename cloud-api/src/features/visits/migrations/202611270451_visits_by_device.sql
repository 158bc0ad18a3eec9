-- A device may be told of after its visits: which they are is asked by it.
create index visits_by_device on visits (tenant_id, device_id);
