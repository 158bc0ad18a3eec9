-- An address proves who somebody is as a number does: in lower case.
alter table customer_identifiers drop constraint customer_identifiers_kind_check;
alter table customer_identifiers add constraint customer_identifiers_kind_check
  check (kind in ('phone', 'email'));
