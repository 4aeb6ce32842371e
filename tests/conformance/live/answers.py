"""Asked by tests/conformance/live.test.ts: what a live Flask answers, as exchanges of the recordings' shape.

The argument names the module that makes the app; stdin holds the requests, stdout the exchanges, as JSON.
"""
import base64
import datetime
import importlib.util
import io
import json
import logging
import sys
import time
from urllib.parse import unquote

now = 0.0
RealDatetime = datetime.datetime


class AnyDatetime(type(RealDatetime)):
    def __instancecheck__(cls, value):
        return isinstance(value, RealDatetime)


class ClockDatetime(RealDatetime, metaclass=AnyDatetime):
    """A datetime whose now() is the second that the request says."""

    @classmethod
    def now(cls, tz=None):
        return RealDatetime.fromtimestamp(now, tz)


time.time = lambda: now
datetime.datetime = ClockDatetime
logging.disable(logging.CRITICAL)

spec = importlib.util.spec_from_file_location("pair", sys.argv[1])
pair = importlib.util.module_from_spec(spec)
spec.loader.exec_module(pair)
app = pair.create_app()
jars = {}


def environ(method, target, headers, body):
    path, _, query = target.partition("?")
    env = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": "/" + unquote(path, "latin1").lstrip("/"),
        "QUERY_STRING": query,
        "REQUEST_URI": target,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    if body:
        env["CONTENT_LENGTH"] = str(len(body))
    for name, value in headers:
        key = name.upper().replace("-", "_")
        env[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
    return env


def keep_cookies(jar, headers):
    for name, value in headers:
        if name.lower() == "set-cookie":
            pair, _, attributes = value.partition(";")
            key, _, content = pair.partition("=")
            jar[key] = content
            if "Max-Age=0" in attributes:
                del jar[key]


def answer(question):
    global now
    now = float(question["time"])
    headers = [tuple(header) for header in question["headers"]]
    jar = jars.setdefault(question["jar"], {})
    if jar:
        headers.append(("Cookie", "; ".join(f"{name}={value}" for name, value in jar.items())))
    body = question["body"].encode()
    head = []

    def start_response(status, response_headers, exc_info=None):
        head[:] = [int(status.split(" ")[0]), [list(header) for header in response_headers]]

    chunks = app(environ(question["method"], question["path"], headers, body), start_response)
    content = b"".join(chunks)
    if hasattr(chunks, "close"):
        chunks.close()
    if question["jar"] is not None:
        keep_cookies(jar, head[1])
    return {
        "time": question["time"],
        "request": {
            "method": question["method"],
            "path": question["path"],
            "headers": headers,
            "body": {"text": question["body"]},
        },
        "response": {
            "status": head[0],
            "headers": head[1],
            "body": {"base64": base64.b64encode(b"" if question["method"] == "HEAD" else content).decode()},
        },
    }


json.dump([answer(question) for question in json.load(sys.stdin)], sys.stdout)
