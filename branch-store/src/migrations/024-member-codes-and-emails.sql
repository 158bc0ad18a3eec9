-- The code that a guest of this box was given when they proved their number, by what it is checked.
create table member_codes (
  guest_id text primary key references guests (id),
  code_id text not null,
  salt text not null,
  hash text not null,
  issued_at integer not null
) strict;

-- Those that the cloud tells of, given at any branch. One opens something only while its customer is known.
create table known_member_codes (
  customer_id text primary key,
  code_id text not null,
  salt text not null,
  hash text not null,
  issued_at integer not null
) strict;

-- Wrong tries: of the last hour, and of a code for its whole life.
create table member_code_tries (
  id text primary key,
  -- Null: the number has no code, or one that is closed.
  code_id text,
  tried_by text not null,
  -- Null: not told apart from others.
  address text,
  at integer not null
) strict;
create index member_code_tries_at on member_code_tries (at);
create index member_code_tries_code on member_code_tries (code_id) where code_id is not null;

-- The addresses that the cloud's customers verified, by their keyed hashes.
create table known_emails (
  email_hash text primary key,
  customer_id text not null
) strict;
create index known_emails_customer on known_emails (customer_id);

-- The release before may have been told of codes and addresses and passed them over: all guests are asked for anew.
update pull set guests_position = 0;
