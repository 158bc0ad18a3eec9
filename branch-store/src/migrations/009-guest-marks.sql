-- What the cloud has marked a known guest with: JSON lists of ids, and the tier.
alter table known_guests add column groups text not null default '[]';
alter table known_guests add column tags text not null default '[]';
alter table known_guests add column tier text;
