"""What a browser does, with nothing that would cost time: one kept connection, cookies, the form's token."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from time import perf_counter
from urllib.parse import urlencode

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer and how long it took."""

    status: int
    text: str
    seconds: float
    headers: Mapping[str, str]


class Browser:
    """One person at one server."""

    def __init__(self, port: int) -> None:
        """Open a connection."""
        self._connection = HTTPConnection("127.0.0.1", port)
        self._cookies: dict[str, str] = {}
        self._token = ""

    def sign_in(self, login: str, password: str) -> None:
        """Sign in with a password."""
        self.get("/sign-in")
        self.post("/sign-in", {"login": login, "password": password}, expect=302)

    def get(self, address: str) -> Answer:
        """Open a page."""
        answer = self._ask("GET", address, None, 200)
        if found := TOKEN.search(answer.text):
            self._token = found[1]
        return answer

    def post(self, address: str, values: Mapping[str, object], expect: int = 200) -> Answer:
        """Post a form."""
        return self._ask("POST", address, urlencode({"csrf_token": self._token, **values}), expect)

    def _ask(self, method: str, address: str, body: str | None, expect: int) -> Answer:
        cookie = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        begun = perf_counter()
        self._connection.request(method, address, body, {**cookie, **(FORM if body else {})})
        response = self._connection.getresponse()
        text = response.read().decode()
        seconds = perf_counter() - begun
        for header in response.headers.get_all("Set-Cookie") or ():
            self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(header).items()}
        if response.status != expect:
            raise RuntimeError(f"{method} {address}: {response.status} instead of {expect}\n{text[:2000]}")
        return Answer(response.status, text, seconds, dict(response.headers))
