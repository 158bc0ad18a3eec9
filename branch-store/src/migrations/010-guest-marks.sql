-- What the cloud has marked a known guest with: JSON lists of ids, and the tier.
alter table known_guests add column groups text not null default '[]';
alter table known_guests add column tags text not null default '[]';
alter table known_guests add column tier text;
-- The release before may have been told of marks and passed them over: all guests are asked for anew.
update pull set guests_position = 0;
