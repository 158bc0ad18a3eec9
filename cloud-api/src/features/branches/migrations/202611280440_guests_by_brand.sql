-- Whose guests a branch's boxes are told of: its brand's, or those of the company's branches without one,
-- which the company's own id stands for (null: the same). It follows brand_id in the background.
alter table branches add column told_brand_id uuid;
-- Boxes that were told up to an older position of the log are told all anew.
alter table branches add column told_since bigint not null default 0;
-- The brand it is on its way to: its guests are those of both meanwhile. Null: it is on no way.
alter table branches add column coming_brand_id uuid;
-- The customer up to whom the branch's guests have been looked at on that way; null: all of them.
alter table branches add column walked_to uuid;
-- The position of its last step on that way, and when the company may take the next one: the boxes of the
-- whole company have time for what a step tells them, whoever takes the steps.
alter table branches add column brand_stepped_to bigint not null default 0;
alter table branches add column next_brand_step_at timestamptz;

update branches set told_brand_id = coalesce(brand_id, tenant_id);
-- Boxes of a company of several brands hold the guests of all of them: each is told its own anew.
update branches set coming_brand_id = told_brand_id
where tenant_id in (
  select tenant_id from branches group by tenant_id having count(distinct told_brand_id) > 1);
