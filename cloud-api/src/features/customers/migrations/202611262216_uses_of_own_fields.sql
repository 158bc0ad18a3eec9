-- Whether customers are found by what a field says, and whether they see it on their own page. What
-- was so for every field stays so for those that are there.
alter table own_fields add column searchable boolean not null default false;
alter table own_fields add column open_to_customers boolean not null default false;
update own_fields set searchable = true where kind in ('text', 'phone');
update own_fields set open_to_customers = true;
