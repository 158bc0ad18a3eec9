-- Whether a company has its staff sign in with a second factor: without one nobody is at work in it.
alter table directory.tenants add column second_factor_required boolean not null default false;

create function directory.asks_own_second_factor() returns boolean
  language sql stable security definer set search_path = directory, public, pg_temp
  as $$ select second_factor_required from directory.tenants where id = current_tenant() $$;

create function directory.ask_own_second_factor(new_value boolean) returns void
  language sql security definer set search_path = directory, public, pg_temp
  as $$ update directory.tenants set second_factor_required = new_value where id = current_tenant() $$;

grant execute on function directory.asks_own_second_factor() to foyer_app;
grant execute on function directory.ask_own_second_factor(boolean) to foyer_app;
