-- An answer that staff filled in for a guest: who of them, and where the guest was.
alter table survey_answers drop constraint survey_answers_told_by_check;
alter table survey_answers
  add constraint survey_answers_told_by_check check (told_by in ('page', 'link', 'staff'));
alter table survey_answers add column taken_by uuid;
alter table survey_answers add column taken_how text
  check (taken_how in ('on-site', 'phone'));
