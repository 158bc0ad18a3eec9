-- Whose doing it was: sessions go on by what a guest gave up, and not by what staff took back. Null: it is
-- not revoked, or by a release that did not say.
alter table credentials add column revoked_by text;
