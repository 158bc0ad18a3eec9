-- What is counted over all branches is counted anew a stretch of customers at a time, so that no visit
-- waits for all of them: through whom it has been, null: nobody yet. Of those alone a visit that comes
-- meanwhile is added; the others are counted with their stretch.
alter table report_locks add column company_summed_through uuid;
