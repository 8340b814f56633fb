"""A warehouse: nothing certain is said that the records contradict, and what is not asked or not read is told."""

import warnings
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools.errors import (
    DuplicateRowError,
    MissingColumnError,
    MyositisToolsError,
    NotFoundError,
    OptionError,
    ReadingWarning,
    WrongTypeError,
)
from myositis_tools.sample import Cohort
from myositis_tools.sample.omop_warehouse import write_omop

DAY = pd.Timestamp
SCREENED = DAY(2026, 3, 31)
BEGUN = DAY(2025, 6, 1)
BY_NUMBER = {"patient_id": "person_source_value"}
OWN = mt.screening.Records(
    mt.load_patients(), visits=mt.load_visits(), medications=mt.load_medications(), events=mt.load_events()
)
LOG = OWN.patients[["patient_id", "screening_date"]]


@pytest.fixture(scope="module")
def sample():
    return mt.data.sample_omop()


@pytest.fixture(scope="module")
def told(records):
    """What the warehouse answers, worked out by DuckDB."""
    return answers(records)


@pytest.fixture(scope="module")
def screening(records):
    return records.screened_for(mt.TIME_IS_MUSCLE).df()


@pytest.fixture(scope="module")
def records(sample):
    return mt.io.read_omop(sample, LOG, **BY_NUMBER)


def in_pandas(records):
    """The same records in pandas, which answers a small table sooner."""
    names = ("patients", "visits", "medications", "events")
    return mt.screening.Records(**{name: getattr(records, name).df() for name in names})


def answers(table, protocol=mt.TIME_IS_MUSCLE):
    found = protocol.verdicts(table)
    found = found if isinstance(found, pd.DataFrame) else found.df()
    return found.set_index("patient_id").drop(columns="decision").sort_index().astype(str)


def contradictions(told, protocol=mt.TIME_IS_MUSCLE):
    """The certain answers of a warehouse that the records it was made of do not give, by criterion."""
    known = answers(OWN, protocol)
    assert told.index.equals(known.index)
    wrong = ((told != "unknown") & (told != known)).sum()
    return wrong[wrong > 0].to_dict()


# -------------------------------------------------------------------------------------------- the sample as a warehouse


def test_a_warehouse_says_nothing_certain_that_the_records_contradict(told):
    assert contradictions(told) == {}


def test_another_protocol_is_answered_without_a_contradiction(records):
    rim = mt.PROTOCOLS["rim"]
    assert contradictions(answers(in_pandas(records), rim), rim) == {}


def test_what_a_warehouse_can_answer_is_this_much_of_what_the_records_can(told):
    known = {key: int((column != "unknown").sum()) for key, column in told.items()}
    assert known == {
        "adult": 298,
        "iim_subtype": 139,
        "early_disease": 29,
        "minimal_disability": 0,
        "prior_treatment": 0,
        "informed_consent": 0,
        "severe_weakness": 0,
        "thrombosis": 74,
        "blood_product_reaction": 5,
        "iga_deficiency_with_antibodies": 0,
        "pregnancy": 104,
        "loop_diuretic": 276,
        "nephrotoxic_medication": 273,
        "compliance_condition": 0,
        "evaluation_condition": 0,
        "recent_immunosuppression": 251,
    }


def test_an_end_that_was_filled_in_and_is_taken_for_a_stop_makes_false_answers(sample):
    shortcut = mt.io.read_omop(sample, LOG, stops="as_stored", **BY_NUMBER)
    assert sum(contradictions(answers(in_pandas(shortcut))).values()) > 5


def test_a_warehouse_excludes_and_includes_nobody(screening):
    decisions = mt.TIME_IS_MUSCLE.decide(screening)["decision"].value_counts().to_dict()
    assert decisions == {"indeterminate": 244, "ineligible": 56, "eligible": 0}


def test_the_answers_are_counted_with_the_reasons(screening, told):
    counted = mt.screening.count_answers(mt.TIME_IS_MUSCLE, screening).set_index("criterion")
    assert counted["answered"].to_dict() == (told != "unknown").sum().to_dict()
    assert (counted["answered"] + counted["unknown"] == len(LOG)).all()
    assert "does not cover" in counted.loc["thrombosis", "because"]
    assert counted.loc["adult", "because"].endswith("(2)")


def test_the_list_of_candidates_holds_who_is_not_excluded_those_with_least_left_to_find_out_first(screening, told):
    listed = mt.screening.rank_candidates(mt.TIME_IS_MUSCLE, screening)
    kinds = {each.key: each.kind for each in mt.TIME_IS_MUSCLE.criteria}
    excluded = pd.DataFrame(
        {key: column == ("not met" if kinds[key] == "inclusion" else "met") for key, column in told.items()}
    ).any(axis=1)
    wanted = (told[~excluded] == "unknown").sum(axis=1).rename("open").reset_index()
    wanted = wanted.sort_values(["open", "patient_id"])
    assert listed["patient_id"].tolist() == wanted["patient_id"].tolist()
    assert listed["criteria_open"].tolist() == wanted["open"].tolist()
    assert listed["because"].ne("").all()


# --------------------------------------------------------------------------------------------------- small warehouses


def warehouse(medications=(), events=(), *, recorded=True, enzymes=None):
    """One patient, P1, who is screened on the last of March 2026 and observed for some years."""
    patients = pd.DataFrame(
        {
            "patient_id": ["P1"],
            "screening_date": [SCREENED],
            "birth_date": [DAY(1970, 5, 17)],
            "sex": ["female"],
            "subtype": ["dermatomyositis"],
            "symptom_onset_date": [DAY(2024, 1, 10)],
            "medications_recorded": [recorded],
            "events_recorded": [recorded],
        }
    )
    courses = ["patient_id", "drug", "atc", "route", "dose_mg_day", "start_date", "stop_date"]
    tests = [f"{name}_xuln" for name in ("ck", "aldolase", "ldh", "alt", "ast")]
    visits = pd.DataFrame({"patient_id": ["P1"], "week": [0], **{test: [None] for test in tests}} | (enzymes or {}))
    made = write_omop(
        Cohort(
            patients,
            visits,
            pd.DataFrame([["P1", *line] for line in medications], columns=courses),
            pd.DataFrame([["P1", *line] for line in events], columns=["patient_id", "event", "date"]),
        )
    )
    made.execute("INSERT INTO drug_strength SELECT 1, 2, 3, 4")  # a vocabulary has strengths of all drugs
    return made


def read(connection, **options):
    return mt.io.read_omop(connection, pd.DataFrame({"patient_id": [1], "screening_date": [SCREENED]}), **options)


def screened(connection, **options):
    return in_pandas(read(connection, **options)).screened_for(mt.TIME_IS_MUSCLE).iloc[0]


def course(drug="furosemide", atc="C03CA01", stop=None, *, route="oral", start=BEGUN):
    return (drug, atc, route, 40.0, start, stop)


def test_a_patient_is_read_with_her_tables():
    found = read(warehouse([course()], [("thrombosis", DAY(2025, 1, 3))], enzymes={"ck_xuln": [3.5]}))
    (patient,) = found.patients.df().to_dict("records")
    assert (patient["patient_id"], patient["sex"], patient["subtype"]) == ("1", "female", "dermatomyositis")
    assert patient["birth_date"] == DAY(1970, 5, 17)
    # a month and a day from the first symptom to the diagnosis: the disease has lasted 26 months, and 26 at least
    assert patient["disease_duration_months_min"] == 26
    assert patient["events_recorded_since"] == patient["medications_recorded_since"]
    assert found.visits.df()["ck_xuln"].tolist() == [3.5]
    assert found.events.df()[["event", "date"]].to_numpy().tolist() == [["thrombosis", DAY(2025, 1, 3)]]
    (line,) = found.medications.df().to_dict("records")
    assert (line["drug"], line["atc"], line["route"], line["dose_mg_day"]) == ("furosemide", "C03CA01", "oral", 40)
    assert found.problems["problem"].tolist() == ["no stop is recorded, or it lies before the start"]


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        ([], False),
        ([course()], None),  # nobody knows whether it is still taken
        ([course(stop=DAY(2025, 9, 1))], False),
        ([course(stop=DAY(2026, 5, 1))], True),
        ([course(start=DAY(2026, 5, 1))], False),  # begun after screening
    ],
)
def test_a_drug_is_taken_at_screening_where_a_recorded_stop_says_so(lines, wanted):
    told = screened(warehouse(lines))["loop_diuretic"]
    assert pd.isna(told) if wanted is None else bool(told) is wanted


def test_an_end_that_is_only_stored_is_a_stop_where_the_site_says_so():
    assert not screened(warehouse([course()]), stops="as_stored")["loop_diuretic"]


@pytest.mark.parametrize(("complete", "now"), [(("medications", "events"), False), (("events",), None), ((), None)])
def test_no_drug_is_known_only_where_the_list_counts_as_complete(complete, now):
    told = screened(warehouse(), complete=complete)["loop_diuretic"]
    assert pd.isna(told) if now is None else bool(told) is now


def test_nothing_is_complete_without_a_period_of_observation():
    found = read(warehouse([course(stop=DAY(2026, 5, 1))], recorded=False))
    row = in_pandas(found).screened_for(mt.TIME_IS_MUSCLE).iloc[0]
    assert row["loop_diuretic"]  # what was found is known
    assert pd.isna(row["nephrotoxic_medication"])
    assert "no period holds the day of screening" in found.problems["problem"].iloc[0]


def test_a_period_that_ends_before_it_starts_is_listed_and_not_read():
    connection = warehouse()
    connection.execute("UPDATE observation_period SET observation_period_end_date = DATE '1990-01-01'")
    found = read(connection)
    assert "ends before it starts, and is not read" in found.problems["problem"].tolist()
    assert found.patients.df()["medications_recorded_since"].tolist() == [SCREENED + pd.Timedelta(days=1)]
    assert pd.isna(in_pandas(found).screened_for(mt.TIME_IS_MUSCLE)["loop_diuretic"].iloc[0])


def test_a_period_that_ends_before_screening_tells_nothing_of_that_day():
    connection = warehouse()
    connection.execute("UPDATE observation_period SET observation_period_end_date = DATE '2026-03-01'")
    assert pd.isna(screened(connection)["loop_diuretic"])


def test_of_several_codes_known_is_what_all_of_them_say():
    taken = DAY(2026, 5, 1)
    row = screened(warehouse([course("methotrexate", "L04AX03", taken), course("diclofenac", "M01AB05", taken)]))
    assert pd.isna(row["nephrotoxic_medication"])  # a gel, or tablets
    assert row["immunosuppressed_before"]  # both codes of methotrexate are
    assert not row["loop_diuretic"]


@pytest.mark.parametrize("number", [0, 999])
def test_a_drug_without_a_concept_is_not_recognised_and_is_named(number):
    connection = warehouse([course("ibuprofen", "M01AE01", DAY(2026, 5, 1))])
    connection.execute(f"UPDATE drug_exposure SET drug_concept_id = {number}")
    row = screened(connection)
    assert pd.isna(row["nephrotoxic_medication"])
    assert row["nephrotoxic_medication_because"] == "drug not recognised: ibuprofen (no atc code)"


def thrombosis_since(connection, **options):
    row = screened(connection, **options)
    return row["thrombosis_days_ago_min"], row["thrombosis_days_ago_max"]


def test_events_are_looked_for_as_far_back_as_the_patient_is_observed():
    least, most = thrombosis_since(warehouse())
    assert least == 365 * 3 + 1  # observed for three years: the day before the first is the nearest that is not covered
    assert pd.isna(most)
    assert thrombosis_since(warehouse(events=[("pulmonary_embolism", DAY(2026, 3, 1))])) == (30, 30)


@pytest.mark.parametrize("code", ["0", "(SELECT concept_id FROM concept WHERE concept_code = '230690007')"])
def test_a_diagnosis_that_may_be_an_event_leaves_the_time_before_it_open(code):
    connection = warehouse()
    connection.execute(f"INSERT INTO condition_occurrence VALUES (1, {code}, DATE '2026-01-30')")
    assert thrombosis_since(connection)[0] == 60  # the day of it is not covered, and no day before


def test_an_event_that_an_observation_mentions_has_no_date():
    row = screened(warehouse(events=[("thrombosis", None)]))
    assert row["thrombosis_days_ago_min"] == 0
    assert "an event without a date" in row["thrombosis_days_ago_because"]


def test_a_later_diagnosis_of_another_kind_leaves_the_subtype_open():
    connection = warehouse()
    other = "(SELECT concept_id FROM concept WHERE concept_name = 'Polymyositis')"
    connection.execute(f"INSERT INTO condition_occurrence VALUES (1, {other}, DATE '2026-01-30')")
    assert pd.isna(screened(connection)["subtype"])


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ("range_high = NULL", None),
        ("range_high = 0", None),
        ("measurement_date = DATE '2026-03-01'", 3.5),  # the thirtieth day before screening
        ("measurement_date = DATE '2026-02-28'", None),
        ("measurement_date = DATE '2026-04-01'", None),
        ("operator_concept_id = (SELECT min(concept_id) FROM concept)", None),
    ],
)
def test_an_enzyme_is_known_with_its_own_limit_in_the_days_before_screening(change, wanted):
    connection = warehouse(enzymes={"ck_xuln": [3.5]})
    connection.execute(f"UPDATE measurement SET {change}")
    found = read(connection).visits.df()["ck_xuln"].tolist()
    assert ([None if pd.isna(one) else one for one in found] or [None]) == [wanted]


@pytest.mark.parametrize("earlier", ["2026-03-20", "2026-03-31"])
def test_the_last_result_counts_although_it_has_no_limit(earlier):
    connection = warehouse(enzymes={"ck_xuln": [3.5]})
    connection.execute(
        "INSERT INTO measurement BY NAME SELECT person_id, measurement_concept_id, 80 AS value_as_number, "
        "measurement_date FROM measurement"
    )
    connection.execute(f"UPDATE measurement SET measurement_date = DATE '{earlier}' WHERE range_high IS NOT NULL")
    assert read(connection).visits.df()["ck_xuln"].isna().all()


def test_a_birth_date_may_be_of_a_month_or_a_year():
    connection = warehouse()
    connection.execute("UPDATE person SET day_of_birth = NULL")
    assert read(connection).patients.df()["birth_date_precision"].tolist() == ["month"]
    connection.execute("UPDATE person SET month_of_birth = NULL")
    assert read(connection).patients.df()["birth_date_precision"].tolist() == ["year"]
    connection.execute("UPDATE person SET year_of_birth = NULL")
    assert read(connection).patients.df()["birth_date"].isna().all()


# ----------------------------------------------------------------------------------------------- who is asked about


def test_everyone_with_a_diagnosis_by_the_day_is_asked_about_where_a_day_is_given():
    connection = warehouse()
    found = mt.io.read_omop(connection, "2026-03-31")
    assert found.patients.df()["patient_id"].tolist() == ["1"]
    found = mt.io.read_omop(connection, date(2026, 3, 31), **BY_NUMBER)
    assert found.patients.df()["patient_id"].tolist() == ["P1"]
    with pytest.warns(ReadingWarning, match="nobody has a diagnosis of myositis"):
        early = mt.io.read_omop(connection, "2023-01-01")
    assert len(early.patients.df()) == 0


def test_a_patient_who_is_not_in_the_warehouse_is_listed_and_unknown():
    asked = pd.DataFrame({"patient_id": ["P1", "P2"], "screening_date": [SCREENED] * 2})
    found = mt.io.read_omop(warehouse(), asked, **BY_NUMBER)
    assert found.problems.query("table == 'person'")["patients"].tolist() == [1]
    told = answers(in_pandas(found)).loc["P2"]
    assert (told == "unknown").all()


def test_a_site_replaces_a_set_by_its_own():
    own = pd.DataFrame(
        [["enzyme", "ck", "LOINC", "2532-0", "no"]], columns=["kind", "word", "vocabulary", "code", "descendants"]
    )
    connection = warehouse(enzymes={"ldh_xuln": [2.5], "ck_xuln": [9.0]})
    found = read(connection, concept_sets=own).visits.df().iloc[0]
    assert (found["ck_xuln"], found["ldh_xuln"]) == (2.5, 2.5)
    with pytest.raises(OptionError, match="cannot stand for creatine"):
        read(connection, concept_sets=own.assign(word="creatine"))
    with pytest.raises(OptionError, match="no kind of concept set 'lab'"):
        read(connection, concept_sets=own.assign(kind="lab"))
    with pytest.raises(MissingColumnError, match="lack a column: descendants"):
        read(connection, concept_sets=own.drop(columns="descendants"))


# ------------------------------------------------------------------------- what a warehouse lacks, and other doors


def test_a_vocabulary_without_its_hierarchy_is_told_and_finds_no_drug():
    connection = warehouse([course("ibuprofen", "M01AE01", DAY(2026, 5, 1))])
    connection.execute("DELETE FROM concept_ancestor")
    with pytest.warns(
        ReadingWarning, match="concept_ancestor is empty: no code is expanded, and no drug has an ATC code"
    ):
        row = screened(connection)
    assert pd.isna(row["nephrotoxic_medication"])
    assert pd.isna(row["loop_diuretic"])


def test_an_event_that_the_vocabulary_does_not_know_is_told_and_leaves_the_list_open():
    connection = warehouse()
    connection.execute("DELETE FROM concept WHERE concept_code = '59282003'")
    with pytest.warns(ReadingWarning) as told:
        least, _ = thrombosis_since(connection)
    assert least == 0
    said = [str(one.message) for one in told]
    assert any("no concept for it: event pulmonary_embolism" in one for one in said)
    assert any("not counted as complete" in one for one in said)


def test_tables_that_may_be_absent_are_told():
    connection = warehouse()
    for table in ("measurement", "observation", "drug_strength"):
        connection.execute(f"DROP TABLE {table}")
    with pytest.warns(ReadingWarning) as told:
        assert len(read(connection).visits.df()) == 0
    said = " ".join(str(one.message) for one in told)
    assert "measurement is absent" in said
    assert "observation is absent" in said
    assert "drug_strength is absent: no dose is known" in said


@pytest.mark.parametrize(
    ("change", "lacks"),
    [
        ("ALTER TABLE person DROP year_of_birth", "person.year_of_birth"),
        ("DROP TABLE concept_ancestor", "concept_ancestor"),
    ],
)
def test_what_is_needed_and_lacks_is_one_error(change, lacks):
    connection = warehouse()
    connection.execute(change)
    with pytest.raises(MissingColumnError, match=f"lacks what is needed: {lacks}"):
        read(connection)


def test_a_closed_connection_is_one_error():
    connection = warehouse()
    connection.close()
    with pytest.raises(WrongTypeError, match="The warehouse does not answer"):
        read(connection)


def test_a_number_that_two_persons_have_names_nobody():
    connection = warehouse()
    connection.execute("INSERT INTO person SELECT * REPLACE (2 AS person_id) FROM person")
    with pytest.raises(DuplicateRowError, match="more than one person"):
        mt.io.read_omop(connection, pd.DataFrame({"patient_id": ["P1"], "screening_date": [SCREENED]}), **BY_NUMBER)


@pytest.mark.parametrize(
    ("source", "error", "words"),
    [
        (42, OptionError, "cannot be a int"),
        ("nowhere/at/all", NotFoundError, "no such file or folder"),
        ("postgresql://somebody:secret@host/cdm", NotFoundError, "no such file or folder"),
    ],
)
def test_what_is_no_warehouse_is_refused_without_its_address(source, error, words):
    with pytest.raises(error, match=words) as caught:
        read(source)
    assert "secret" not in str(caught.value)


def test_a_database_without_the_tables_is_refused():
    with pytest.raises(NotFoundError, match="No table of the OMOP Common Data Model stands in main"):
        read(duckdb.connect())


def test_a_day_that_is_none_and_a_table_without_a_column_are_refused():
    with pytest.raises(OptionError, match="is no day"):
        mt.io.read_omop(warehouse(), "today or so")
    with pytest.raises(MissingColumnError, match="lack a column: screening_date"):
        mt.io.read_omop(warehouse(), pd.DataFrame({"patient_id": [1]}))
    for option in ({"complete": ["labs"]}, {"stops": "guessed"}, {"patient_id": "name"}, {"laboratory_days": -1}):
        with pytest.raises(OptionError):
            read(warehouse(), **option)


def written(connection, folder: Path, suffix: str) -> Path:
    for (table,) in connection.execute("SELECT table_name FROM duckdb_tables() WHERE NOT temporary").fetchall():
        how = "FORMAT parquet" if suffix == "parquet" else "HEADER"
        connection.execute(f"COPY {table} TO '{folder / f'{table.upper()}.{suffix}'}' ({how})")
    return folder


@pytest.mark.parametrize("suffix", ["parquet", "csv"])
def test_a_folder_of_files_is_read_as_the_database_is(tmp_path, suffix):
    connection = warehouse([course()], [("thrombosis", DAY(2025, 1, 3))], enzymes={"ck_xuln": [3.5]})
    by_connection, by_file = read(connection), read(written(connection, tmp_path, suffix))
    for table in ("patients", "medications", "events", "visits"):
        pd.testing.assert_frame_equal(getattr(by_connection, table).df(), getattr(by_file, table).df())


def test_a_cell_of_a_csv_file_that_is_no_date_is_one_error(tmp_path):
    folder = written(warehouse([course()]), tmp_path, "csv")
    file = folder / "DRUG_EXPOSURE.csv"
    file.write_text(file.read_text().replace("2025-06-01", "1 June"))
    with pytest.raises(WrongTypeError, match="drug_exposure_start_date holds 1 cell that cannot be read"):
        read(folder)


def test_a_file_is_opened_to_read_only_and_a_schema_is_named(tmp_path):
    connection = warehouse([course()])
    connection.execute(f"ATTACH '{tmp_path / 'hospital.duckdb'}' AS hospital")
    connection.execute("CREATE SCHEMA hospital.cdm")
    for (table,) in connection.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main'").fetchall():
        connection.execute(f"CREATE TABLE hospital.cdm.{table} AS FROM memory.main.{table}")
    assert len(read(connection, schema="hospital.cdm").medications.df()) == 1
    connection.close()
    found = read(tmp_path / "hospital.duckdb", schema="cdm")
    assert len(found.medications.df()) == 1
    with pytest.raises(duckdb.Error):
        found.database.connection.execute("DROP TABLE cdm.person")
    with pytest.raises(duckdb.Error):
        found.database.connection.execute(f"SELECT * FROM read_text('{__file__}')")


def test_nothing_of_the_warehouse_is_changed_and_two_readings_do_not_meet():
    connection = warehouse([course()])
    before = connection.execute("SELECT table_name FROM duckdb_tables() WHERE NOT temporary ORDER BY 1").fetchall()
    first = read(connection)
    connection.execute("DELETE FROM drug_exposure")
    second = read(connection)
    assert (len(first.medications.df()), len(second.medications.df())) == (1, 0)
    after = connection.execute("SELECT table_name FROM duckdb_tables() WHERE NOT temporary ORDER BY 1").fetchall()
    assert before == after


def test_every_error_of_a_warehouse_says_what_to_do():
    for source in (42, "nowhere"):
        with pytest.raises(MyositisToolsError) as caught:
            read(source)
        assert caught.value.hint
        assert caught.value.expected


def test_the_sample_has_no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read(warehouse())
