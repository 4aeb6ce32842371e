"""The twin of tests/fixtures/shared-login.ts: a Flask that serves the same site with the same login."""
import logging
import sys

from flask import Flask, request, session
from flask_session import Session
from redis import Redis

name, port, redis = (sys.argv[1:] + [None])[:3]
logging.getLogger("werkzeug").setLevel(logging.ERROR)

app = Flask(__name__)
app.secret_key = "a secret that all servers share, 32 bytes"
if redis is not None:
    app.config.update(SESSION_TYPE="redis", SESSION_REDIS=Redis.from_url(redis))
    Session(app)


@app.post("/login")
def login():
    if hasattr(app.session_interface, "regenerate"):
        app.session_interface.regenerate(session)
    session["_user_id"] = request.form["user"]
    session["visits"] = 0
    session["basket"] = ["bread"]
    return {"server": name}


@app.post("/visit")
def visit():
    if "_user_id" not in session:
        return {"server": name, "user": None}
    session["visits"] += 1
    session["basket"] = [*session["basket"], name]
    return {"server": name, "user": session["_user_id"], "visits": session["visits"], "basket": session["basket"]}


@app.post("/logout")
def logout():
    session.clear()
    return {"server": name}


app.run(host="127.0.0.1", port=int(port), threaded=True)
