"""Flask for the picture: gunicorn runs `make()`; BENCH_SCENARIO names the scenario, by a function of `SCENARIOS`."""
import json
import os
import sys
from pathlib import Path

from flask import Blueprint, Flask, g, make_response, render_template, request, session

NOT_OFFERED = 64
TEXT = "Hello, World!"
SECRET = "0123456789abcdef0123456789abcdef"
FOLDER = os.environ["BENCH_FOLDER"]
LOGIN = {
    "username": "ann",
    "user_id": 42,
    "roles": ["reader", "writer"],
    "csrf": "Yb8pkkbQ0vYl2xQnGq5rTg",
    "visits": 0,
}
SOLD_EVERY = 7
PAGE = {
    "title": "Tea & biscuits",
    "owner": "Lee & Sons",
    "rows": [
        {
            "id": index + 1,
            "name": f"Item {index + 1}",
            "note": "in stock, since it was made this week" if index % SOLD_EVERY else "sold & gone <today>",
            "sold": index % SOLD_EVERY == 0,
        }
        for index in range(50)
    ],
}
CHUNK = (b"flagon" * 11000)[: 64 * 1024]


def plain(app):
    @app.get("/")
    def hello():
        return TEXT


def user_json(app):
    @app.get("/users/<int:id>")
    def user(id):
        return {"id": id, "name": "Ann", "active": True}


def routes(app):
    for index, (method, rule) in enumerate(json.loads(Path(__file__).with_name("routes.json").read_text())):
        def view(_index=index, **args):
            return f"{_index} {' '.join(args.values())}"

        app.add_url_rule(rule, f"route{index}", view, methods=[method])


def hooks(app):
    blue = Blueprint("blue", __name__, url_prefix="/blue")

    @app.before_request
    def user():
        g.user = "ann"

    @app.before_request
    def first():
        g.steps = 1

    @blue.before_request
    def second():
        g.steps += 1

    @blue.before_request
    def third():
        g.steps += 1

    @blue.after_request
    def mark_blue(response):
        response.headers["X-Blue"] = "yes"
        return response

    @app.after_request
    def mark_app(response):
        response.headers["X-App"] = "bench"
        return response

    @blue.get("/page")
    def page():
        return f"{g.user} {g.steps}"

    app.register_blueprint(blue)


def cookie(app):
    @app.get("/")
    def visit():
        visits = request.cookies.get("visits", 0, int) + 1
        response = make_response(request.cookies.get("theme"))
        response.set_cookie("visits", str(visits), max_age=3600, httponly=True, samesite="Lax")
        return response


def sessions(app):
    @app.get("/login")
    def login():
        session.update(LOGIN)
        return "welcome"

    @app.get("/read")
    def read():
        return f"{session['username']} {session['user_id']}"

    @app.get("/write")
    def write():
        session["visits"] += 1
        return str(session["visits"])


def redis_sessions(app):
    from flask_session import Session
    from redis import Redis

    app.config.update(SESSION_TYPE="redis", SESSION_REDIS=Redis.from_url(os.environ["REDIS_URL"]))
    Session(app)
    sessions(app)


def form(app):
    @app.post("/form")
    def post():
        return f"{request.form['name']} {request.form['city']}"


def json_post(app):
    @app.post("/orders")
    def order():
        lines = request.json["lines"]
        return {"id": request.json["id"], "lines": len(lines), "total": sum(line["price"] for line in lines)}


def multipart(app):
    @app.post("/upload")
    def upload():
        file = request.files["file"]
        size = file.stream.seek(0, os.SEEK_END)
        return {"title": request.form["title"], "name": file.filename, "size": size}


def template(app):
    @app.get("/")
    def home():
        return render_template("items.html", **PAGE)

    @app.get("/items")
    def items():
        return TEXT

    @app.get("/items/<int:id>")
    def item(id):
        return TEXT


def files(app):
    """Flask serves `static/` without being asked."""


def stream(app):
    @app.get("/")
    def large():
        return app.response_class((CHUNK for _ in range(16)), mimetype="application/octet-stream")


def error(app):
    @app.errorhandler(404)
    def missing(error):
        return {"error": error.name, "path": request.path}, 404


SCENARIOS = {
    "plain": plain,
    "json": user_json,
    "routes": routes,
    "hooks": hooks,
    "cookie": cookie,
    "session-read": sessions,
    "session-write": sessions,
    "redis-read": redis_sessions,
    "redis-write": redis_sessions,
    "form": form,
    "json-post": json_post,
    "multipart": multipart,
    "multipart-disk": multipart,
    "template": template,
    "static-small": files,
    "static-large": files,
    "static-304": files,
    "stream": stream,
    "error": error,
}


def make():
    app = Flask("bench", root_path=FOLDER)
    app.secret_key = SECRET
    SCENARIOS[os.environ["BENCH_SCENARIO"]](app)
    return app


if __name__ == "__main__":
    # Asked before gunicorn is started, which has no exit code of its own for this.
    sys.exit(0 if os.environ["BENCH_SCENARIO"] in SCENARIOS else NOT_OFFERED)
