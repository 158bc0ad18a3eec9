-- Who was here lately, or not for long, of all who can be in a segment.
create index customers_by_last_visit on customers (tenant_id, last_visit_at, id)
  where erased_position is null and merged_into is null and restricted_at is null;
