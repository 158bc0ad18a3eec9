-- From whose records a coupon came when these became part of another, the last one last: a merge that is
-- undone gives it back.
alter table coupons add column came_from uuid[] not null default '{}';
