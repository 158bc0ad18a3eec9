-- Since when an endpoint is off, whoever turned it off; and the last time it was: nothing of that time
-- is sent later, and staff are told so.
alter table webhook_endpoints
  add column off_at timestamptz,
  add column gap_from timestamptz,
  add column gap_until timestamptz;
