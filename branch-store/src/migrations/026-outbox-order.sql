-- Where in the tenant's log a visit's start stands, as its acknowledgement said; null: not told yet.
alter table visits add column acknowledged_position integer;
-- The log position a known guest's numbers were told at.
alter table known_guests add column told_position integer not null default 0;
update known_guests set told_position = (select guests_position from pull);

-- Seqs of this epoch that no event stands under, until the cloud has been told.
create table outbox_vacant (
  from_seq integer primary key,
  to_seq integer not null
) strict;
