-- What was asked at the door, and what was answered: the newest some thousand, for some days. Whoever
-- looks after the branch reads there why a phone could not get on.
create table door_notes (
  id integer primary key,
  at integer not null,
  teller text not null check (teller in ('radius', 'portal')),
  -- Null: the request named no device.
  mac text,
  -- A hash of the number that was named, by the key of the store; null: none was.
  phone_mark text,
  -- Null: from an access controller that the settings do not know.
  nas_id text,
  -- Where such a one asks from, so that it can be added.
  sender text,
  asked text not null,
  answer text not null check (answer in ('let-in', 'refused', 'told')),
  reason text,
  policy_id text
) strict;
create index door_notes_mac on door_notes (mac, id);
create index door_notes_phone on door_notes (phone_mark, id) where phone_mark is not null;
create index door_notes_at on door_notes (at);

-- Whom a command is about, locked; it goes once the command was carried out.
alter table box_commands add column about text;
