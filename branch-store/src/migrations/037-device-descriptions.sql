-- What a device's browser says it runs on, and which kind of thing it is: families alone, see
-- DEVICE_SYSTEMS and DEVICE_FORMS of the contract. Null: nothing was said yet.
alter table devices add column system text;
alter table devices add column form text;
-- When the cloud was last told.
alter table devices add column described_at integer;
