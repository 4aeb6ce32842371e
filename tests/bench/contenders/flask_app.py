"""Flask for the picture: gunicorn runs `make()`; BENCH_SCENARIO names the scenario."""
import os
import sys

from flask import Flask, jsonify

NOT_OFFERED = 64
TEXT = "Hello, World!"
SECRET = "0123456789abcdef0123456789abcdef"
FOLDER = os.environ["BENCH_FOLDER"]


def make_app():
    app = Flask("bench", root_path=FOLDER)
    app.secret_key = SECRET
    return app


def plain(app):
    @app.get("/")
    def hello():
        return TEXT


def json(app):
    @app.get("/users/<int:id>")
    def user(id):
        return jsonify(id=id, name="Ann", active=True)


def make():
    app = make_app()
    globals()[os.environ["BENCH_SCENARIO"]](app)
    return app


if __name__ == "__main__":
    # Asked before gunicorn is started, which has no exit code of its own for this.
    sys.exit(0 if os.environ["BENCH_SCENARIO"] in globals() else NOT_OFFERED)
