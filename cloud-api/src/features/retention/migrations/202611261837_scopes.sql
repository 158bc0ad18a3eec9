-- Whoever's rights reach some branches alone sees and changes what is of these.
select scope_to_branches('branch_retention', 'branch_id');
select scope_to_branches('purges', 'branch_id');
