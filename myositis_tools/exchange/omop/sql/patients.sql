-- One row per patient: who they are, since when they are known to be ill, and from when to when their records are whole.
WITH diagnosed AS (
    SELECT person_id, count(DISTINCT word) AS subtypes, min(word) AS subtype, min(condition_start_date) AS since
    FROM {condition_occurrence}
    JOIN {cohort} USING (person_id)
    JOIN {concepts} ON concept_id = condition_concept_id AND kind = 'diagnosis'
    WHERE condition_start_date <= screening_date
    GROUP BY person_id
),
doubted AS (
    -- a diagnosis without a concept, or of a kind that may be an event, leaves the time before it open
    SELECT person_id, max(condition_start_date) AS last_doubt
    FROM {condition_occurrence}
    JOIN {cohort} USING (person_id)
    WHERE condition_start_date <= screening_date AND (
        coalesce(condition_concept_id, 0) = 0
        OR condition_concept_id IN (SELECT concept_id FROM {concepts} WHERE kind = 'doubtful_event')
    )
    GROUP BY person_id
),
periods AS (
    SELECT
        person_id, observation_period_start_date AS since, observation_period_end_date AS until,
        row_number() OVER (
            PARTITION BY person_id ORDER BY observation_period_end_date DESC, observation_period_start_date
        ) AS place
    FROM {observation_period}
    JOIN {cohort} USING (person_id)
    WHERE observation_period_start_date <= screening_date
        AND observation_period_end_date >= observation_period_start_date
),
observed AS (
    -- since a day after screening: nothing is known of the time before
    SELECT
        person_id, coalesce(until, screening_date) AS until,
        coalesce(since, screening_date + 1) AS since, screening_date + 1 AS never
    FROM {cohort}
    LEFT JOIN (SELECT * FROM periods WHERE place = 1) USING (person_id)
)
SELECT
    patient_id,
    screening_date,
    make_date(year_of_birth, CASE WHEN year_of_birth IS NOT NULL THEN coalesce(month_of_birth, 1) END,
        CASE WHEN month_of_birth IS NULL THEN 1 ELSE coalesce(day_of_birth, 1) END) AS birth_date,
    CASE
        WHEN month_of_birth IS NULL THEN 'year'
        WHEN day_of_birth IS NULL THEN 'month'
        ELSE 'day'
    END AS birth_date_precision,
    sex.word AS sex,
    CASE WHEN subtypes = 1 THEN subtype END AS subtype,
    CAST(datesub('month', diagnosed.since, screening_date) AS DOUBLE) AS disease_duration_months_min,
    CASE WHEN {medications_complete} THEN observed.since ELSE never END AS medications_recorded_since,
    observed.until AS medications_recorded_until,
    CASE WHEN {events_complete} THEN greatest(observed.since, coalesce(last_doubt + 1, observed.since)) ELSE never END
        AS events_recorded_since,
    observed.until AS events_recorded_until
FROM {cohort}
LEFT JOIN {person} USING (person_id)
LEFT JOIN (SELECT concept_id, min(word) AS word FROM {concepts} WHERE kind = 'sex' GROUP BY concept_id) AS sex
    ON sex.concept_id = gender_concept_id
LEFT JOIN diagnosed USING (person_id)
LEFT JOIN doubted USING (person_id)
LEFT JOIN observed USING (person_id)
