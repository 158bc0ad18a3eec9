-- How far guests came is counted by their boxes (sign_in_counts): here are the ways in and the channels.
delete from report_sign_ins where step in ('seen', 'page', 'code-right');
