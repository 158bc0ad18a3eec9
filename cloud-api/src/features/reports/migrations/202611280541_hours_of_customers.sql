-- Narrowed by hours, who came again, after how many days and how lately is read off the visits of everybody: in
-- the order of customers and days, out of this index alone.
create index report_visits_of_customers on report_visits (tenant_id, customer_id, day, hour);
drop index report_visits_by_customer;
