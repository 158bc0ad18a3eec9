-- What kind of sale the answer will be about. Null: nobody said.
alter table survey_links add column sale_type_id text;
