-- Whom something is yet to be sent to: few rows, looked through every quarter of an hour.
create index code_requests_with_contact on code_requests (tenant_id, deadline)
  where contact is not null;
create index code_requests_open on code_requests (tenant_id, deadline)
  where state in ('waiting', 'sending');
