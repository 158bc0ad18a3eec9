-- Whoever's rights reach some branches alone sees and changes what is of these.
select scope_to_branches('access_code_batches', 'branch_id');
select scope_to_branches('access_codes', 'branch_id');
