-- What staff say of a record's use is written at once, and once more as the log is followed: by then they
-- may have said something newer. Null: what they said was followed before this was kept.
alter table customers add column restriction_event uuid;
