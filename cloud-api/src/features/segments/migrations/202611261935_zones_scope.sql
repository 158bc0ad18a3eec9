-- A role that is bound to branches sees the clocks of these alone.
select scope_to_branches('segment_zones', 'branch_id');
