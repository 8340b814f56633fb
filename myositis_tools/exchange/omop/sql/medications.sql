-- One line per drug exposure. A drug without an ATC code keeps a name that no list of names knows: by name alone a gel
-- would count as a tablet. A stop is a stop only where {stop} holds one; else it is not recorded.
SELECT
    patient_id,
    CASE
        WHEN atc IS NOT NULL THEN name
        ELSE coalesce(nullif(name, 'No matching concept'), drug_source_value, 'drug without a concept')
            || ' (no ATC code)'
    END AS drug,
    atc,
    CASE WHEN quantity > 0 AND days_supply > 0 THEN milligrams * quantity / days_supply END AS dose_mg_day,
    lower(route.concept_name) AS route,
    drug_exposure_start_date AS start_date,
    CASE WHEN {stop} >= drug_exposure_start_date THEN {stop} END AS stop_date,
    -- of a course that has begun and has no recorded end, nobody knows whether it is still taken
    CASE
        WHEN coalesce({stop} >= drug_exposure_start_date, FALSE) THEN NULL
        WHEN drug_exposure_start_date <= screening_date THEN FALSE
    END AS still_taken
FROM {drug_exposure}
JOIN {cohort} USING (person_id)
LEFT JOIN {drugs} USING (drug_concept_id)
LEFT JOIN {concept} AS route ON route.concept_id = route_concept_id AND route_concept_id <> 0
