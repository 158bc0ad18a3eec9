-- What a file told, which staff brought in: by which import, and who began it.
alter table customer_fields drop constraint customer_fields_given_by_check;
alter table customer_fields add constraint customer_fields_given_by_check
  check (given_by in ('guest', 'import', 'zalo'));
alter table customer_fields add column import_id uuid;
alter table customer_fields add column staff_id uuid;

-- A follower of a Zalo Official Account: the account's id, a colon, the follower's there.
alter table customer_identifiers drop constraint customer_identifiers_kind_check;
alter table customer_identifiers add constraint customer_identifiers_kind_check
  check (kind in ('phone', 'email', 'zaloId'));
