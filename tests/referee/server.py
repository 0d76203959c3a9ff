"""The web of hosts in a process of its own, which writes down what was asked, and when.

`python -m tests.referee.server COUNT SECONDS SEED FOLDER` writes the certificate to trust into
FOLDER, prints its port, and serves until its standard input ends. Then the log is FOLDER/log.json.
"""

import json
import random
import ssl
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.authority import Authority
from tests.crawler.crawling import image, link, page, picture
from tests.referee import world
from tests.referee.world import Host, hosts
from tests.server import Answer, Body, Server, serve


@dataclass
class Web:
    """Answers for all hosts as they are told to."""

    hosts: Mapping[str, Host]
    seed: int
    port: int = 0
    answered: Counter[tuple[str, str]] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, method: str, name: str, path: str, headers: object) -> Body:
        host = self.hosts[name]
        with self.lock:
            self.answered[name, path] += 1
            count = self.answered[name, path]
        chance = random.Random(f"{self.seed} {name}{path} {count}")
        time.sleep(min(chance.expovariate(1.0) * host.latency, 0.5))
        busy = host.busy.get(path)
        if busy and count <= busy.times:
            asked = {} if busy.retry_after is None else {"Retry-After": str(busy.retry_after)}
            return Answer("busy", busy.status, asked)
        return self._body(host, path)

    def _body(self, host: Host, path: str) -> Body:
        match path:
            case "/robots.txt":
                return Answer("", 500) if host.is_closed else host.robots
            case world.RESERVATIONS:
                return None
            case "/":
                private = [image("/private/0.png"), link("/private/"), image("/moved.png")]
                return page(link("/more"), *map(image, host.images), *private)
            case "/more":
                return page(*map(image, host.more))
            case "/moved.png":
                return Answer("", 302, {"Location": self.url(host.neighbour, "/moved-here.png")})
        return picture("red", 8 + hash_of(host.name + path))

    def url(self, name: str, path: str) -> str:
        return f"http{'s' * bool(self.hosts[name].proof)}://{name}:{self.port}{path}"


def hash_of(text: str) -> int:
    return sum(text.encode()) % 50


def contexts(web: Mapping[str, Host], authority: Authority) -> dict[str, ssl.SSLContext]:
    make = {
        "good": authority.good,
        "expired": authority.expired,
        "misnamed": authority.misnamed,
    }
    return {name: make[host.proof](name) for name, host in web.items() if host.proof}


def write_log(server: Server, file: Path) -> None:
    fields = ("host", "path", "start", "end", "status")
    log = [{name: getattr(exchange, name) for name in fields} for exchange in server.log]
    file.write_text(json.dumps(log), encoding="utf-8")


def main() -> None:
    count, seconds, seed, folder = sys.argv[1:]
    web = Web({host.name: host for host in hosts(int(count), float(seconds), int(seed))}, int(seed))
    tls = contexts(web.hosts, Authority(Path(folder) / "ca.pem"))
    with serve(web, hosts=list(web.hosts), tls=tls) as server:
        web.port = server.port
        print(server.port, flush=True)
        sys.stdin.read()
        write_log(server, Path(folder) / "log.json")


if __name__ == "__main__":
    main()
