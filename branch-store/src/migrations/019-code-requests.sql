-- Where the browser was that asked for the message; null: not told apart from others.
alter table code_messages add column address text;
create index code_messages_address on code_messages (address, at);

-- A message that the cloud is asked to send. One row, so that the agent that pushes it and the portal
-- that gives up waiting for the agent cannot both have it.
create table code_requests (
  message_id text primary key references code_messages (id) on delete cascade,
  code_id text not null references codes (id) on delete cascade,
  -- Of its event in the outbox.
  seq integer not null unique,
  created_at integer not null,
  expires_at integer not null,
  state text not null
    check (state in ('waiting', 'pushed', 'claimed', 'sending', 'sent', 'unknown', 'failed')),
  way text,
  failure text,
  -- The position of the answer that state, way and failure are from; 0 before any.
  answer_position integer not null default 0
) strict;
create index code_requests_code on code_requests (code_id, created_at);

alter table pull add column codes_position integer not null default 0;
-- The last day of the branch on which its budget of messages was used up, YYYY-MM-DD.
alter table meta add column code_budget_day text;
