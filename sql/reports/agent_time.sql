-- How the agents of a campaign spent their time since an instant, until another one.
-- Utilisation: talking and wrap-up as a share of the time at work (breaks and joining are not
-- work). Mean wait: the mean length of finished spells without a person to talk to; a spell is
-- an unbroken row of ready and reserved.
WITH spent AS (
    SELECT agent_id, state, started_at, ended_at,
           state IN ('ready', 'reserved') AS is_waiting,
           extract(epoch FROM least(coalesce(ended_at, :until), :until)
                              - greatest(started_at, :since))::double precision AS spent_s
    FROM agent_states
    WHERE campaign_id = :campaign_id AND coalesce(ended_at, :until) > :since
      AND started_at < :until
), numbered AS (
    SELECT *, count(*) FILTER (WHERE NOT is_waiting)
                  OVER (PARTITION BY agent_id ORDER BY started_at) AS spell
    FROM spent
), spells AS (
    SELECT sum(spent_s) AS waited_s
    FROM numbered
    WHERE is_waiting
    GROUP BY agent_id, spell
    HAVING bool_and(ended_at IS NOT NULL)
)
SELECT (SELECT sum(spent_s) FILTER (WHERE state IN ('talking', 'wrap_up'))
               / nullif(sum(spent_s) FILTER (
                     WHERE state IN ('ready', 'reserved', 'talking', 'wrap_up')), 0)
        FROM spent) AS utilisation,
       (SELECT avg(waited_s) FROM spells) AS wait_s_mean;
