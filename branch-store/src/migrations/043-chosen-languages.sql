-- The language that whoever had the device chose on a page. Null: nobody did.
alter table devices add column language text;
-- Whether a guest's language is one they chose on a page, or what their browser asked for.
alter table guests add column language_chosen integer not null default 0;
