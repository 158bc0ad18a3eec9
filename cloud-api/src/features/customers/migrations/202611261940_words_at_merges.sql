-- What the record that stays had said last of a field, said again as of the merge: otherwise the other
-- record's later word would count. Null: a word of its own.
alter table customer_fields add column merge_id uuid;
-- When it was said first.
alter table customer_fields add column told_at timestamptz;
create index customer_fields_by_merge on customer_fields (tenant_id, merge_id)
  where merge_id is not null;
