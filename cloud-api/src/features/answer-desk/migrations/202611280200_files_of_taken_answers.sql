-- By what files are taken for an answer: how it was worded, when it was given and who took it.
alter table taken_answers add column survey_version integer;
-- Null: it was told before this was kept, and takes none.
alter table taken_answers add column answered_at timestamptz;
alter table taken_answers add column taken_by uuid;
