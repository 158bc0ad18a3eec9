-- Outside of a transaction: visits are counted while it is built.
-- Narrowed by hours, who came again, after how many days and how lately is read off the visits of everybody: in
-- the order of customers and days, out of this index alone. Names are changed at once, so that a whole
-- index by customer stands wherever this is cut short.
drop index concurrently if exists report_visits_by_customer_before;
drop index concurrently if exists report_visits_of_customers;
create index concurrently report_visits_of_customers on report_visits (tenant_id, customer_id, day, hour);
do $$
begin
  alter index if exists report_visits_by_customer rename to report_visits_by_customer_before;
  alter index report_visits_of_customers rename to report_visits_by_customer;
end
$$;
drop index concurrently if exists report_visits_by_customer_before;
