-- The position that guests_mark was told with: an older release, gone back to, moves guests_position alone.
alter table pull add column guests_mark_position integer;
update pull set guests_mark_position = guests_position where guests_mark is not null;
