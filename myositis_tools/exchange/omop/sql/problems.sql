-- What of the records of these patients cannot be used as it stands, or leaves something open.
SELECT 'person' AS "table", 'patients who are not in the table' AS problem,
    count(*) AS lines, count(*) AS patients
FROM {cohort} WHERE person_id IS NULL
UNION ALL
SELECT 'observation_period', 'ends before it starts, and is not read', count(*), count(DISTINCT person_id)
FROM {observation_period} JOIN {cohort} USING (person_id)
WHERE observation_period_end_date < observation_period_start_date
UNION ALL
SELECT 'observation_period', 'no period holds the day of screening: what is taken on that day is unknown',
    count(*), count(DISTINCT person_id)
FROM {cohort} AS cohort WHERE NOT EXISTS (
    SELECT 1 FROM {observation_period} AS period
    WHERE period.person_id = cohort.person_id
        AND screening_date BETWEEN observation_period_start_date AND observation_period_end_date
)
UNION ALL
SELECT 'condition_occurrence', 'a diagnosis without a concept: the list of events is complete from the day after it',
    count(*), count(DISTINCT person_id)
FROM {condition_occurrence} JOIN {cohort} USING (person_id) WHERE coalesce(condition_concept_id, 0) = 0
UNION ALL
SELECT 'condition_occurrence', 'a diagnosis that may be an event: the list of events is complete from the day after it',
    count(*), count(DISTINCT person_id)
FROM {condition_occurrence} JOIN {cohort} USING (person_id)
WHERE condition_concept_id IN (SELECT concept_id FROM {concepts} WHERE kind = 'doubtful_event')
UNION ALL
SELECT 'drug_exposure', 'a drug without an ATC code: it is not recognised', count(*), count(DISTINCT person_id)
FROM {drug_exposure} JOIN {cohort} USING (person_id) LEFT JOIN {drugs} USING (drug_concept_id) WHERE atc IS NULL
UNION ALL
SELECT 'drug_exposure', 'a drug with several ATC codes: known is what all of them say',
    count(*), count(DISTINCT person_id)
FROM {drug_exposure} JOIN {cohort} USING (person_id) JOIN {drugs} USING (drug_concept_id)
WHERE contains(atc, '|')
UNION ALL
SELECT 'drug_exposure', 'no stop is recorded, or it lies before the start', count(*), count(DISTINCT person_id)
FROM {drug_exposure} JOIN {cohort} USING (person_id)
WHERE NOT coalesce({stop} >= drug_exposure_start_date, FALSE)
UNION ALL
SELECT 'measurement', 'an enzyme without an upper limit of normal: the multiple is unknown',
    count(*), count(DISTINCT person_id)
FROM {measurement} JOIN {cohort} USING (person_id)
JOIN {concepts} ON concept_id = measurement_concept_id AND kind = 'enzyme'
WHERE NOT coalesce(range_high > 0, FALSE)
