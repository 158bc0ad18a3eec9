-- True: a rule gave it, and takes it again. What staff gave by hand no rule takes.
alter table customer_marks add column by_rule boolean not null default false;
