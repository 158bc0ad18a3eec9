-- Whose a way in was, and in which hour of its branch's clock, as `report_sign_ins` counted it: so that ways
-- in are told apart by customer, device and method, each counted one by one.
alter table report_ways_in add column guest_id uuid;
alter table report_ways_in add column day date;
alter table report_ways_in add column hour smallint;

update report_ways_in as ways set
  guest_id = (events.payload ->> 'guestId')::uuid,
  day = ((ways.at at time zone clocks.time_zone)
    - make_interval(hours => clocks.day_starts_hour))::date,
  hour = extract(hour from ways.at at time zone clocks.time_zone)::smallint
from events, report_clocks as clocks
where events.tenant_id = ways.tenant_id and events.id = ways.event_id
  and clocks.tenant_id = ways.tenant_id and clocks.branch_id = ways.branch_id;
