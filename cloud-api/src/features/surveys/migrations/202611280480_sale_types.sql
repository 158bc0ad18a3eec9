-- How the company sells, as it writes it itself: in the hall, to take away, delivered … None is removed:
-- answers that were given of one keep its name.
create table sale_types (
  tenant_id uuid not null default current_tenant(),
  id text not null,
  -- By language.
  name jsonb not null,
  made_at timestamptz not null,
  -- Since when nobody chooses it any more.
  over_at timestamptz,
  primary key (tenant_id, id)
);
select distribute('sale_types');
select isolate_tenants('sale_types');
-- What kind of sale an answer is about. Null: nobody said.
alter table survey_answers add column sale_type_id text;
