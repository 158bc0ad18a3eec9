-- By which id a visit is told to advertisers, by the guest's browser and by the cloud: made once, at
-- random, and gone with the visit. Null: its guest has not agreed to it, or was shown no tag.
alter table visits add column advert_event_id text;
create unique index visits_advert_event on visits (advert_event_id) where advert_event_id is not null;
