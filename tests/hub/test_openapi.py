"""schemathesis over the hub's own OpenAPI page, in process: whatever is sent, the answer is one that is described."""

import os
import warnings
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import requests
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy

with warnings.catch_warnings():  # its own dependencies', not ours
    warnings.simplefilter("ignore")
    import schemathesis
    from schemathesis.checks import CHECKS, load_all_checks
    from schemathesis.generation import GenerationMode

from kqdesk.hub.described import ENDPOINTS
from kqdesk.sync.asking import Ask
from tests.conftest import Clock
from tests.hub.conftest import Hub, Station
from tests.hub.test_databases import opened

EXAMPLES = 150 if os.environ.get("KQDESK_FULL") else 4
HERE = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
FORMS = {one.path for one in ENDPOINTS if one.form}
"""What has parts that can be wrong; bytes are never wrong to the page."""
SKIPPED = {"positive_data_acceptance"}
"""A batch is bytes to the page and much more to the hub: most bytes are no batch, and are rightly refused."""

load_all_checks()


class Signed(requests.auth.AuthBase):
    """Signs what is sent as a station does, whatever it is."""

    def __init__(self, station: Station) -> None:
        self._station = station

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the header."""
        body = request.body or b""
        ask = Ask(str(request.method), request.path_url, body.encode() if isinstance(body, str) else body)
        request.headers.update(self._station.headers(ask))  # over the one it made up
        return request


def without_signatures(page: dict[str, Any]) -> dict[str, Any]:
    """The page as one who signs everything sees it: schemathesis is not to make up signatures of its own."""
    page = deepcopy(page)
    del page["components"]["securitySchemes"]
    for path in page["paths"].values():
        for operation in path.values():
            operation.pop("security", None)
    return page


def probe(app: FastAPI, mode: GenerationMode, station: Station | None) -> set[tuple[str, int]]:
    """Send every operation what it describes (or what it does not); returns which answers came."""
    if station is not None:
        app.openapi_schema = without_signatures(app.openapi())
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)
    answers: set[tuple[str, int]] = set()
    checks = [check for check in CHECKS.get_all() if check.__name__ not in SKIPPED]
    for found in schema.get_all_operations():
        operation = found.ok()
        if mode is GenerationMode.POSITIVE or operation.path in FORMS:
            probe_one(operation.as_strategy(generation_mode=mode), checks, station, answers)
    return answers


def probe_one(
    cases: SearchStrategy[Any], checks: list[Any], station: Station | None, answers: set[tuple[str, int]]
) -> None:
    @HERE
    @given(cases)
    def ask(case: Any) -> None:
        given_auth = {"auth": Signed(station)} if station else {}
        response = case.call(**given_auth)
        case.validate_response(response, checks=checks)
        answers.add((case.operation.path, response.status_code))

    ask()


@pytest.mark.parametrize(
    "mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.value
)
def test_a_strangers_asks_end_as_described(hub: Hub, mode: GenerationMode) -> None:
    answers = probe(hub.app, mode, None)

    signed = {one.path for one in ENDPOINTS if one.is_signed}
    assert {status for path, status in answers if path in signed} <= {401, 429}
    assert hub.core.asked == []


@pytest.mark.parametrize(
    "mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.value
)
def test_a_stations_asks_end_as_described(tmp_path: Path, clock: Clock, mode: GenerationMode) -> None:
    with opened(tmp_path / "hub", clock, None) as real:
        answers = probe(real.browser.app, mode, real.join())

    assert mode is GenerationMode.NEGATIVE or ("/v1/push", 422) in answers
    assert {status for _, status in answers} <= {200, 403, 405, 409, 415, 422, 429}
