-- Until when the authority has said that it gives this account nothing: RFC 8555 section 6.6.
alter table acme_accounts add column limited_until timestamptz;
