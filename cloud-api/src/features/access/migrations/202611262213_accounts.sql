-- Sessions that can be told apart and ended, browsers that somebody is known by, and what is sent by
-- mail: links that choose a new password, and word of what happened to an account.
alter table directory.sign_ins
  add column id uuid not null default gen_random_uuid(),
  add column seen_at timestamptz,
  -- Of what the browser says of itself, these words alone; null: it says nothing that is known.
  add column browser text,
  add column system text,
  -- Shortened: where somebody was, not who was beside them.
  add column network text;
create unique index sign_ins_by_id on directory.sign_ins (id);
update directory.sign_ins set seen_at = created_at;

alter table directory.staff
  -- Since when no password opens it but a new one, chosen by mail: somebody else had signed in.
  add column password_locked_at timestamptz,
  add column totp_since timestamptz;

create table directory.known_browsers (
  staff_id uuid not null references directory.staff (id) on delete cascade,
  token_hash bytea not null,
  seen_at timestamptz not null,
  primary key (staff_id, token_hash)
);
create index known_browsers_by_token on directory.known_browsers (token_hash);

create table directory.account_links (
  token_hash bytea primary key,
  kind text not null check (kind in ('reset', 'disown', 'sign-up')),
  staff_id uuid references directory.staff (id) on delete cascade,
  -- Whose address a sign-up is to prove.
  email text,
  -- disown: when the sign-in was that it is about.
  since timestamptz,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  check ((kind = 'sign-up') = (email is not null)),
  check ((kind = 'sign-up') = (staff_id is null)),
  check ((kind = 'disown') = (since is not null))
);
create index account_links_by_staff on directory.account_links (staff_id);

-- Mails that wait to be sent. A link's token is made as its mail leaves: none lies here.
create table directory.account_mails (
  id uuid primary key,
  kind text not null check (kind in
    ('reset', 'sign-up', 'new-sign-in', 'password-reset', 'password-changed', 'totp-on', 'totp-off')),
  -- As somebody typed it: whether anybody has it is found out after they were answered.
  email text not null,
  language text not null check (language in ('vi', 'en')),
  facts jsonb not null,
  state text not null check (state in ('waiting', 'sending')),
  created_at timestamptz not null,
  due_at timestamptz not null
);
create index account_mails_waiting on directory.account_mails (due_at) where state = 'waiting';

drop function directory.find_staff_by_email(text);
create function directory.find_staff_by_email(wanted text)
  returns table (id uuid, language text, password_hash text, totp_secret text)
  language sql stable security definer set search_path = directory, public, pg_temp as $$
  select staff.id, staff.language,
      case when staff.password_locked_at is null then staff.password_hash end, staff.totp_secret
    from directory.staff where staff.email = wanted
$$;

drop function directory.add_sign_in(bytea, uuid, timestamptz, timestamptz);
-- Null where the password that was checked is not the password any more: whoever was on the way in
-- while it was changed stays outside.
create function directory.begin_sign_in(new_hash bytea, new_staff_id uuid, checked_password_hash text,
    new_browser text, new_system text, new_network text, at timestamptz, until timestamptz)
  returns uuid language plpgsql security definer set search_path = directory, public, pg_temp as $$
declare
  new_id uuid;
begin
  perform from directory.staff where id = new_staff_id
    and password_hash = checked_password_hash and password_locked_at is null for share;
  if not found then return null; end if;
  insert into directory.sign_ins (token_hash, staff_id, tenant_id, created_at, seen_at, expires_at,
      browser, system, network)
    values (new_hash, new_staff_id,
      (select tenant_id from directory.memberships where staff_id = new_staff_id
        order by created_at, tenant_id limit 1),
      at, at, until, new_browser, new_system, new_network)
    returning id into new_id;
  return new_id;
end $$;

drop function directory.find_sign_in(bytea, timestamptz);
create function directory.find_sign_in(wanted bytea, at timestamptz)
  returns table (staff_id uuid, tenant_id uuid, grants jsonb, seen_at timestamptz)
  language sql stable security definer set search_path = directory, public, pg_temp as $$
  select sign_in.staff_id, membership.tenant_id,
      directory.describe_grants(membership.tenant_id, membership.staff_id), sign_in.seen_at
    from directory.sign_ins as sign_in
    left join directory.memberships as membership
      on membership.tenant_id = sign_in.tenant_id and membership.staff_id = sign_in.staff_id
    where sign_in.token_hash = wanted and sign_in.expires_at > at
$$;

create function directory.note_sign_in(wanted bytea, at timestamptz) returns void
  language sql security definer set search_path = directory, public, pg_temp
  as $$ update directory.sign_ins set seen_at = at where token_hash = wanted $$;

create function directory.list_sign_ins(wanted uuid, current_hash bytea, at timestamptz)
  returns table (id uuid, is_current boolean, browser text, system text, network text,
    created_at timestamptz, seen_at timestamptz)
  language sql stable security definer set search_path = directory, public, pg_temp as $$
  select held.id, held.token_hash = current_hash, held.browser, held.system, held.network,
      held.created_at, held.seen_at
    from directory.sign_ins as held
    where held.staff_id = wanted and held.expires_at > at
    order by held.token_hash = current_hash desc, held.seen_at desc nulls last, held.id
$$;

-- False when there is none of this person's.
create function directory.end_sign_in(of_staff uuid, wanted uuid) returns boolean
  language plpgsql security definer set search_path = directory, public, pg_temp as $$
begin
  delete from directory.sign_ins where staff_id = of_staff and id = wanted;
  return found;
end $$;

-- Whether somebody is known by the token that their browser brought. If not, they are known by
-- another from now on, never by the one that was brought: whoever put it there knows it too. Those
-- who share the browser follow.
create function directory.know_browser(of_staff uuid, brought bytea, new_hash bytea, at timestamptz)
  returns boolean language plpgsql security definer
  set search_path = directory, public, pg_temp as $$
begin
  update directory.known_browsers set seen_at = at where staff_id = of_staff and token_hash = brought;
  if found then return true; end if;
  update directory.known_browsers set token_hash = new_hash where token_hash = brought;
  insert into directory.known_browsers (staff_id, token_hash, seen_at)
    values (of_staff, new_hash, at);
  return false;
end $$;

create function directory.add_account_link(new_hash bytea, new_kind text, of_staff uuid,
    of_email text, of_sign_in timestamptz, at timestamptz, until timestamptz)
  returns void language sql security definer set search_path = directory, public, pg_temp as $$
  insert into directory.account_links (token_hash, kind, staff_id, email, since, created_at, expires_at)
    values (new_hash, new_kind, of_staff, of_email, of_sign_in, at, until)
$$;

create function directory.find_account_link(wanted bytea, wanted_kind text, at timestamptz)
  returns table (staff_id uuid, email text, since timestamptz)
  language sql stable security definer set search_path = directory, public, pg_temp as $$
  select link.staff_id, link.email, link.since from directory.account_links as link
    where link.token_hash = wanted and link.kind = wanted_kind
      and link.used_at is null and link.expires_at > at
$$;

-- Of two at once one gets it, also of two links of one person: the person's row puts them in a line,
-- and the one who used theirs took the others away.
create function directory.take_account_link(wanted bytea, wanted_kind text, at timestamptz)
  returns table (staff_id uuid, email text, since timestamptz)
  language plpgsql security definer set search_path = directory, public, pg_temp as $$
begin
  perform from directory.staff where id = (select link.staff_id from directory.account_links as link
    where link.token_hash = wanted) for update;
  return query update directory.account_links as link set used_at = at
    where link.token_hash = wanted and link.kind = wanted_kind
      and link.used_at is null and link.expires_at > at
    returning link.staff_id, link.email, link.since;
end $$;

-- Every session, known browser and open link of the person ends with it.
create function directory.reset_password(wanted uuid, new_hash text) returns void
  language plpgsql security definer set search_path = directory, public, pg_temp as $$
begin
  update directory.staff set password_hash = new_hash, password_locked_at = null where id = wanted;
  perform directory.end_account_doors(wanted);
end $$;

-- A second factor that whoever signed in set up since, within a day, must not keep the person out.
create function directory.lock_password(wanted uuid, since timestamptz, at timestamptz) returns void
  language plpgsql security definer set search_path = directory, public, pg_temp as $$
begin
  update directory.staff set password_locked_at = at where id = wanted;
  update directory.staff set totp_secret = null, totp_pending_secret = null, totp_since = null
    where id = wanted and totp_since >= since and totp_since > at - interval '1 day';
  if found then delete from directory.recovery_codes where staff_id = wanted; end if;
  perform directory.end_account_doors(wanted);
end $$;

-- For the functions above alone.
create function directory.end_account_doors(wanted uuid) returns void
  language sql set search_path = directory, public, pg_temp as $$
  delete from directory.sign_ins where staff_id = wanted;
  delete from directory.known_browsers where staff_id = wanted;
  delete from directory.account_links where staff_id = wanted and used_at is null;
$$;

drop function directory.enable_totp(uuid, text, bigint, bytea[]);
-- False when the offer was taken, or replaced, in the meantime.
create function directory.enable_totp(
    wanted uuid, expected_secret text, step bigint, code_hashes bytea[], at timestamptz)
  returns boolean language plpgsql security definer
  set search_path = directory, public, pg_temp as $$
begin
  update directory.staff set totp_secret = totp_pending_secret, totp_pending_secret = null,
    totp_last_step = step, totp_since = at where id = wanted and totp_pending_secret = expected_secret;
  if not found then return false; end if;
  delete from directory.recovery_codes where staff_id = wanted;
  insert into directory.recovery_codes (staff_id, code_hash) select wanted, unnest(code_hashes);
  return true;
end $$;

create function directory.add_account_mail(new_id uuid, new_kind text, to_email text,
    in_language text, new_facts jsonb, at timestamptz)
  returns void language sql security definer set search_path = directory, public, pg_temp as $$
  insert into directory.account_mails (id, kind, email, language, facts, state, created_at, due_at)
    values (new_id, new_kind, to_email, in_language, new_facts, 'waiting', at, at)
$$;

-- Claimed before it is sent: whoever dies meanwhile sends it no second time.
create function directory.claim_account_mail(at timestamptz)
  returns table (id uuid, kind text, email text, language text, facts jsonb, created_at timestamptz)
  language sql security definer set search_path = directory, public, pg_temp as $$
  update directory.account_mails as mail set state = 'sending'
    where mail.id = (select waiting.id from directory.account_mails as waiting
      where waiting.state = 'waiting' and waiting.due_at <= at
      order by waiting.due_at, waiting.id limit 1 for update skip locked)
    returning mail.id, mail.kind, mail.email, mail.language, mail.facts, mail.created_at
$$;

create function directory.postpone_account_mail(wanted uuid, until timestamptz) returns void
  language sql security definer set search_path = directory, public, pg_temp as $$
  update directory.account_mails set state = 'waiting', due_at = until where id = wanted
$$;

create function directory.remove_account_mail(wanted uuid) returns void
  language sql security definer set search_path = directory, public, pg_temp
  as $$ delete from directory.account_mails where id = wanted $$;

create or replace function directory.purge_access(at timestamptz) returns void
  language plpgsql security definer set search_path = directory, public, pg_temp as $$
begin
  delete from directory.sign_ins where expires_at <= at;
  delete from directory.first_sign_ins where expires_at <= at;
  delete from directory.attempts where until <= at;
  delete from directory.account_links where expires_at <= at;
  delete from directory.account_mails where created_at <= at - interval '1 day';
  delete from directory.known_browsers where seen_at <= at - interval '400 days';
end $$;

grant execute on function directory.find_staff_by_email(text) to foyer_app;
grant execute on function directory.begin_sign_in(bytea, uuid, text, text, text, text, timestamptz, timestamptz) to foyer_app;
grant execute on function directory.find_sign_in(bytea, timestamptz) to foyer_app;
grant execute on function directory.note_sign_in(bytea, timestamptz) to foyer_app;
grant execute on function directory.list_sign_ins(uuid, bytea, timestamptz) to foyer_app;
grant execute on function directory.end_sign_in(uuid, uuid) to foyer_app;
grant execute on function directory.know_browser(uuid, bytea, bytea, timestamptz) to foyer_app;
grant execute on function directory.add_account_link(bytea, text, uuid, text, timestamptz, timestamptz, timestamptz) to foyer_app;
grant execute on function directory.find_account_link(bytea, text, timestamptz) to foyer_app;
grant execute on function directory.take_account_link(bytea, text, timestamptz) to foyer_app;
grant execute on function directory.reset_password(uuid, text) to foyer_app;
grant execute on function directory.lock_password(uuid, timestamptz, timestamptz) to foyer_app;
grant execute on function directory.enable_totp(uuid, text, bigint, bytea[], timestamptz) to foyer_app;
grant execute on function directory.add_account_mail(uuid, text, text, text, jsonb, timestamptz) to foyer_app;
grant execute on function directory.claim_account_mail(timestamptz) to foyer_app;
grant execute on function directory.postpone_account_mail(uuid, timestamptz) to foyer_app;
grant execute on function directory.remove_account_mail(uuid) to foyer_app;
