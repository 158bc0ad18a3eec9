-- Whose visit goes on is asked at each arrival; a regular has hundreds that are over.
create index visits_guest_open on visits (guest_id) where ended_at is null;
