-- NAS that were seen to sign their log-ins; an unsigned one from the same source is a forgery.
create table signing_nas (
  nas_id text primary key,
  source text not null,
  learnt_at integer not null
) strict;
