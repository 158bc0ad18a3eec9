-- A record that is part of another one now stays, blank, so that the two can be parted again.
alter table customers add column merged_into uuid;
create index customers_by_merge on customers (tenant_id, merged_into)
  where merged_into is not null;

-- Each time two records were taken for one person, or were asked to be.
create table customer_merges (
  tenant_id uuid not null default current_tenant(),
  id uuid not null,
  kept_id uuid not null,
  gone_id uuid not null,
  state text not null check (state in ('asked', 'merged', 'refused', 'parting', 'parted')),
  -- Why it was refused, or could not be undone.
  reason text,
  -- Null: the machine, by an identifier that was proved for both.
  staff_id uuid,
  asked_at timestamptz not null,
  merged_at timestamptz,
  parted_at timestamptz,
  parted_by uuid,
  -- Where the kept one had joined before: what is told afterwards may say it otherwise.
  kept_source_branch_id uuid,
  kept_source_at timestamptz,
  kept_first_seen_at timestamptz,
  primary key (tenant_id, id)
);
select distribute('customer_merges');
create index customer_merges_by_kept on customer_merges (tenant_id, kept_id, asked_at);
create index customer_merges_by_gone on customer_merges (tenant_id, gone_id, asked_at);
create index customer_merges_by_time on customer_merges (tenant_id, asked_at desc, id desc);
select isolate_tenants('customer_merges');

-- What each side brought, so that it can be given back. Identifiers stand as hashes.
create table customer_merge_parts (
  tenant_id uuid not null default current_tenant(),
  merge_id uuid not null,
  kind text not null check (kind in ('kept-guest', 'gone-guest', 'holder', 'previous-holder')),
  part text not null,
  primary key (tenant_id, merge_id, kind, part)
);
select distribute('customer_merge_parts');
create index customer_merge_parts_by_part on customer_merge_parts (tenant_id, part);
select isolate_tenants('customer_merge_parts');

-- A consent that the merge itself wrote: the stricter of two words. Null: a guest's own act.
alter table customer_consents add column merge_id uuid;
create index customer_consents_by_merge on customer_consents (tenant_id, merge_id)
  where merge_id is not null;
