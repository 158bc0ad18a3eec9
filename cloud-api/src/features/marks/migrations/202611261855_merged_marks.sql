-- The marks of a record that became part of another one: theirs again when the two are parted.
create table merged_marks (
  tenant_id uuid not null default current_tenant(),
  merge_id uuid not null,
  customer_id uuid not null,
  mark_id uuid not null,
  kind text not null,
  -- The kept record has it by this merge alone.
  given boolean not null,
  primary key (tenant_id, merge_id, mark_id)
);
select distribute('merged_marks');
alter table merged_marks add foreign key (tenant_id, mark_id, kind)
  references marks (tenant_id, id, kind) on delete cascade;
create index merged_marks_by_mark on merged_marks (tenant_id, mark_id);
select isolate_tenants('merged_marks');
