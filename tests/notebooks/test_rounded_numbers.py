"""What nbval takes for the same figure: one whose numbers agree to six digits, and no other."""

import base64

import numpy as np

from tests.notebooks.rounded_numbers import rounded


def packed(*numbers):
    return {"dtype": "f8", "bdata": base64.b64encode(np.array(numbers).tobytes()).decode()}


def figure(number, packed_number):
    return {"data": [{"x": [number, 3, None], "y": packed(packed_number), "name": "12.650172"}]}


def test_the_last_digits_of_a_processor_are_no_difference():
    assert rounded(figure(12.650172879362056, 1.3320981648)) == rounded(figure(12.650172939677967, 1.3320981664))


def test_another_number_is_one():
    assert rounded(figure(12.6501, 1.0)) != rounded(figure(12.6502, 1.0))
    assert rounded(figure(1.0, 12.6501)) != rounded(figure(1.0, 12.6502))


def test_text_and_whole_numbers_stay():
    assert rounded({"name": "12.650172879", "row": 123456789}) == {"name": "12.650172879", "row": 123456789}


def test_a_gap_is_a_gap():
    assert rounded(packed(1.0, float("nan"))) == rounded(packed(1.0, float("nan")))
    assert rounded(packed(1.0, float("nan"))) != rounded(packed(1.0, 2.0))
