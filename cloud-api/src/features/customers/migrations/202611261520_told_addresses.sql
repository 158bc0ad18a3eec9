-- False: an address that a forgotten customer had told and never proved. Who proves it is somebody
-- else, perhaps; who told it before that moment is taken to have told theirs.
alter table erased_numbers add column proved boolean not null default true;
