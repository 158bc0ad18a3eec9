-- By whose tags a company tells advertisers of visits; no row: by none.
create table advert_settings (
  tenant_id uuid not null default current_tenant(),
  meta_pixel_id text,
  google_tag_id text,
  changed_at timestamptz not null,
  primary key (tenant_id)
);
select distribute('advert_settings');
select isolate_tenants('advert_settings');

-- The brands on whose pages they load.
create table advert_brands (
  tenant_id uuid not null default current_tenant(),
  brand_id uuid not null,
  primary key (tenant_id, brand_id)
);
select distribute('advert_brands');
alter table advert_brands add constraint advert_brands_brand
  foreign key (tenant_id, brand_id) references brands (tenant_id, id);
select isolate_tenants('advert_brands');

-- What a guest's browser told advertisers of, under the same id, and what became of the cloud's copy.
create table advert_events (
  tenant_id uuid not null default current_tenant(),
  -- Made by the box at random: 128 bits in base64url.
  id text not null check (id ~ '^[A-Za-z0-9_-]{22}$'),
  name text not null,
  branch_id uuid not null,
  visit_id uuid not null,
  guest_id uuid not null,
  occurred_at timestamptz not null,
  meta_pixel_id text,
  google_tag_id text,
  -- The words that its guest agreed to.
  text_version integer not null,
  text_sha256 text not null,
  state text not null check (state in ('waiting', 'sent', 'left-out')),
  -- Why it is left out, where it is.
  reason text check ((state = 'left-out') = (reason is not null)),
  -- Not before this; whoever takes one to send it moves this on, should it die over it.
  due_at timestamptz not null,
  sent_at timestamptz,
  primary key (tenant_id, id)
);
select distribute('advert_events');
create index advert_events_newest on advert_events (tenant_id, occurred_at desc, id desc);
create index advert_events_due on advert_events (tenant_id, due_at) where state = 'waiting';
create index advert_events_of_guest on advert_events (tenant_id, guest_id);
select isolate_tenants('advert_events');
select scope_to_branches('advert_events', 'branch_id');
