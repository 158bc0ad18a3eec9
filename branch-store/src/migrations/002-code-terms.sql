-- The terms the guest ticked when asking for the code: the browser that comes back with the code
-- may have lost everything, and nobody is asked twice.
alter table codes add column terms_version integer;
alter table codes add column terms_sha256 text;
