-- Questions that are answered from 0 to 10: by question, the number.
alter table survey_answers add column scales jsonb not null default '{}';
