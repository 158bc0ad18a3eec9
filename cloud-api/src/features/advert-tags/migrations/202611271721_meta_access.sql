-- How the cloud's copy of a visit reaches Meta: where to, and by which token, sealed. Null: it is not sent.
alter table advert_settings add column meta_api_url text;
alter table advert_settings add column meta_token bytea;
-- What keeps it from being sent just now, since when, and until when it rests.
alter table advert_settings add column meta_fault text;
alter table advert_settings add column meta_fault_at timestamptz;
alter table advert_settings add column meta_rest_until timestamptz;
alter table advert_settings add column meta_failures integer not null default 0;
