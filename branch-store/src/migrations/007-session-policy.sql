-- The policy a session was granted: what is used up of it ends the session.
alter table sessions add column policy_id text;
-- The last order to its NAS to end it: why, when, and how the NAS took it (null: not answered yet).
alter table sessions add column disconnect_cause text;
alter table sessions add column disconnect_asked_at integer;
alter table sessions add column disconnect_outcome text;
