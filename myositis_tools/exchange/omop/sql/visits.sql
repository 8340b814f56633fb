-- The last result of each enzyme in the days before screening, in multiples of the upper limit on its own line. The last
-- one counts even where it has no limit, or is no more than a bound such as < 20: then it is unknown, not an older one.
WITH measured AS (
    SELECT
        patient_id, word, measurement_date,
        CASE
            WHEN range_high > 0 AND (coalesce(operator_concept_id, 0) = 0 OR operator.concept_name = '=')
                THEN value_as_number / range_high
        END AS xuln
    FROM {measurement}
    JOIN {cohort} USING (person_id)
    JOIN {concepts} AS wanted ON wanted.concept_id = measurement_concept_id AND kind = 'enzyme'
    LEFT JOIN {concept} AS operator ON operator.concept_id = operator_concept_id
    WHERE measurement_date <= screening_date AND measurement_date >= screening_date - {days}
),
ranked AS (
    SELECT *, row_number() OVER (
        PARTITION BY patient_id, word ORDER BY measurement_date DESC, xuln DESC NULLS FIRST
    ) AS place
    FROM measured
)
SELECT
    patient_id,
    0 AS week,
    max(CASE WHEN word = 'ck' THEN xuln END) AS ck_xuln,
    max(CASE WHEN word = 'aldolase' THEN xuln END) AS aldolase_xuln,
    max(CASE WHEN word = 'ldh' THEN xuln END) AS ldh_xuln,
    max(CASE WHEN word = 'alt' THEN xuln END) AS alt_xuln,
    max(CASE WHEN word = 'ast' THEN xuln END) AS ast_xuln
FROM ranked
WHERE place = 1
GROUP BY patient_id
