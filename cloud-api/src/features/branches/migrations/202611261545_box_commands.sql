-- What staff ask one box to do, once.
create table box_commands (
  tenant_id uuid not null default current_tenant(),
  box_id uuid not null,
  -- Rises with each command of the box, and with time: a box that is ahead of a cloud restored from a
  -- back-up is not ahead of what it is asked afterwards.
  position bigint not null check (position > 0),
  id uuid not null,
  kind text not null check (
    kind in ('box.refresh', 'guests.unblock', 'box.send-logs', 'box.upgrade')),
  -- Null: of no device.
  device_id uuid,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (tenant_id, box_id, position)
);
select distribute('box_commands');
alter table box_commands add foreign key (tenant_id, box_id) references boxes (tenant_id, id);
select isolate_tenants('box_commands');

-- What became of a command at a box; one to a branch is answered by each of its boxes.
create table command_answers (
  tenant_id uuid not null default current_tenant(),
  command_id uuid not null,
  box_id uuid not null,
  outcome text not null check (outcome <> ''),
  -- By the box's clock.
  finished_at timestamptz not null,
  told_at timestamptz not null,
  primary key (tenant_id, command_id, box_id)
);
select distribute('command_answers');
select isolate_tenants('command_answers');

-- The newest lines of a box's logs, gzip, as it sent them for a command. They go after some days.
create table box_logs (
  tenant_id uuid not null default current_tenant(),
  command_id uuid not null,
  box_id uuid not null,
  packed bytea not null,
  received_at timestamptz not null,
  primary key (tenant_id, command_id)
);
select distribute('box_logs');
create index box_logs_by_time on box_logs (tenant_id, received_at);
select isolate_tenants('box_logs');
