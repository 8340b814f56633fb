-- Everyone with a diagnosis of myositis by the day of screening.
SELECT CAST({named_by} AS VARCHAR) AS patient_id, person_id, CAST(? AS DATE) AS screening_date
FROM {person}
WHERE person_id IN (
    SELECT person_id FROM {condition_occurrence}
    JOIN {concepts} ON concept_id = condition_concept_id AND kind = 'diagnosis'
    WHERE condition_start_date <= CAST(? AS DATE)
)
