-- Which event came under which seq of which life of a box: what makes each of them be stored once,
-- whatever is sent again, late, or by two processes at a time.
create table box_seqs (
  tenant_id uuid not null default current_tenant(),
  box_id uuid not null,
  epoch uuid not null,
  seq bigint not null check (seq > 0),
  event_id uuid not null,
  primary key (tenant_id, box_id, epoch, seq),
  unique (tenant_id, event_id)
);
select distribute('box_seqs');
select isolate_tenants('box_seqs');

-- What a box sent and nobody could read: kept as it came, for somebody to look at, and never sent
-- again. It may hold anything about a person, so the row can be erased.
create table set_aside_events (
  tenant_id uuid not null default current_tenant(),
  id uuid not null,
  branch_id uuid not null,
  box_id uuid not null,
  epoch uuid not null,
  -- Null where not even the seq could be read.
  seq bigint,
  reason text not null,
  body text not null,
  -- SHA-256 of the body, hex: the same event sent again is the same row.
  fingerprint text not null,
  received_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, box_id, epoch, fingerprint)
);
select distribute('set_aside_events');
create index set_aside_events_by_seq on set_aside_events (tenant_id, box_id, epoch, seq);
select isolate_tenants('set_aside_events');
