-- The very words that were in force, so that a guest can read what they agreed to.
create table legal_words (
  sha256 text primary key,
  purpose text not null,
  version integer not null,
  language text not null,
  label text not null,
  body text not null
) strict;

-- What guests asked for; the cloud is told by the event of the same id.
create table guest_requests (
  id text primary key,
  guest_id text not null references guests (id),
  kind text not null check (kind in ('copy', 'deletion')),
  asked_at integer not null
) strict;
create index guest_requests_guest on guest_requests (guest_id, kind, asked_at);

-- A guest who was forgotten: the row names nobody, and nothing may give it a name again.
alter table guests add column erased_at integer;
create table erased_guests (
  guest_id text primary key references guests (id),
  -- Keyed hashes of the number, until the cloud has forgotten the guest too: under this box's own
  -- key, and under the one that known guests are found by.
  phone_mark text,
  phone_hash text,
  confirmed_at integer
) strict;
create index erased_guests_mark on erased_guests (phone_mark) where phone_mark is not null;
create index erased_guests_hash on erased_guests (phone_hash) where phone_hash is not null;
alter table meta add column erasure_key text;

-- That a consent was given and taken back stays, of nobody: without device and address.
create table erased_consents (
  id text primary key,
  guest_id text not null references guests (id),
  nas_id text not null,
  purpose text not null,
  given integer not null,
  text_version integer not null,
  text_sha256 text not null,
  language text not null,
  at integer not null
) strict;
