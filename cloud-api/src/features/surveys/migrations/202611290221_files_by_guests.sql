-- Whether whoever answered sent it, and not staff for them: what customers send of a branch in a day has a bound.
alter table survey_files add column by_guest boolean not null default true;
