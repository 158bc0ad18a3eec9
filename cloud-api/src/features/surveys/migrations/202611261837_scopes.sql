-- Whoever's rights reach some branches alone sees and changes what is of these.
select scope_to_branches('survey_answers', 'branch_id');
