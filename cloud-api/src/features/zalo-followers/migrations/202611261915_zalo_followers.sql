-- Whose followers become customers: a Zalo Official Account, by the sender that holds its tokens.
create table zalo_accounts (
  tenant_id uuid not null default current_tenant(),
  sender_id uuid not null,
  -- The account's own id at Zalo: followers have an id for each account.
  oa_id text not null,
  -- The branch that new customers are noted for.
  branch_id uuid not null,
  -- The secret key of the account's webhook, sealed; null: none was given yet.
  webhook_key bytea,
  state text not null check (state in ('idle', 'running', 'failed')) default 'idle',
  failure text,
  -- How far the run has come through the list.
  place integer not null default 0,
  total integer,
  began_at timestamptz,
  finished_at timestamptz,
  -- What the last run did.
  created integer not null default 0,
  changed integer not null default 0,
  same integer not null default 0,
  left_out integer not null default 0,
  last_event_at timestamptz,
  primary key (tenant_id, sender_id)
);
select distribute('zalo_accounts');
select isolate_tenants('zalo_accounts');

-- Who follows, and who did. Zalo takes no message to whoever does not.
create table zalo_followers (
  tenant_id uuid not null default current_tenant(),
  -- The account's id, a colon, the follower's: as among the identifiers of customers.
  identifier text not null,
  follows boolean not null,
  -- When that came about, by Zalo's clock.
  changed_at timestamptz not null,
  -- When a run through the list met them last.
  seen_at timestamptz,
  primary key (tenant_id, identifier)
);
select distribute('zalo_followers');
select isolate_tenants('zalo_followers');
