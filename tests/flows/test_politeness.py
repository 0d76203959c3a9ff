"""Pauses are counted from the end of a request to the start of the next to the same host."""

from flows.politeness import hosts


def request(host: str, start: str, end: str, delay: str = "1.0") -> dict[str, str]:
    day = "2026-11-23T10:00:"
    return {
        "host": host,
        "start": f"{day}{start}+00:00",
        "end": f"{day}{end}+00:00" if end else "",
        "bytes": "100",
        "delay": delay,
    }


def test_the_shortest_pause_of_each_host_is_found_in_any_order() -> None:
    rows = [
        request("b", "05.000000", "06.000000"),
        request("a", "04.500000", "05.000000", delay="2.0"),
        request("a", "00.000000", "01.250000"),
    ]
    first, second = hosts(rows)
    assert (first.host, first.requests, first.size, first.delay) == ("a", 2, 200, 2.0)
    assert first.shortest_pause == 3.25
    assert (second.host, second.shortest_pause) == ("b", 0.0)


def test_a_request_that_a_kill_cut_off_has_no_pause_after_it() -> None:
    rows = [request("a", "00.000000", ""), request("a", "09.000000", "10.000000")]
    assert hosts(rows)[0].shortest_pause == 0.0
