-- When it was last opened again after it was closed: its time counts from then on. Null: it never was.
alter table cases add column reopened_at timestamptz;
