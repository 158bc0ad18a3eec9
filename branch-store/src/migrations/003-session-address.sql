-- What a Disconnect-Request needs to name a session to its NAS, known after a restart too.
alter table sessions add column user_name text;
alter table sessions add column nas_address text;
