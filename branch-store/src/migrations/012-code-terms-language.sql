-- The language of the words that were ticked: it may be another than the guest's own.
alter table codes add column terms_language text;
-- When its guest asked for this number last: of two codes that wait, that one's field is shown.
alter table codes add column asked_at integer;
