-- A guest's usage is summed over their sessions at each log-in.
create index sessions_guest on sessions (guest_id, started_at);
