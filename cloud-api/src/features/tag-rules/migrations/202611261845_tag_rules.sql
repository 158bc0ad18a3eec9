-- Tags that whoever is in a segment is given, and loses with it where the rule says so.
create table tag_rules (
  tenant_id uuid not null default current_tenant(),
  tag_id uuid not null,
  segment_id uuid not null,
  removes boolean not null,
  changed_at timestamptz not null,
  primary key (tenant_id, tag_id)
);
select distribute('tag_rules');
alter table tag_rules add foreign key (tenant_id, tag_id) references marks on delete cascade;
alter table tag_rules add foreign key (tenant_id, segment_id) references segments;
create index tag_rules_by_segment on tag_rules (tenant_id, segment_id);
select isolate_tenants('tag_rules');
