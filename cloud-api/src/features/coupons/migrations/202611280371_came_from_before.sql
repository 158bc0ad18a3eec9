-- Coupons that were moved before it was kept from where. A profile's says whose it was; through which records
-- it has come since is how these are merged today.
update coupons set customer_id = earned.id, came_from = '{}'
from customers as earned
where earned.tenant_id = coupons.tenant_id and coupons.occasion = 'profile'
  and coupons.claim = 'profile ' || earned.id::text and earned.erased_position is null
  and coupons.customer_id <> earned.id;

do $$
begin
  loop
    update coupons set customer_id = part.merged_into, came_from = coupons.came_from || part.id
    from customers as part
    where part.tenant_id = coupons.tenant_id and part.id = coupons.customer_id
      and coupons.occasion = 'profile' and part.merged_into is not null;
    exit when not found;
  end loop;
end
$$;
