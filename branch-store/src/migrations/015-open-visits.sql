-- Whose visit goes on is asked at each arrival; a regular has hundreds that are over.
create index visits_guest_open on visits (guest_id) where ended_at is null;
-- sessions_device answers for open sessions too: each session wrote and erased one index for nothing.
drop index sessions_open_device;
