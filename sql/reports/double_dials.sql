-- Attempts of a campaign since an instant that should not have been. Must be none.
--   at_once    another attempt to the same number, by any campaign, was still going on
--   too_early  the lead was to rest for longer, or was final already (due_at is infinity)
--   forbidden  the number was on the do-not-call list already
-- Attempts that never reached the network (our trunk's or our own fault) rang nowhere and do not
-- count. The attempt caps of the gate are proven by the permit, not here: they may change.
SELECT a.id AS attempt_id,
       CASE WHEN other.id IS NOT NULL THEN 'at_once'
            WHEN a.dialed_at < a.due_at THEN 'too_early'
            ELSE 'forbidden' END AS fault
FROM attempts AS a
     LEFT JOIN LATERAL (
         SELECT b.id FROM attempts AS b
         WHERE b.e164 = a.e164 AND b.id <> a.id
           AND (b.dialed_at, b.id) < (a.dialed_at, a.id)
           AND (b.ended_at IS NULL OR b.ended_at > a.dialed_at)
           AND (b.outcome IS NULL OR b.outcome NOT IN ('trunk_failed', 'not_placed'))
         LIMIT 1
     ) AS other ON true
     LEFT JOIN do_not_call AS d ON d.e164 = a.e164 AND d.added_at < a.dialed_at
WHERE a.campaign_id = :campaign_id AND a.dialed_at >= :since
  AND (a.outcome IS NULL OR a.outcome NOT IN ('trunk_failed', 'not_placed'))
  AND (other.id IS NOT NULL OR a.dialed_at < a.due_at OR d.e164 IS NOT NULL)
ORDER BY a.dialed_at, a.id;
