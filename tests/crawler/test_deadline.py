"""Deadlines of many requests, watched by one thread."""

import socket
import threading
import time

from crawler.network.deadline import Watch


def test_one_thread_watches_over_all_requests() -> None:
    watch = Watch()
    before = threading.active_count()
    for _ in range(20):
        with watch.deadline(10.0) as deadline:
            assert threading.active_count() == before + 1
        assert not deadline.expired
    watch.close()


def test_a_short_deadline_is_kept_though_a_long_one_began_before_it() -> None:
    watch, stop = Watch(), threading.Event()
    here, there = socket.socketpair()

    def long() -> None:
        with watch.deadline(60.0):
            stop.wait(30.0)

    thread = threading.Thread(target=long)
    thread.start()
    with here, there, watch.deadline(0.1) as deadline:
        deadline.watch(here)
        began = time.monotonic()
        here.settimeout(10.0)
        assert here.recv(1) == b""  # shut down, by us
        assert 0.05 < time.monotonic() - began < 5.0
        assert deadline.expired
    stop.set()
    thread.join()
    watch.close()


def test_a_deadline_beyond_any_clock_is_none() -> None:
    watch = Watch()
    with watch.deadline(1e18) as deadline:
        time.sleep(0.02)
        assert not deadline.expired
    watch.close()


def test_what_begins_after_the_watch_was_closed_is_cut_at_once() -> None:
    watch = Watch()
    watch.close()
    here, there = socket.socketpair()
    with here, there, watch.deadline(60.0) as deadline:
        deadline.watch(here)
        assert here.recv(1) == b""
