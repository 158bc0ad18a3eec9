-- A customer's timeline knows an answer by its event, and shows what was sent with it.
create index survey_answers_by_event on survey_answers (tenant_id, event_id);
