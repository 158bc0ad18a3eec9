-- How guests see a company or one of its brands, and the legal texts they are asked by: each save is a
-- version, and the last is the one worn. Its owner is a brand, or the company itself (the tenant's id).
create table brand_kits (
  tenant_id uuid not null default current_tenant(),
  owner_id uuid not null,
  version integer not null check (version > 0),
  -- Null: a brand has none of its own, and wears the company's.
  look jsonb,
  texts jsonb,
  made_at timestamptz not null,
  -- Null: nobody's; a brand begins with one.
  made_by uuid,
  primary key (tenant_id, owner_id, version)
);
select distribute('brand_kits');
select isolate_tenants('brand_kits');

-- What brands had before: `brands.accent_colour` and `logo` go on as what a brand wears, its own or not.
insert into brand_kits (tenant_id, owner_id, version, look, made_at)
  select tenant_id, id, 1, jsonb_build_object('accentColour', accent_colour, 'logo', logo), created_at
  from brands;
