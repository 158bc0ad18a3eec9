-- Values of the tenant's own fields that guests gave here.
create table guest_fields (
  guest_id text not null references guests (id),
  key text not null,
  value text not null,
  primary key (guest_id, key)
) strict, without rowid;
-- What a guest was asked for and left out, so that nobody is pestered.
create table asked_fields (
  guest_id text not null references guests (id),
  key text not null,
  times integer not null,
  last_at integer not null,
  last_visit integer not null,
  primary key (guest_id, key)
) strict, without rowid;
-- Keys of the fields that the cloud has of a known guest: a JSON list.
alter table known_guests add column filled_fields text not null default '[]';
update pull set guests_position = 0;
