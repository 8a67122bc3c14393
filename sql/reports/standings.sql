-- What the campaign's answered calls since an instant count as: see the view.
SELECT standing, count(*) AS calls
FROM answered_calls
WHERE campaign_id = :campaign_id AND answered_at >= :since
GROUP BY standing
ORDER BY standing;
