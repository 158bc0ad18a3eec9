-- The event that stood at guests_position in the cloud's log: one that was restored from a back-up may have another there.
alter table pull add column guests_mark text;
