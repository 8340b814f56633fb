-- Events with the day of the diagnosis; those of which an observation says that there was one have no day.
SELECT patient_id, word AS event, condition_start_date AS date
FROM {condition_occurrence}
JOIN {cohort} USING (person_id)
JOIN {concepts} ON concept_id = condition_concept_id AND kind = 'event'
UNION ALL
SELECT patient_id, word AS event, CAST(NULL AS DATE) AS date
FROM {observation}
JOIN {cohort} USING (person_id)
JOIN {concepts} ON concept_id IN (observation_concept_id, value_as_concept_id) AND kind = 'event'
WHERE observation_date <= screening_date
