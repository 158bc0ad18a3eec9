-- What boxes have given devices of guests for the member Wi-Fi, as they told. What it is stays on the box.
create table member_keys (
  tenant_id uuid not null default current_tenant(),
  -- That of the event by which it was told.
  id uuid not null,
  branch_id uuid not null,
  box_id uuid not null,
  guest_id uuid not null,
  device_id uuid not null,
  issued_at timestamptz not null,
  -- Null: it opens the member Wi-Fi still.
  ended_at timestamptz,
  end_event_id uuid,
  -- CredentialEnd of the contract; null: the box did not say.
  ended_by text check (ended_by in ('guest', 'staff', 'replaced', 'other-guest', 'forgotten')),
  check ((ended_at is null) = (end_event_id is null)),
  primary key (tenant_id, id)
);
select distribute('member_keys');
create index member_keys_by_guest on member_keys (tenant_id, guest_id);
create index member_keys_by_end on member_keys (tenant_id, ended_at) where ended_at is not null;
select isolate_tenants('member_keys');
select scope_to_branches('member_keys', 'branch_id');

-- Which of them staff have asked a box to end.
create table member_key_orders (
  tenant_id uuid not null default current_tenant(),
  command_id uuid not null,
  key_id uuid not null,
  branch_id uuid not null,
  staff_id uuid not null,
  ordered_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (tenant_id, command_id)
);
select distribute('member_key_orders');
create index member_key_orders_by_key on member_key_orders (tenant_id, key_id, ordered_at);
select isolate_tenants('member_key_orders');
select scope_to_branches('member_key_orders', 'branch_id');
