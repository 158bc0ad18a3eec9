-- What whoever kept a report says of it: why it is asked, what to look for.
alter table saved_reports add column note text not null default '';
