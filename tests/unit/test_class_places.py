"""Who gets a place in a class: nothing here needs a server."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myositis_tools.cli.classroom.room_needs import RoomNeeds, free_megabytes
from myositis_tools.cli.classroom.room_places import (
    ASK_AGAIN_SECONDS,
    MOST_PAGES_A_SEAT,
    TIME_TO_COME_BACK_SECONDS,
    TIME_TO_CONNECT_SECONDS,
    RoomPlaces,
)
from myositis_tools.cli.classroom.room_seats import RoomSeats
from myositis_tools.cli.classroom.room_words import room_page, waiting_words

READY = 99


def taken(places, *seats):
    for number, seat in enumerate(seats):
        places.take(f"page {number}", seat, 0)
    return places


def test_each_seat_gets_a_page_until_the_room_is_full():
    room = RoomPlaces(places=2, learners=2)
    for seat in (1, 2):
        assert room.ask(seat, READY, 0).granted
        room.take(f"page of {seat}", seat, 0)
    answer = room.ask(3, READY, 0)
    assert (answer.granted, answer.why) == (False, "full")
    assert waiting_words(answer, 2, MOST_PAGES_A_SEAT) == (
        "The room is full",
        "2 of 2 places are taken. This page tries again by itself in 10 s.",
    )
    room.give_back("page of 1", 1)
    assert room.ask(3, READY, 40).granted


def test_who_waited_longer_comes_first():
    room = taken(RoomPlaces(places=2, learners=9), 1, 2)
    assert [room.ask(seat, READY, now).ahead for now, seat in enumerate((3, 4, 5), start=1)] == [0, 1, 2]
    room.give_back("page 0", 5)
    later = 5 + 2 * ASK_AGAIN_SECONDS
    assert not room.ask(4, READY, later).granted
    assert room.ask(3, READY, later).granted


def test_who_went_away_is_out_of_the_line():
    room = taken(RoomPlaces(places=2, learners=9), 1, 2)
    assert not room.ask(3, READY, 1).granted
    room.give_back("page 0", 2)
    assert not room.ask(4, READY, 3).granted  # one is before it
    assert room.ask(4, READY, 3 + 4 * ASK_AGAIN_SECONDS).granted


def test_a_page_that_is_loaded_again_does_not_lose_its_place_to_the_line():
    room = taken(RoomPlaces(places=2, learners=9), 1, 2)
    assert not room.ask(3, READY, 1).granted
    room.give_back("page 0", 5)
    assert room.ask(1, READY, 5.1).granted
    assert not room.ask(3, READY, 5.2).ahead
    assert room.ask(3, 0, 20).why == "making"
    late = 5 + TIME_TO_COME_BACK_SECONDS + 1
    assert not room.ask(1, READY, late).granted  # by then the line goes first


def test_a_second_page_waits_until_each_learner_could_have_a_first():
    room = taken(RoomPlaces(places=4, learners=3), 1)
    assert room.ask(1, READY, 0).granted  # three are free, and two learners have none
    room.take("app", 1, 0)
    assert room.ask(2, READY, 0).granted
    room.take("first of 2", 2, 0)
    answer = room.ask(2, READY, 0)
    assert (answer.granted, answer.why) == (False, "others first")
    assert room.ask(3, READY, 0).granted


def test_a_seat_has_no_more_pages_than_its_share():
    room = taken(RoomPlaces(places=90, learners=1), *[7] * MOST_PAGES_A_SEAT)
    answer = room.ask(7, READY, 0)
    assert (answer.granted, answer.why) == (False, "own pages")
    assert "2 pages open" in waiting_words(answer, 90, MOST_PAGES_A_SEAT)[0]


def test_a_page_that_no_browser_shows_may_be_ended_for_its_own_seat_after_a_while():
    room = taken(RoomPlaces(places=9, learners=1), 7, 7, 8)
    shown = {"page 1"}.__contains__
    assert room.left_behind(7, shown, TIME_TO_CONNECT_SECONDS) == []
    assert room.left_behind(7, shown, TIME_TO_CONNECT_SECONDS + 1) == ["page 0"]


def test_a_page_that_is_being_made_is_said_with_those_before_it():
    room = RoomPlaces(places=9, learners=9)
    assert [room.ask(seat, 0, seat).why for seat in (1, 2)] == ["making", "making"]
    title, words = waiting_words(room.ask(2, 0, 3), 9, MOST_PAGES_A_SEAT)
    assert (title, words[:13]) == ("Your page is being made ready", "1 before you.")
    assert not room.ask(2, 1, 4).granted  # the page that is ready is the first one's
    assert room.ask(1, 1, 5).granted


@given(
    asked=st.lists(st.tuples(st.integers(1, 6), st.booleans()), max_size=60),
    places=st.integers(1, 6),
    learners=st.integers(1, 6),
)
def test_whatever_happens_there_are_never_more_pages_than_places_or_shares(asked, places, learners):
    room = RoomPlaces(places, learners)
    for now, (seat, goes) in enumerate(asked):
        if goes and room.pages_of(seat):
            room.give_back(room.pages_of(seat)[0], now)
        elif room.ask(seat, READY, now).granted:
            room.take(f"page {now}", seat, now)
        assert len(room.taken) <= places
        assert all(len(room.pages_of(one)) <= MOST_PAGES_A_SEAT for one in range(1, 7))


# What is needed


def test_needs_are_said_and_grow_with_the_learners():
    few, many = RoomNeeds.of(3), RoomNeeds.of(30)
    assert (few.places, many.places, RoomNeeds.of(30, 12).places) == (4, 40, 12)
    assert 7000 < many.megabytes < 11000
    assert many.seconds_to_open(2) == 88
    [needs, here] = many.told(16_000, 2)
    assert needs.startswith("Needed: 9.1 GB of memory for 40 pages open at once (30 learners")
    assert here.startswith("Here: 16.0 GB of memory free and 2 cores. 8 pages are made ready beforehand; when all come")
    assert "not known of memory" in few.told(None, 2)[1]


@pytest.mark.parametrize("has", [300, 1000, 4000, 9000, 40_000])
def test_the_most_learners_fit_and_one_more_does_not(has):
    most = RoomNeeds.of(1).most_learners(has)
    assert most == 0 or RoomNeeds.of(most).megabytes <= has
    assert RoomNeeds.of(most + 2).megabytes > has


def test_the_limit_of_a_container_counts(monkeypatch, tmp_path):
    from myositis_tools.cli.classroom import room_needs

    (tmp_path / "meminfo").write_text("MemTotal: 9000000 kB\nMemAvailable: 8000000 kB\n")
    monkeypatch.setattr(room_needs, "_MEMORY", tmp_path / "meminfo")
    monkeypatch.setattr(room_needs, "_CGROUP", tmp_path)
    assert free_megabytes() == 8192
    (tmp_path / "memory.max").write_text("2000000000\n")
    (tmp_path / "memory.current").write_text("500000000\n")
    assert free_megabytes() == 1500
    (tmp_path / "memory.max").write_text("max\n")
    assert free_megabytes() == 8192


# Seats and words


def test_seats_are_handed_out_by_number_and_go_on_after_a_new_start(tmp_path):
    assert [RoomSeats(tmp_path).next() for _ in range(3)] == [1, 2, 3]
    (tmp_path / ".last_seat").write_text("broken")
    assert RoomSeats(tmp_path).last == 0


def test_what_a_page_of_the_room_says_is_escaped():
    said = room_page("waiting", title="<b>", words="<script>", again=0, back="")
    assert "&lt;b&gt;" in said
    assert '<p role="status">&lt;script&gt;' in said
