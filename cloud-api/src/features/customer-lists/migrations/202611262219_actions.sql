-- What staff did to many customers at once: whom it is about, how far it is, and what has become of it.
create table customer_actions (
  tenant_id uuid not null default current_tenant(),
  id uuid not null,
  kind text not null check (kind in ('add-tag', 'remove-tag', 'set-group')),
  -- Null: into no group.
  mark_id uuid,
  mark_name text,
  -- Emptied with the rows, since a search may name somebody.
  filter jsonb not null,
  staff_id uuid not null,
  actor_kind text not null,
  -- How far whoever began it reached; null: the whole company.
  branch_ids uuid[],
  state text not null check (state in
    ('running', 'finished', 'cancelled', 'failed', 'undoing', 'undone')),
  failure text,
  created_at timestamptz not null,
  finished_at timestamptz,
  -- How many were counted before it began, and the highest id among them: who comes later is not meant.
  total integer not null,
  through_id uuid not null,
  done_to uuid not null,
  done integer not null default 0,
  changed integer not null default 0,
  refused integer not null default 0,
  -- Of an undoing: whose, how far they reach, from which position of the log on, and how far it is.
  undo_staff_id uuid,
  undo_actor_kind text,
  undo_branch_ids uuid[],
  undo_position bigint,
  undo_to uuid,
  undone integer not null default 0,
  left_alone integer not null default 0,
  -- When the rows below were removed; null: it can be undone.
  cleaned_at timestamptz,
  primary key (tenant_id, id),
  check (kind = 'set-group' or mark_id is not null)
);
select distribute('customer_actions');
create index customer_actions_by_time on customer_actions (tenant_id, created_at desc, id desc);
select isolate_tenants('customer_actions');

-- Whom an action changed, and how each was before; who could not be changed, and why.
create table customer_action_rows (
  tenant_id uuid not null default current_tenant(),
  action_id uuid not null,
  customer_id uuid not null,
  state text not null check (state in ('changed', 'refused', 'undone', 'left')),
  reason text,
  -- The event that told of it (UUIDv7): a later one in the same respect means that somebody else has
  -- had the last word since.
  event_id uuid,
  before_id uuid,
  touched boolean not null default false,
  primary key (tenant_id, action_id, customer_id)
);
select distribute('customer_action_rows');
alter table customer_action_rows add foreign key (tenant_id, action_id) references customer_actions
  on delete cascade;
create index customer_action_rows_by_customer on customer_action_rows (tenant_id, customer_id);
create index customer_action_rows_by_state on customer_action_rows
  (tenant_id, action_id, state, customer_id);
select isolate_tenants('customer_action_rows');
