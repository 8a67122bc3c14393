-- The abandonment ledger: what the campaign's answered calls since an instant count as.
-- The formulas are compliance.md 1.5, in Python compliance/abandonment.py; see the view. Of those
-- who are no persons, the ones whom detection alone took for machines are told apart.
SELECT CASE WHEN outcome = 'machine' THEN 'screened_out' ELSE standing END AS standing,
       count(*) AS calls
FROM answered_calls
WHERE campaign_id = :campaign_id AND answered_at >= :since
GROUP BY 1
ORDER BY 1;
