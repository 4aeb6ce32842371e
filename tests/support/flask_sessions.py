"""Flask's own sessions, asked by tests/sessions/live.test.ts: one JSON question a line, one JSON answer a line."""
import json
import random
import sys
from datetime import datetime, timedelta, timezone
from uuid import UUID

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from markupsafe import Markup

app = Flask(__name__)
sessions = SecureCookieSessionInterface()
TEXTS = ["", "a", "游客", "😀", "<b>&\"'", "\x00\x1f\x7f\\", "\ud800", " t", "1.0", "NaN", '{" t":1}', "_permanent", "é" * 300]
KEYS = ["a", "b", "user", "n", " t", " b", " m", " u", " d", " di", "__proto__", "constructor", "10", "2", "", "游", "😀", "\uffee"]


def leaf(rng):
    return rng.choice([
        lambda: rng.randrange(-100, 100),
        lambda: rng.randrange(-(2**53), 2**53),
        lambda: rng.randrange(-(2**200), 2**200),
        lambda: 2**53 + rng.randrange(-2, 3),
        lambda: float(rng.randrange(-100, 100)),
        lambda: rng.choice([0.0, -0.0, 1e16, 1e22, 1e-5, 5e-324, 1.7976931348623157e308, float(2**53)]),
        lambda: rng.uniform(-1, 1) * 10.0 ** rng.randrange(-30, 30),
        lambda: rng.choice([float("nan"), float("inf"), float("-inf")]),
        lambda: rng.choice([True, False, None]),
        lambda: rng.choice(TEXTS),
        lambda: "".join(chr(rng.randrange(0x20, 0x3000)) for _ in range(rng.randrange(20))),
        lambda: rng.randbytes(rng.randrange(40)),
        lambda: UUID(int=rng.getrandbits(128)),
        lambda: datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=rng.randrange(-(10**9), 10**10)),
        lambda: Markup(rng.choice(TEXTS)),
    ])()


def value(rng, depth):
    kind = rng.random()
    if depth == 0 or kind < 0.6:
        return leaf(rng)
    if kind < 0.72:
        return [value(rng, depth - 1) for _ in range(rng.randrange(4))]
    if kind < 0.84:
        return tuple(value(rng, depth - 1) for _ in range(rng.randrange(4)))
    return {rng.choice(KEYS): value(rng, depth - 1) for _ in range(rng.randrange(3))}


def payload(seed):
    rng = random.Random(seed)
    return {rng.choice(KEYS): value(rng, 3) for _ in range(rng.randrange(1, 6))}


def tree(v):
    """The value with the name of its type, so that nothing equal but different passes."""
    if isinstance(v, Markup):
        return ["Markup", str(v)]
    if isinstance(v, bytes):
        return ["bytes", v.hex()]
    if isinstance(v, UUID):
        return ["UUID", v.hex]
    if isinstance(v, datetime):
        return ["datetime", int(v.timestamp())]
    if isinstance(v, dict):
        return ["dict", sorted([k, tree(v[k])] for k in v)]
    if isinstance(v, (list, tuple)):
        return [type(v).__name__, [tree(item) for item in v]]
    if v is None or isinstance(v, (bool, str)):
        return [type(v).__name__, v]
    return [type(v).__name__, json.dumps(v)]


def answer(question):
    app.secret_key = question["secret"]
    with app.app_context():
        signing = sessions.get_signing_serializer(app)
        if "cookie" in question:
            return {"tree": tree(signing.loads(question["cookie"], max_age=3600))}
        made = payload(question["seed"])
        return {"tree": tree(made), "cookie": signing.dumps(made)}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
