-- How many people of a campaign want to be called in which other language and are not done with.
SELECT wanted_language, count(*) AS people
FROM leads
WHERE campaign_id = :campaign_id AND wanted_language <> '' AND state <> 'final'
GROUP BY wanted_language
ORDER BY wanted_language;
