-- Since when a number is its customer's, where it was another's before; and whose it was.
alter table customer_identifiers add column held_since timestamptz;
alter table customer_identifiers add column previous_customer_id uuid;
