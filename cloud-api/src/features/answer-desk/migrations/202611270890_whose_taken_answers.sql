-- Whose an answer was when it was first told, and what it answers: told again it is nobody else's, and
-- gives nothing else. Null throughout: it was told before this was kept, and gives nothing any more.
alter table taken_answers add column survey_id text;
alter table taken_answers add column whose text;
-- The record as it was then; it may be part of another since.
alter table taken_answers add column customer_id uuid;
