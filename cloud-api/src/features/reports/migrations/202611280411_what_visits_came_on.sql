-- On what kind of device, and by which system, a visit came, as its browser said (see DEVICE_FORMS and
-- DEVICE_SYSTEMS of the contract). Nobody has told of any yet.
alter table report_visits add column system text not null default 'unknown';
alter table report_visits add column form text not null default 'unknown';
