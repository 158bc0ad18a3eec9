-- What a code is for: `phone` holds a number (E.164), or an e-mail address in lower case. The two never
-- look alike, so code_messages needs no word of which it is.
alter table codes add column contact_kind text not null default 'phone'
  check (contact_kind in ('phone', 'email'));

-- The address that a guest proved by a code, in lower case; `email` is what they told.
alter table guests add column verified_email text;
alter table guests add column email_verified_at integer;
create unique index guests_verified_email on guests (verified_email);
