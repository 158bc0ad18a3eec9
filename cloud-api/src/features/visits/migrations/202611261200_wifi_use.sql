-- What a session was, for the report of a customer's Wi-Fi use: as its words tell it, so each is null
-- until the one that says it has come. Sessions from before are filled by a replay.
alter table sessions add column branch_id uuid;
alter table sessions add column nas_id uuid;
alter table sessions add column device_id uuid;
alter table sessions add column policy_id uuid;
alter table sessions add column started_at timestamptz;
alter table sessions add column ended_at timestamptz;
alter table sessions add column cause text;
-- Which word of its box has told the seconds, and which the end that stands: a count may correct a
-- guess to less, so the last word counts, and not the greatest. A box numbers its words itself;
-- its clock may jump. An epoch is a UUIDv7, so a later life of a box is greater.
alter table sessions add column usage_epoch uuid;
alter table sessions add column usage_seq bigint;
alter table sessions add column end_epoch uuid;
alter table sessions add column end_seq bigint;
-- What the end that stands said of a visit's sessions, and which word it was: what a session told
-- afterwards corrects it. Null for an end from before.
alter table visits add column end_epoch uuid;
alter table visits add column end_seq bigint;
alter table visits add column told_sessions integer;
alter table visits add column told_seconds bigint;
alter table visits add column told_upload_bytes bigint;
alter table visits add column told_download_bytes bigint;
