-- Devices that a branch blocks or allows. One that was taken away or is over stays for a while, so that
-- it can be read who was kept out and why.
create table device_rules (
  tenant_id uuid not null default current_tenant(),
  id uuid not null,
  branch_id uuid not null,
  -- AA-BB-CC-DD-EE-FF.
  mac text not null check (mac ~ '^([0-9A-F]{2}-){5}[0-9A-F]{2}$'),
  -- Which devices of ours had this address then: it goes with whoever is forgotten.
  device_ids uuid[] not null default '{}',
  kind text not null check (kind in ('block', 'allow')),
  policy_id uuid,
  reason text not null check (reason <> ''),
  -- Null: until it is taken away.
  until timestamptz,
  created_at timestamptz not null,
  created_by uuid not null,
  ended_at timestamptz,
  primary key (tenant_id, id)
);
select distribute('device_rules');
alter table device_rules add constraint device_rules_branch
  foreign key (tenant_id, branch_id) references branches (tenant_id, id);
create index device_rules_by_branch on device_rules (tenant_id, branch_id, created_at);
create unique index device_rules_in_force on device_rules (tenant_id, branch_id, mac)
  where ended_at is null;
select isolate_tenants('device_rules');
select scope_to_branches('device_rules', 'branch_id');

-- What boxes answered to whoever asked why a phone could not get on. It goes after a day.
create table door_traces (
  tenant_id uuid not null default current_tenant(),
  command_id uuid not null,
  box_id uuid not null,
  branch_id uuid not null,
  -- DoorNotes of the contract.
  notes jsonb not null,
  since timestamptz not null,
  received_at timestamptz not null,
  primary key (tenant_id, command_id, box_id)
);
select distribute('door_traces');
create index door_traces_by_time on door_traces (tenant_id, received_at);
select isolate_tenants('door_traces');
select scope_to_branches('door_traces', 'branch_id');
