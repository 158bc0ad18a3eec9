-- Nobody vouches for the device: all there is of it is a page whose guest claimed its MAC.
alter table devices add column is_claim integer not null default 0;
-- Whether the cloud was told of it.
alter table devices add column is_told integer not null default 1;
-- In the order in which they were made: of too many the oldest are forgotten.
create index devices_claims on devices (is_claim) where is_claim = 1;

-- Whether anything hangs on a device is asked here, and by SQLite itself when its row goes.
create index tickets_device on tickets (device_id);
create index visits_device on visits (device_id);
create index consents_device on consents (device_id);
create index survey_answers_of_device on survey_answers (device_id) where device_id is not null;
