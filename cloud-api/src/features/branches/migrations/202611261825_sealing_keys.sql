-- The keys to which a company's boxes seal what is personal in their events. Old ones go on opening: a box
-- may have been cut off for months.
create table sealing_keys (
  tenant_id uuid not null default current_tenant(),
  -- Counting from 1: the highest is the one that boxes are told.
  number integer not null check (number > 0),
  -- The beginning of the SHA-256 of the public key.
  name text not null,
  public_key text not null,
  -- Sealed under a key that is not in the database.
  private_key bytea not null,
  made_at timestamptz not null,
  primary key (tenant_id, number)
);
select distribute('sealing_keys');
create unique index sealing_keys_by_name on sealing_keys (tenant_id, name);
select isolate_tenants('sealing_keys');
