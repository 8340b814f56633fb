-- What each drug of the list is: all ATC codes that the site's hierarchy puts above it (one drug has several, by route),
-- the name of its ingredient where it has one, and the milligrams in one piece where that is all there is in it.
WITH used AS (SELECT DISTINCT drug_concept_id FROM {drug_exposure} JOIN {cohort} USING (person_id)),
above AS (
    SELECT drug_concept_id, concept_code, concept_name, vocabulary_id, concept_class_id
    FROM used
    JOIN {concept_ancestor} ON descendant_concept_id = drug_concept_id
    JOIN {concept} ON concept_id = ancestor_concept_id
),
coded AS (
    SELECT drug_concept_id, string_agg(DISTINCT concept_code, '|' ORDER BY concept_code) AS atc
    FROM above WHERE vocabulary_id = 'ATC' AND concept_class_id = 'ATC 5th'
    GROUP BY drug_concept_id
),
named AS (
    SELECT drug_concept_id, lower(min(concept_name)) AS ingredient
    FROM above WHERE concept_class_id = 'Ingredient'
    GROUP BY drug_concept_id HAVING count(DISTINCT concept_name) = 1
),
strong AS (
    SELECT drug_concept_id, min(amount_value) AS milligrams
    FROM {drug_strength}
    GROUP BY drug_concept_id
    HAVING count(*) = 1 AND min(amount_value) > 0
        AND min(amount_unit_concept_id) IN (SELECT concept_id FROM {concepts} WHERE kind = 'milligram')
)
SELECT drug_concept_id, atc, milligrams, coalesce(ingredient, concept_name) AS name
FROM used
LEFT JOIN coded USING (drug_concept_id)
LEFT JOIN named USING (drug_concept_id)
LEFT JOIN strong USING (drug_concept_id)
LEFT JOIN {concept} ON concept_id = drug_concept_id
