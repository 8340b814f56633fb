-- The concepts of the site that each set holds, with all that its own hierarchy puts below them.
SELECT DISTINCT wanted.kind, wanted.word, found.concept_id
FROM {wanted} AS wanted
JOIN {concept} AS found ON found.vocabulary_id = wanted.vocabulary AND found.concept_code = wanted.code
UNION
SELECT DISTINCT wanted.kind, wanted.word, below.descendant_concept_id
FROM {wanted} AS wanted
JOIN {concept} AS found ON found.vocabulary_id = wanted.vocabulary AND found.concept_code = wanted.code
JOIN {concept_ancestor} AS below ON below.ancestor_concept_id = found.concept_id
WHERE wanted.descendants = 'yes'
