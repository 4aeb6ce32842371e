"""Flask with Flask-Session on a Redis, served for tests/sessions/live-redis.test.ts: its port and that of Redis are arguments.

One app for each format, signed or not, below /msgpack, /msgpack-signed, /json and /json-signed.
"""
import random
import struct
import sys
from datetime import datetime, timedelta, timezone

import msgspec
from flask import Flask, flash, get_flashed_messages, request, session
from flask_session import Session
from redis import Redis
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import WSGIRequestHandler, run_simple

SECRET = "a secret for both sides"
TEXTS = ["", "a", "游客", "😀", "<b>&\"'", "\x00\x1f\x7f\\", "\u2028", "1.0", "NaN", '{"a":1}', "é" * 300, "long " * 2000]
KEYS = ["a", "b", "user", "n", "__proto__", "constructor", "10", "2", "", "游", "😀", "_permanent"]
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def moment(rng):
    return EPOCH + timedelta(seconds=rng.randrange(-(10**9), 10**10), microseconds=rng.choice([0, 1000, rng.randrange(10**6)]))


def leaf(rng):
    return rng.choice([
        lambda: rng.randrange(-100, 100),
        lambda: rng.randrange(-(2**53), 2**53),
        lambda: 2**53 + rng.randrange(-2, 3),
        lambda: rng.choice([2**64 - 1, 2**63, -(2**63), 2**53 + 1]),
        lambda: float(rng.randrange(-100, 100)),
        lambda: rng.choice([0.0, -0.0, 1e16, 1e22, 1e-5, 5e-324, 1.7976931348623157e308, float(2**53)]),
        lambda: rng.uniform(-1, 1) * 10.0 ** rng.randrange(-30, 30),
        lambda: rng.choice([True, False, None]),
        lambda: rng.choice(TEXTS),
        lambda: "".join(chr(rng.randrange(0x20, 0x3000)) for _ in range(rng.randrange(20))),
        lambda: rng.randbytes(rng.randrange(40)),
        lambda: moment(rng),
        lambda: moment(rng).replace(tzinfo=None),
    ])()


def value(rng, depth):
    kind = rng.random()
    if depth == 0 or kind < 0.6:
        return leaf(rng)
    items = [value(rng, depth - 1) for _ in range(rng.randrange(4))]
    if kind < 0.84:
        return items if kind < 0.72 else tuple(items)
    return {rng.choice(KEYS): item for item in items}


def payload(seed):
    rng = random.Random(seed)
    return {rng.choice(KEYS): value(rng, 3) for _ in range(rng.randrange(1, 6))}


def tree(v):
    """The value with the names of its types, as tests/support/session-tree.ts writes it."""
    if v is None or isinstance(v, (bool, str)):
        return v
    if isinstance(v, int):
        return {"int": str(v)}
    if isinstance(v, float):
        return {"float": struct.pack(">d", v).hex()}
    if isinstance(v, bytes):
        return {"bytes": v.hex()}
    if isinstance(v, datetime):
        return {"milliseconds": (v - EPOCH) // timedelta(milliseconds=1)}
    if isinstance(v, (list, tuple)):
        return [tree(item) for item in v]
    return {"dict": sorted(([k, tree(item)] for k, item in v.items()), key=lambda pair: pair[0].encode())}


def seen():
    return {
        "payload": tree(session["payload"]),
        "again": tree(session.get("again")),
        "by": session.get("by"),
        "flashes": get_flashed_messages(with_categories=True),
    }


def make_app(format, use_signer, redis):
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=SECRET,
        SESSION_TYPE="redis",
        SESSION_REDIS=redis,
        SESSION_SERIALIZATION_FORMAT=format,
        SESSION_USE_SIGNER=use_signer,
    )
    Session(app)
    coder = msgspec.msgpack if format == "msgpack" else msgspec.json

    @app.get("/make")
    def make():
        session["payload"] = payload(int(request.args["seed"]))
        session["by"] = "Flask"
        flash("from Flask: é", "info")
        # What comes back from the store: a tuple is a list there, and JSON has no bytes.
        return {"payload": tree(coder.decode(coder.encode(session["payload"]))), "sid": session.sid}

    @app.get("/update")
    def update():
        answer = seen()
        session["again"] = session["payload"]
        session["by"] = "Flask"
        flash("from Flask: é", "info")
        return answer

    @app.get("/read")
    def read():
        return seen()

    return app


class KeepAlive(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *args):
        pass


redis = Redis(port=int(sys.argv[2]))
apps = {
    f"/{format}{'-signed' if use_signer else ''}": make_app(format, use_signer, redis)
    for format in ("msgpack", "json")
    for use_signer in (False, True)
}
run_simple("127.0.0.1", int(sys.argv[1]), DispatcherMiddleware(Flask(__name__), apps), threaded=True, request_handler=KeepAlive)
