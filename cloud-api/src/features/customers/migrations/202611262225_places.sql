-- Where customers live is told by few of them: a report on all of them reads those alone.
create index customer_fields_places on customer_fields (tenant_id, guest_id)
  where field = 'place';
