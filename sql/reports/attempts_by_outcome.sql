-- How many attempts of a campaign ended in which way since an instant; NULL are the open ones.
SELECT outcome, count(*) AS attempts
FROM attempts
WHERE campaign_id = :campaign_id AND dialed_at >= :since
GROUP BY outcome
ORDER BY outcome;
