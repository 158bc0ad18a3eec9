-- Secrets of browsers that were proved to be a guest's at any branch, by their keyed hash. All guests are
-- asked for anew: what was told so far holds none.
create table known_tokens (
  token_hash blob primary key,
  known_id integer not null references known_guests (id) on delete cascade,
  -- Days since 1970.
  proved_on integer not null
) strict, without rowid;
create index known_tokens_known on known_tokens (known_id);
update pull set guests_position = 0, guests_page = null;

-- Whether the cloud was told of it.
alter table device_tokens add column is_told integer not null default 0;
