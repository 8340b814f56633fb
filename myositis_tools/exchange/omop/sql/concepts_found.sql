-- How many concepts of the site each code stands for, itself included.
SELECT wanted.kind, wanted.word, wanted.vocabulary, wanted.code,
    count(DISTINCT found.concept_id) + count(DISTINCT below.descendant_concept_id)
        FILTER (WHERE below.descendant_concept_id <> found.concept_id) AS concepts
FROM {wanted} AS wanted
LEFT JOIN {concept} AS found ON found.vocabulary_id = wanted.vocabulary AND found.concept_code = wanted.code
LEFT JOIN {concept_ancestor} AS below
    ON below.ancestor_concept_id = found.concept_id AND wanted.descendants = 'yes'
GROUP BY ALL
ORDER BY ALL
