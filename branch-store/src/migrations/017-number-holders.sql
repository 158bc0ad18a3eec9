-- 1: the number passed to this guest from somebody else; what the cloud knows of it may be the other's.
alter table guests add column is_new_holder integer not null default 0;
-- The last day on which the cloud heard of a known guest, YYYY-MM-DD. Null: not told.
alter table known_guests add column last_seen_on text;
update pull set guests_position = 0;
