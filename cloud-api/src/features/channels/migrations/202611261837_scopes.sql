-- Whoever's rights reach some branches alone sees and changes what is of these.
select scope_to_branches('code_requests', 'branch_id');
select scope_to_branches('code_days', 'branch_id');
