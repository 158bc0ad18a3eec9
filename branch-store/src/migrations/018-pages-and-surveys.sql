-- That a survey was answered, so that it is not asked again. What was answered is in the event.
create table survey_answers (
  id text primary key,
  survey_id text not null,
  -- Null: nobody knows whose device it was, or whose browser.
  guest_id text references guests (id),
  device_id text references devices (id),
  answered_at integer not null
) strict;
create unique index survey_answers_guest on survey_answers (guest_id, survey_id)
  where guest_id is not null;
create unique index survey_answers_device on survey_answers (device_id, survey_id)
  where guest_id is null and device_id is not null;
-- How many answers of nobody came of late.
create index survey_answers_at on survey_answers (answered_at) where guest_id is null;

-- The newest version of each welcome page that a guest was shown on their way online.
create table shown_pages (
  guest_id text not null references guests (id),
  page_id text not null,
  version integer not null,
  shown_at integer not null,
  primary key (guest_id, page_id)
) strict;

-- Visits to all branches of the tenant. Null: the cloud has not told.
alter table known_guests add column tenant_visits integer;
-- The release before may have been told of them and passed them over: all guests are asked for anew.
update pull set guests_position = 0;
