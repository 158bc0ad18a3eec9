-- The lives of a box's store, as pushes told of them.
create table box_epochs (
  tenant_id uuid not null default current_tenant(),
  box_id uuid not null,
  epoch uuid not null,
  first_heard_at timestamptz not null,
  -- The newest seq that is held, or was told to be written.
  known_through bigint not null default 0 check (known_through >= 0),
  -- Each seq up to here is held, or stands in a row of box_gaps.
  checked_through bigint not null default 0 check (checked_through >= 0),
  primary key (tenant_id, box_id, epoch)
);
select distribute('box_epochs');
-- Of lives that began before this was kept, what is missing is not known: they are checked from here on.
insert into box_epochs (tenant_id, box_id, epoch, first_heard_at, known_through, checked_through)
  select tenant_id, box_id, epoch, to_timestamp(0), max(seq), max(seq) from box_seqs
  group by tenant_id, box_id, epoch
  on conflict do nothing;
select isolate_tenants('box_epochs');

-- Seqs that are accounted for without an event under them in box_seqs: nothing ever stood there, the
-- event is held under another seq, or it was set aside.
create table box_seq_ranges (
  tenant_id uuid not null default current_tenant(),
  box_id uuid not null,
  epoch uuid not null,
  from_seq bigint not null check (from_seq > 0),
  to_seq bigint not null check (to_seq >= from_seq),
  reason text not null check (reason in ('vacant', 'repeat', 'set-aside')),
  primary key (tenant_id, box_id, epoch, from_seq, to_seq)
);
select distribute('box_seq_ranges');
insert into box_seq_ranges (tenant_id, box_id, epoch, from_seq, to_seq, reason)
  select distinct tenant_id, box_id, epoch, seq, seq, 'set-aside' from set_aside_events
  where seq > 0
  on conflict do nothing;
select isolate_tenants('box_seq_ranges');

-- Alarms: events that a box has sent for good, by its own word, and that are not here.
create table box_gaps (
  tenant_id uuid not null default current_tenant(),
  box_id uuid not null,
  epoch uuid not null,
  from_seq bigint not null,
  to_seq bigint not null check (to_seq >= from_seq),
  -- How many seqs of the range are missing still.
  missing bigint not null check (missing >= 0),
  found_at timestamptz not null,
  -- Null: open.
  filled_at timestamptz check ((filled_at is null) = (missing > 0)),
  primary key (tenant_id, box_id, epoch, from_seq)
);
select distribute('box_gaps');
create index box_gaps_open on box_gaps (tenant_id, box_id, epoch) where filled_at is null;
select isolate_tenants('box_gaps');

-- Alarms: two stores speak under one box's name.
create table box_twins (
  tenant_id uuid not null default current_tenant(),
  box_id uuid not null,
  found_at timestamptz not null,
  seen_at timestamptz not null,
  primary key (tenant_id, box_id)
);
select distribute('box_twins');
select isolate_tenants('box_twins');
