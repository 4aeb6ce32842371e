"""Sessions of several settings over time: the bytes of their cookies, Vary, lifetimes, and what is flashed."""
from datetime import timedelta

from flask import Flask, abort, flash, get_flashed_messages, jsonify, make_response, redirect, session

SETTINGS = {
    "plain.test": {},
    "short.test": {"PERMANENT_SESSION_LIFETIME": timedelta(minutes=5)},
    "still.test": {"SESSION_REFRESH_EACH_REQUEST": False},
    "named.test": {"SESSION_COOKIE_NAME": "sid", "SESSION_COOKIE_PATH": "/sub", "SESSION_COOKIE_DOMAIN": "named.test"},
    "strict.test": {"SESSION_COOKIE_SECURE": True, "SESSION_COOKIE_HTTPONLY": False, "SESSION_COOKIE_SAMESITE": "Strict"},
    "apart.test": {"SESSION_COOKIE_SECURE": True, "SESSION_COOKIE_PARTITIONED": True, "APPLICATION_ROOT": "/mounted"},
    "rotated.test": {"SECRET_KEY": "a newer key", "SECRET_KEY_FALLBACKS": ["older", "110"]},
    "other.test": {"SECRET_KEY": "an unrelated key"},
}


def make_app(settings):
    app = Flask(__name__, static_folder=None)
    app.config.update(SECRET_KEY="110", SESSION_COOKIE_SAMESITE=None, PROPAGATE_EXCEPTIONS=False)
    app.config.update(settings)

    def view(rule, action):
        app.add_url_rule(rule, rule, action)

    def set_value(key, value):
        session[key] = value
        return "set"

    def permanent():
        session.permanent = True
        session["user"] = "li"
        return "permanent"

    def fleeting():
        session.permanent = False
        return "fleeting"

    def flags():
        return jsonify(session.new, session.modified, session.permanent)

    def count():
        session["n"] = session.get("n", 0) + 1
        return str(session["n"])

    def same():
        session["user"] = session.get("user")
        return "same"

    def shapes():
        session["shapes"] = {"list": [1, [2, {"x": None}]], "text": "游客😀\u2028", " t": "like a tag", "empty": {}}
        session["tag"] = {" t": 1}
        return "shapes"

    def large():
        session["large"] = "abc" * 300
        return "large"

    def flash_both():
        flash("<one>")
        flash("two", "error")
        return "flashed"

    def own_cookie():
        session["own"] = 1
        response = make_response("own")
        response.set_cookie("mine", "1")
        response.vary.add("Accept")
        return response

    def fails():
        session["failed"] = 1
        abort(403)

    def moves():
        session["moved"] = 1
        return redirect("/all")

    view("/none", lambda: "none")
    view("/set/<key>/<value>", set_value)
    view("/get/<key>", lambda key: jsonify(session.get(key)))
    view("/pop/<key>", lambda key: jsonify(session.pop(key, None)))
    view("/has/<key>", lambda key: jsonify(key in session))
    view("/all", lambda: jsonify(dict(session)))
    view("/clear", lambda: jsonify(session.clear()))
    view("/default", lambda: jsonify(session.setdefault("d", 5)))
    view("/permanent", permanent)
    view("/fleeting", fleeting)
    view("/flags", flags)
    view("/count", count)
    view("/same", same)
    view("/shapes", shapes)
    view("/large", large)
    view("/flash", flash_both)
    view("/messages", lambda: jsonify(get_flashed_messages()))
    view("/kinds", lambda: jsonify(get_flashed_messages(with_categories=True)))
    view("/errors", lambda: jsonify(get_flashed_messages(category_filter=["error"])))
    view("/own", own_cookie)
    view("/fails", fails)
    view("/moves", moves)
    return app


def create_app():
    apps = {host: make_app(settings) for host, settings in SETTINGS.items()}
    return lambda environ, start_response: apps[environ["HTTP_HOST"]](environ, start_response)
