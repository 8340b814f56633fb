-- The patients who are asked about; one who is not in the warehouse has no person_id, and all of hers is unknown.
SELECT patient_id, person_id, day AS screening_date
FROM {asked}
LEFT JOIN {person} ON CAST({named_by} AS VARCHAR) = patient_id
