-- Whoever's rights reach some branches alone sees and changes what is of these.
select scope_to_branches('visits', 'branch_id');
select scope_to_branches('sessions', 'branch_id');
select scope_to_branches('branch_customers', 'branch_id');
select scope_to_branches('branch_guest_keys', 'branch_id');
