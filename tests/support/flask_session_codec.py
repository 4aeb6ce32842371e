"""The serializer of Flask-Session, asked by tests/sessions/live-codec.test.ts: one JSON question a line, one JSON answer a line."""
import json
import random
import struct
import sys
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import msgspec
from flask import Flask
from flask_session.base import MsgSpecSerializer

app = Flask(__name__)
serializers = {format: MsgSpecSerializer(app, format) for format in ("msgpack", "json")}
TEXTS = ["", "a", "游客", "😀", "<b>&\"'", "\x00\x1f\x7f\\\b\f\n\r\t/", "\u2028\ufeff", "1.0", "NaN", '{"a":1}', "é" * 300]
KEYS = ["a", "b", "user", "_user_id", "__proto__", "constructor", "toString", "10", "2", "-1", "01", "", "游", "😀", "\uffee", "k" * 40]
ODD_KEYS = [0, 1, -1, 10, 2**40, 2**63, -(2**63), 1.5, 0.1, 1e300, True, False, None, b"a", b"", (), (1, "a"), ((1.5,), None), date(2020, 1, 1)]
TEXT_KEYS_ONLY_IN_JSON = (bool, type(None), tuple)
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
EDGES = [7, 8, 15, 16, 31, 32, 33, 53, 62, 63]


def moment(rng):
    seconds = rng.choice([rng.randrange(-62135596800, 253402300800), rng.randrange(0, 2**32), rng.randrange(2**32, 2**34)])
    return EPOCH + timedelta(seconds=seconds, microseconds=rng.choice([0, 0, 1, 999999, rng.randrange(10**6)]))


def leaf(rng, format):
    wide = 2**200 if format == "json" else 2**63
    return rng.choice([
        lambda: rng.randrange(-100, 200),
        lambda: max(-(2**63), rng.choice([-1, 1]) * 2 ** rng.choice(EDGES) + rng.randrange(-2, 3)),
        lambda: rng.randrange(-(2**53), 2**53),
        lambda: rng.randrange(-wide, 2 * wide),
        lambda: rng.choice([2**64 - 1, -(2**63), 2**63, 2**53, 2**53 + 1, -(2**53) - 1]),
        lambda: float(rng.randrange(-100, 100)),
        lambda: rng.choice([0.0, -0.0, 1e15, 1e16, 1e21, 1e22, 1e-4, 1e-5, 9.9e-6, 1e-6, 1e-7, 5e-324, 1.7976931348623157e308, float(2**53)]),
        lambda: rng.uniform(-1, 1) * 10.0 ** rng.randrange(-30, 30),
        lambda: struct.unpack(">d", rng.randbytes(8))[0],
        lambda: rng.choice([float("nan"), float("inf"), float("-inf")]),
        lambda: rng.choice([True, False, None]),
        lambda: rng.choice(TEXTS),
        lambda: "".join(chr(rng.randrange(0x20, 0x3000)) for _ in range(rng.randrange(40))),
        lambda: rng.randbytes(rng.choice([0, 1, 31, 32, 255, 256])),
        lambda: moment(rng),
        lambda: moment(rng).replace(tzinfo=None),
        lambda: datetime(2024, 5, 6, 7, 8, 9, tzinfo=timezone(timedelta(hours=rng.randrange(-12, 13), minutes=30))),
        lambda: date(2024, 2, 29),
        lambda: timedelta(days=rng.randrange(9), microseconds=5),
        lambda: Decimal("1.10"),
        lambda: UUID(int=rng.getrandbits(128)),
    ])()


def key(rng, format):
    if rng.random() < 0.85:
        return rng.choice(KEYS)
    odd = rng.choice(ODD_KEYS)
    return "odd" if format == "json" and isinstance(odd, TEXT_KEYS_ONLY_IN_JSON) else odd


def value(rng, depth, format):
    kind = rng.random()
    if depth == 0 or kind < 0.55:
        return leaf(rng, format)
    size = rng.randrange(4) if rng.random() < 0.95 else rng.randrange(14, 18)
    if kind < 0.78:
        items = [value(rng, depth - 1, format) for _ in range(size)]
        return items if kind < 0.7 else tuple(items)
    if kind < 0.82:
        return {rng.randrange(1000) for _ in range(size)}
    return {key(rng, format): value(rng, depth - 1, format) for _ in range(size)}


def payload(seed, format):
    rng = random.Random(seed)
    made = {"_permanent": True} if rng.random() < 0.5 else {}
    for _ in range(rng.choice([0, 1, 2, 5, 5, 15])):
        made[rng.choice(KEYS) if rng.random() < 0.95 else f"k{rng.randrange(9)}"] = value(rng, 3, format)
    if rng.random() < 0.3:
        made["_flashes"] = [("message", "hi"), ("error", rng.choice(TEXTS))]
    if rng.random() < 0.005:
        made["long"] = ["x" * 70000, rng.randbytes(70000), list(range(70000))]
    if rng.random() < 0.02:
        deep = []
        for _ in range(rng.randrange(300, 850)):
            deep = [deep] if rng.random() < 0.5 else {"a": deep}
        made["deep"] = deep
    return made


def flat_tree(made):
    """Every value with the name of its type and its path, so that nothing equal but different passes, however deep it is."""
    found = []
    todo = [("", made)]
    while todo:
        path, v = todo.pop()
        if isinstance(v, dict):
            found.append([path, "dict", len(v)])
            for k in v:
                name = json.dumps(k) if isinstance(k, str) else "0x" + msgspec.msgpack.encode(k).hex()
                todo.append((f"{path}/{name}", v[k]))
        elif isinstance(v, (list, tuple)):
            found.append([path, "list", len(v)])
            todo.extend((f"{path}/{i}", item) for i, item in enumerate(v))
        elif isinstance(v, float):
            found.append([path, "float", "nan" if v != v else struct.pack(">d", v).hex()])
        elif isinstance(v, bytes):
            found.append([path, "bytes", v.hex()])
        elif isinstance(v, datetime):
            since = v - EPOCH
            found.append([path, "datetime", [since.days * 86400 + since.seconds, since.microseconds]])
        else:
            found.append([path, type(v).__name__, str(v) if isinstance(v, int) else v])
    return found


def answer(question):
    format = question["format"]
    serializer = serializers[format]
    if "seed" in question:
        wire = serializer.encode(payload(question["seed"], format))
    else:
        wire = bytes.fromhex(question["wire"])
    read = serializer.decode(wire)
    return {"wire": wire.hex(), "tree": flat_tree(read), "again": serializer.encode(read).hex()}


sys.setrecursionlimit(1000)
for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
