-- What a company sends by: a mail server, an SMS provider, a Zalo account.
create table senders (
  tenant_id uuid not null default current_tenant(),
  id uuid not null,
  name text not null check (name <> ''),
  kind text not null,
  -- Field → text. What is secret stands in sender_secrets.
  settings jsonb not null,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  removed_at timestamptz,
  -- While a process renews its tokens, until when it may; null: nobody does.
  renewing_until timestamptz,
  -- When the access token that was got last ends.
  token_ends_at timestamptz,
  primary key (tenant_id, id)
);
select distribute('senders');
select isolate_tenants('senders');

-- Sealed under a key that is not in the database.
create table sender_secrets (
  tenant_id uuid not null default current_tenant(),
  sender_id uuid not null,
  field text not null,
  sealed bytea not null,
  set_at timestamptz not null,
  primary key (tenant_id, sender_id, field)
);
select distribute('sender_secrets');
alter table sender_secrets add constraint sender_secrets_sender
  foreign key (tenant_id, sender_id) references senders (tenant_id, id);
select isolate_tenants('sender_secrets');

-- Messages that staff sent to themselves.
create table sender_tests (
  tenant_id uuid not null default current_tenant(),
  id uuid not null,
  sender_id uuid not null,
  -- Null once it was sent.
  contact text,
  language text not null,
  state text not null check (state in ('waiting', 'claimed', 'accepted', 'rejected', 'retry', 'unknown')),
  reason text,
  detail text,
  created_at timestamptz not null,
  answered_at timestamptz,
  primary key (tenant_id, id)
);
select distribute('sender_tests');
create index sender_tests_by_sender on sender_tests (tenant_id, sender_id, created_at);
select isolate_tenants('sender_tests');

-- Codes that boxes asked to be sent. Contact and code are erased as soon as nobody sends any more.
create table code_requests (
  tenant_id uuid not null default current_tenant(),
  id uuid not null,
  branch_id uuid not null,
  box_id uuid not null,
  code_id uuid not null,
  contact_kind text not null,
  contact text,
  code text,
  host text,
  language text not null,
  branch_name text not null,
  minutes integer not null,
  -- [{senderId, timeoutSeconds}], as they stood when it was asked.
  steps jsonb not null,
  -- The day of the branch whose budget it was taken from.
  day text not null,
  created_at timestamptz not null,
  deadline timestamptz not null,
  state text not null check (state in ('waiting', 'sending', 'sent', 'unknown', 'failed')),
  way text,
  failure text,
  answer_position bigint not null,
  finished_at timestamptz,
  primary key (tenant_id, id)
);
select distribute('code_requests');
create index code_requests_by_branch on code_requests (tenant_id, branch_id, created_at);
create index code_requests_by_answer on code_requests (tenant_id, box_id, answer_position);
select isolate_tenants('code_requests');

-- Each try to hand a code to a provider: the row is there before the call, so none is made twice.
create table code_attempts (
  tenant_id uuid not null default current_tenant(),
  request_id uuid not null,
  number integer not null check (number > 0),
  step integer not null,
  sender_id uuid not null,
  state text not null check (state in ('claimed', 'accepted', 'rejected', 'retry', 'unknown')),
  reason text,
  detail text,
  provider_id text,
  claimed_at timestamptz not null,
  -- When whoever claimed it has given up at the latest.
  ends_at timestamptz not null,
  retry_at timestamptz,
  answered_at timestamptz,
  primary key (tenant_id, request_id, number)
);
select distribute('code_attempts');
alter table code_attempts add constraint code_attempts_request
  foreign key (tenant_id, request_id) references code_requests (tenant_id, id);
select isolate_tenants('code_attempts');

-- The position of the newest answer to each box.
create table code_answers (
  tenant_id uuid not null default current_tenant(),
  box_id uuid not null,
  position bigint not null,
  primary key (tenant_id, box_id)
);
select distribute('code_answers');
select isolate_tenants('code_answers');

-- What a branch has spent of its budget on a day of its calendar.
create table code_days (
  tenant_id uuid not null default current_tenant(),
  branch_id uuid not null,
  day text not null,
  messages integer not null,
  messages_max integer,
  -- When one was refused for want of budget; null: none was.
  refused_at timestamptz,
  primary key (tenant_id, branch_id, day)
);
select distribute('code_days');
select isolate_tenants('code_days');
