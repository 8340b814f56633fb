"""The provisional sets: each way in, each way out, the words, and how a set is read."""

import pandas as pd
import pytest

from myositis_tools import errors
from myositis_tools.criteria import CRITERIA_SETS, classify
from myositis_tools.criteria.classification.criteria_set import ADDED


def classified(key: str, *cases: str | dict) -> list[dict]:
    """Classify cases in which only the findings named are present; a dictionary says the others."""
    rows = []
    for case in cases:
        given = case if isinstance(case, dict) else dict.fromkeys(case.split(), True)
        absent = {name: 100.0 if name.startswith("dlco") else False for name in CRITERIA_SETS[key].needs}
        rows.append(absent | given)
    out = classify(pd.DataFrame(rows), criteria_set=key).to_dict("records")
    return [{name: None if pd.isna(row[name]) else row[name] for name in ADDED} for row in out]


def categories(key: str, *cases: str | dict) -> list[str | None]:
    return [row["category"] for row in classified(key, *cases)]


# ---------------------------------------- each set: ways in, and one step outside (criteria.md section 2)


def test_dermatomyositis_of_the_239th_workshop():
    yes = [
        "gottron_sign heliotrope skin_biopsy_interface_dermatitis",
        "gottron_sign gottron_papules anti_sae",
        "gottron_papules heliotrope biopsy_perifascicular_mxa",
        "gottron_sign heliotrope proximal_weakness biopsy_suggests_dermatomyositis",
        "anti_mi2 biopsy_perifascicular_atrophy",  # sine dermatitis
        "anti_mda5 enzymes_elevated biopsy_suggests_dermatomyositis",
    ]
    no = [
        "gottron_sign skin_biopsy_interface_dermatitis anti_nxp2",  # one skin sign
        "gottron_sign gottron_papules heliotrope",  # nothing beside the skin
        "anti_tif1_gamma proximal_weakness enzymes_elevated",  # no biopsy
        "gottron_sign heliotrope biopsy_suggests_dermatomyositis",  # neither weakness nor enzymes
        *(f"{yes[0]} {antibody}" for antibody in ("anti_synthetase", "anti_srp", "anti_hmgcr")),
    ]
    assert categories("enmc_239", *yes) == ["dermatomyositis"] * len(yes)
    assert categories("enmc_239", *no) == ["none"] * len(no)


def test_necrotizing_myopathy_of_the_224th_workshop():
    clinical = "ck_high proximal_weakness"
    assert categories(
        "enmc_224",
        f"{clinical} anti_srp",
        f"{clinical} anti_hmgcr biopsy_necrotizing",
        f"{clinical} biopsy_necrotizing",
        f"{clinical} biopsy_necrotizing myositis_specific_antibody",
        "ck_high anti_srp",
        "proximal_weakness biopsy_necrotizing",
    ) == ["anti_srp_myopathy", "anti_hmgcr_myopathy", "antibody_negative_imnm", "none", "none", "none"]


def test_the_119th_workshop():
    base = "enmc_clinical_picture ck_elevated"
    cases = {
        f"{base} biopsy_t_cells_invade": "definite_polymyositis",
        f"{base} biopsy_t_cells_invade biopsy_dystrophy": "none",
        f"{base} emg_compatible biopsy_t_cells_surround": "probable_polymyositis",
        f"{base} biopsy_t_cells_surround": "none",
        f"{base} mri_oedema biopsy_t_cells_surround biopsy_many_necrotic_fibres": "none",
        "enmc_clinical_picture dermatomyositis_rash biopsy_perifascicular_atrophy": "definite_dermatomyositis",
        "enmc_clinical_picture dermatomyositis_rash biopsy_perimysial_perivascular": "probable_dermatomyositis",
        f"{base} dermatomyositis_rash": "probable_dermatomyositis",
        "dermatomyositis_rash skin_biopsy_dermatomyositis emg_normal": "amyopathic_dermatomyositis",
        "dermatomyositis_rash skin_biopsy_dermatomyositis emg_normal muscle_weakness": "none",
        f"{base} myositis_specific_antibody biopsy_microvascular": "possible_dermatomyositis_sine_dermatitis",
        f"{base} emg_compatible biopsy_scattered_cd8": "nonspecific_myositis",
        f"{base} emg_compatible biopsy_many_necrotic_fibres": "necrotizing_myopathy",
        f"{base} emg_compatible biopsy_many_necrotic_fibres biopsy_scattered_cd8": "none",
        f"{base} emg_compatible": "none",
    }
    assert dict(zip(cases, categories("hoogendijk_2004", *cases), strict=True)) == cases


def test_overlap_myositis():
    features = [
        name for name in CRITERIA_SETS["troyanov_2005"].needs if name not in ("myositis", "dlco_percent_predicted")
    ]
    assert len(features) == 11 + 7
    assert set(categories("troyanov_2005", *(f"myositis {one}" for one in features))) == {"overlap_myositis"}
    assert categories("troyanov_2005", "myositis", "raynaud polyarthritis anti_ku") == ["none", "none"]
    dlco = [{"myositis": True, "dlco_percent_predicted": percent} for percent in (69.9, 70.0, None)]
    found = classified("troyanov_2005", *dlco)
    assert [row["category"] for row in found] == ["overlap_myositis", "none", None]
    assert "DLCO not recorded" in found[2]["because"]


def test_antisynthetase_syndrome_by_three_sets():
    """One patient, three answers: why the set must be named."""
    cases = [
        "anti_synthetase raynaud",
        "anti_synthetase interstitial_lung_disease",
        "anti_synthetase interstitial_lung_disease arthritis articular_involvement",
        "anti_synthetase interstitial_lung_disease raynaud mechanics_hands",
        "anti_synthetase myositis polymyositis_or_dermatomyositis",
        "anti_synthetase myositis polymyositis_or_dermatomyositis interstitial_lung_disease",
        "anti_synthetase raynaud mechanics_hands",
        "raynaud mechanics_hands arthritis articular_involvement interstitial_lung_disease unexplained_fever myositis",
    ]
    found = {
        key: "".join("+" if one != "none" else "-" for one in categories(key, *cases))
        for key in ("connors_2010", "solomon_2011", "lega")
    }
    assert found == {"connors_2010": "++++-++-", "solomon_2011": "---+-+--", "lega": "-++++++-"}


# ---------------------------------------- missing


def test_what_is_not_recorded_matters_only_where_it_would_decide():
    sure, open_one, out = classified(
        "connors_2010",
        {"anti_synthetase": True, "raynaud": True, "arthritis": None},
        {"anti_synthetase": True, "arthritis": None},
        {"anti_synthetase": False, "arthritis": None},
    )
    assert [(row["verdict"], row["category"]) for row in (sure, open_one, out)] == [
        ("met", "antisynthetase_syndrome"),
        ("unknown", None),
        ("not met", "none"),
    ]
    assert open_one["because"] == "antisynthetase syndrome: antisynthetase antibody yes; arthritis not recorded"
    assert out["because"] == "antisynthetase syndrome: antisynthetase antibody no"


def test_a_category_that_an_earlier_one_could_take_is_open():
    base = {"enmc_clinical_picture": True, "dermatomyositis_rash": True, "ck_elevated": True}
    (row,) = classified("hoogendijk_2004", base | {"biopsy_perifascicular_atrophy": None})
    assert (row["verdict"], row["category"]) == ("met", None)
    assert row["because"].startswith("definite dermatomyositis: ")
    assert " | probable dermatomyositis: " in row["because"]
    assert "polymyositis" not in row["because"]


def test_nothing_recorded_is_unknown_in_every_set():
    for key, one in CRITERIA_SETS.items():
        frame = pd.DataFrame([dict.fromkeys(one.needs)])
        row = classify(frame, criteria_set=key).iloc[0]
        assert (row["verdict"], row["criteria_set"], bool(row["provisional"])) == ("unknown", key, True)
        assert pd.isna(row["category"])
        assert row["because"].count("not recorded") >= 5


# ---------------------------------------- words and refusals


def test_every_row_says_that_it_is_provisional():
    for key in CRITERIA_SETS:
        (row,) = classified(key, {})
        assert row["provisional"] is True
        assert row["caution"].startswith("provisional: ")


def test_a_set_reads_as_a_clinician_would_write_it():
    assert str(CRITERIA_SETS["solomon_2011"]).split("\n\n", 1)[1] == (
        "  antisynthetase syndrome\n"
        "      antisynthetase antibody\n"
        "      and any of:\n"
        "        - at least 2 of: interstitial lung disease; polymyositis or dermatomyositis\n"
        "        - (interstitial lung disease or polymyositis or dermatomyositis) and (at least 2 of: arthritis;\n"
        "          Raynaud phenomenon; mechanic's hands)"
    )
    written = str(CRITERIA_SETS["enmc_239"])
    assert "  - skin signs and (muscle or antibody of dermatomyositis)" in written
    assert "skin signs: at least 2 of: Gottron's sign; Gottron's papules; heliotrope rash" in written
    assert "and not (antisynthetase antibody or anti-SRP or anti-HMGCR)" in written
    html = CRITERIA_SETS["enmc_239"]._repr_html_()
    assert "Gottron&#x27;s sign" in html
    assert "muscle: (" in html


def test_a_set_that_is_not_there():
    with pytest.raises(errors.OptionError, match=r"criteria_set='lego' is not known.*did you mean 'lega'"):
        classify(pd.DataFrame(), criteria_set="lego")


@pytest.mark.parametrize("key", CRITERIA_SETS)
def test_what_cannot_be_is_refused(key):
    needs = CRITERIA_SETS[key].needs
    frame = pd.DataFrame([dict.fromkeys(needs, None)])
    for name in needs:
        with pytest.raises(errors.MissingColumnError, match=f"lacks a column: {name}"):
            classify(frame.drop(columns=name), criteria_set=key)
    with pytest.raises(errors.WrongTypeError, match=f"{needs[0]} holds 'maybe'"):
        classify(frame.assign(**{needs[0]: "maybe"}), criteria_set=key)


def test_the_frame_stays_as_it_was():
    frame = pd.DataFrame([dict.fromkeys(CRITERIA_SETS["lega"].needs, True)] * 2, index=["b", "a"])
    before = frame.copy()
    out = classify(frame, criteria_set="lega")
    pd.testing.assert_frame_equal(frame, before)
    assert out.index.tolist() == ["b", "a"]
    pd.testing.assert_frame_equal(classify(out, criteria_set="lega"), out)
